import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Random } from "effect"
import { Command, Flag } from "effect/cli"
import { cutCommits } from "./commit.ts"
import { askEveryOperation } from "./contract.ts"
import { faultEveryStep } from "./faults.ts"
import { killServers } from "./kill.ts"
import { guessPasswords } from "./logins.ts"
import { overload, overloadWorks } from "./overload.ts"
import { removePermissions } from "./permissions.ts"
import { shareEvents } from "./processes.ts"
import { type Proven, together } from "./Proven.ts"
import { recorded } from "./recorded.ts"
import { restartPostgres } from "./restart.ts"
import { stopServers } from "./sigterm.ts"
import { soak as soakServer } from "./soak.ts"
import { tryTokens } from "./tokens.ts"
import { anotherDatabase, freshPostgres, type Trial, trialOn } from "./Trial.ts"
import { killWhileSyncing } from "./webhooks.ts"

const seed = Flag.Int("seed").pipe(
  Flag.withDescription("Of all that is left to chance"),
  Flag.withDefault(Date.now() % 1_000_000)
)

const count = (description: string, byDefault: number) =>
  Flag.Int("count").pipe(Flag.withDescription(description), Flag.withDefault(byDefault))

const onFreshPostgres = <E, R>(trial: (trial: Trial) => Effect.Effect<Proven, E, R>) =>
  Effect.flatMap(freshPostgres, ({ url }) => Effect.flatMap(trialOn(url), trial))

const run = <E, R>(name: string, seed: number, trial: Effect.Effect<Proven, E, R>) =>
  recorded(name, seed, Random.withSeed(trial, seed)).pipe(Effect.scoped)

const kill = Command.make("kill", {
  seed,
  count: count("How often a server is killed", 100),
  servers: Flag.Int("servers").pipe(Flag.withDefault(2)),
  clients: Flag.Int("clients").pipe(Flag.withDefault(8)),
  lapseMillis: Flag.Int("lapse-millis").pipe(
    Flag.withDescription("After how long the claims of a killed server lapse"),
    Flag.withDefault(20_000)
  ),
  servesMillis: Flag.Int("serves-millis").pipe(
    Flag.withDescription("How long a server serves at most before it is killed"),
    Flag.withDefault(1500)
  )
}, ({ seed, ...options }) => run("kill", seed, onFreshPostgres((trial) => killServers(trial, options)))).pipe(
  Command.withDescription("kill -9 of servers under load: nothing acknowledged is lost, every event acts once")
)

const webhooks = Command.make("webhooks", {
  seed,
  count: count("How often a server is killed", 1000),
  servers: Flag.Int("servers").pipe(Flag.withDefault(2))
}, ({ seed, ...options }) =>
  run(
    "webhooks",
    seed,
    onFreshPostgres((trial) =>
      killWhileSyncing(trial, { ...options, clients: 1, lapseMillis: 1000, servesMillis: 1500 })
    )
  )).pipe(
    Command.withDescription("kill -9 of servers that tell Typeform of webhooks: each form ends with its one webhook")
  )

const sigterm = Command.make("sigterm", {
  seed,
  count: count("How often a server is stopped", 50),
  servers: Flag.Int("servers").pipe(Flag.withDefault(2)),
  clients: Flag.Int("clients").pipe(Flag.withDefault(8)),
  handlerMillis: Flag.Int("handler-millis").pipe(
    Flag.withDescription("How long each event's handler takes"),
    Flag.withDefault(50)
  )
}, ({ seed, ...options }) => run("sigterm", seed, onFreshPostgres((trial) => stopServers(trial, options)))).pipe(
  Command.withDescription("Rolling stops by SIGTERM under load: no accepted request fails, no event waits for a lock")
)

const commit = Command.make("commit", {
  seed,
  count: count("How many COMMITs are cut or left without an answer", 1000),
  clients: Flag.Int("clients").pipe(Flag.withDefault(24))
}, ({ seed, ...options }) => run("commit", seed, onFreshPostgres((trial) => cutCommits(trial, options)))).pipe(
  Command.withDescription("Cut and unanswered COMMITs: a request that is sent again with its key acts once")
)

const restart = Command.make("restart", {
  seed,
  count: count("How often PostgreSQL is stopped", 20),
  servers: Flag.Int("servers").pipe(Flag.withDefault(1)),
  clients: Flag.Int("clients").pipe(Flag.withDefault(8)),
  pauseMillis: Flag.Int("pause-millis").pipe(
    Flag.withDescription("How long PostgreSQL is left alone at most after it has answered again"),
    Flag.withDefault(5000)
  )
}, ({ seed, ...options }) =>
  run(
    "restart",
    seed,
    Effect.flatMap(freshPostgres, ({ directory, url }) =>
      Effect.flatMap(trialOn(url), (trial) => restartPostgres(trial, directory, options)))
  )).pipe(
    Command.withDescription("PostgreSQL is stopped in every manner under load: nothing is lost, only 503 is answered")
  )

const overloaded = Command.make("overload", {
  seed,
  times: Flag.Int("times").pipe(
    Flag.withDescription("How many times more is asked than can be served"),
    Flag.withDefault(10)
  ),
  seconds: Flag.Int("seconds").pipe(Flag.withDescription("How long"), Flag.withDefault(10)),
  work: Flag.Literals("work", overloadWorks).pipe(
    Flag.withDescription(
      "One product by its id, a page of the newest with their total, or these and filtered pages in turn"
    ),
    Flag.withDefault("mix")
  )
}, ({ seed, ...options }) => run("overload", seed, onFreshPostgres((trial) => overload(trial, options)))).pipe(
  Command.withDescription(
    "More requests than can be served: as many are served as else, the others are refused at once"
  )
)

const numbers = [1, 2, 4]

const processes = Command.make("processes", {
  seed,
  count: count("How many events the processes share, for each number of them", 100_000)
}, ({ count, seed }) =>
  run(
    "processes",
    seed,
    Effect.gen(function*() {
      const { url } = yield* freshPostgres
      const proven = yield* Effect.forEach(numbers, (processes) =>
        anotherDatabase(url, `processes_${processes}`).pipe(
          Effect.flatMap((database) => trialOn(database)),
          Effect.flatMap((trial) => shareEvents(trial, { count, processes })),
          Effect.scoped
        ))
      return together(proven, numbers.map((processes) => `${processes} `))
    })
  )).pipe(Command.withDescription("1, 2 and 4 processes share events: a counter behind the inbox is exact"))

const faults = Command.make("faults", {
  seed,
  count: count("How often the connection is cut at each point", 200),
  kills: Flag.Int("kills").pipe(
    Flag.withDescription("How often the server is killed at each point"),
    Flag.withDefault(20)
  )
}, ({ seed, ...options }) => run("faults", seed, onFreshPostgres((trial) => faultEveryStep(trial, options)))).pipe(
  Command.withDescription("A fault before each statement of each command: all of it is kept, or nothing")
)

const contract = Command.make("contract", {
  seed,
  count: count("How many valid, nearly valid and malformed requests each operation gets", 10_000),
  perServer: Flag.Int("per-server").pipe(
    Flag.withDescription("How many of these one server and its database get"),
    Flag.withDefault(500)
  )
}, ({ seed, ...options }) => run("contract", seed, askEveryOperation(seed, options))).pipe(
  Command.withDescription("Requests made from the API definition: no answer fails, leaks or is off the definition")
)

const permissions = Command.make("permissions", {
  seed,
  only: Flag.String("only").pipe(
    Flag.withDescription("Only checks whose file or text holds this: contexts/onboarding"),
    Flag.withDefault("")
  )
}, ({ only, seed }) => run("permissions", seed, removePermissions(only))).pipe(
  Command.withDescription("Each check of rights is removed in turn: the tests of who may do what notice it")
)

const soak = Command.make("soak", {
  seed,
  minutes: Flag.Int("minutes").pipe(Flag.withDescription("How long the load lasts"), Flag.withDefault(60)),
  rate: Flag.Int("rate").pipe(Flag.withDescription("Requests a second"), Flag.withDefault(50))
}, ({ seed, ...options }) => run("soak", seed, onFreshPostgres((trial) => soakServer(trial, options)))).pipe(
  Command.withDescription("A constant load for long: memory and connections stay what they are")
)

const tokens = Command.make("tokens", {
  seed,
  count: count("How many mutations are tried, of four kinds of token together", 1_000_000)
}, ({ count, seed }) => run("tokens", seed, onFreshPostgres((trial) => tryTokens(trial, count)))).pipe(
  Command.withDescription("Random changes of valid tokens, of ours and of another issuer: none is taken")
)

const logins = Command.make("logins", {
  seed,
  count: count("How many wrong passwords are sent", 1000),
  clients: Flag.Int("clients").pipe(Flag.withDescription("How many of them at once"), Flag.withDefault(100)),
  rate: Flag.Int("rate").pipe(Flag.withDescription("Reads of others a second"), Flag.withDefault(50)),
  seconds: Flag.Int("seconds").pipe(Flag.withDescription("How long others are asked alone"), Flag.withDefault(20)),
  hashes: Flag.Int("hashes").pipe(Flag.withDescription("How many are hashed at once"), Flag.withDefault(2))
}, ({ seed, ...options }) => run("logins", seed, onFreshPostgres((trial) => guessPasswords(trial, options)))).pipe(
  Command.withDescription("Many wrong passwords at once: none gets in, and the requests of others take little longer")
)

Command.make("proof").pipe(
  Command.withDescription("The promises of the engine, tried for long: each run keeps its counters in .data/proof"),
  Command.withSubcommands([
    kill,
    faults,
    processes,
    restart,
    commit,
    sigterm,
    overloaded,
    contract,
    logins,
    permissions,
    tokens,
    soak,
    webhooks
  ]),
  Command.run({ version: "0.1.0" }),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
