import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { join } from "node:path"
import { explained } from "../../src/server/explained.ts"
import { BenchDatabase } from "./BenchDatabase.ts"
import { credentialsPart } from "./credentialsPart.ts"
import { eventsPart } from "./eventsPart.ts"
import { httpPart } from "./httpPart.ts"
import { importPart } from "./importPart.ts"
import { memoryPart } from "./memoryPart.ts"
import { menusPart } from "./menusPart.ts"
import { pgbenchPart } from "./pgbenchPart.ts"
import { recipesPart } from "./recipesPart.ts"
import { report } from "./report.ts"
import { searchPart } from "./searchPart.ts"
import { webhooksPart } from "./webhooksPart.ts"
import { works } from "./works.ts"

const parts = [
  "http",
  "events",
  "import",
  "pgbench",
  "memory",
  "search",
  "recipes",
  "menus",
  "webhooks",
  "credentials"
] as const

const flags = {
  rounds: Flag.Int("rounds").pipe(Flag.withDescription("How often each has its turn"), Flag.withDefault(5)),
  seconds: Flag.Int("seconds").pipe(Flag.withDescription("How long a turn is"), Flag.withDefault(3)),
  connections: Flag.Int("connections").pipe(
    Flag.withDescription("Connections of the load over HTTP"),
    Flag.withDefault(32)
  ),
  only: Flag.Literals("only", parts).pipe(Flag.withDescription("One part alone"), Flag.optional),
  work: Flag.Literals("work", works.map(({ name }) => name)).pipe(
    Flag.withDescription("One kind of request alone"),
    Flag.optional
  ),
  products: Flag.Int("products").pipe(
    Flag.withDescription("Products of the catalogue that is searched"),
    Flag.withDefault(1_000_000)
  ),
  queries: Flag.Int("queries").pipe(
    Flag.withDescription("How many searches of each kind are asked"),
    Flag.withDefault(1000)
  ),
  names: Flag.String("names").pipe(
    Flag.withDescription("The folder with the tables of foods whose names are recombined for the search"),
    Flag.withDefault(join(import.meta.dirname, "../../../shared/data"))
  ),
  usda: Flag.String("usda").pipe(
    Flag.withDescription("The folder of usda-sr28 that is imported"),
    Flag.withDefault(join(import.meta.dirname, "../../../shared/data/usda-sr28"))
  )
}

const bench = Command.make(
  "bench",
  flags,
  ({ names, only, products, queries, usda, work, ...settings }) =>
    Effect.gen(function*() {
      const { embedded, version } = yield* BenchDatabase
      const when = <A, E, R>(part: (typeof parts)[number], effect: Effect.Effect<A, E, R>) =>
        Option.getOrElse(only, () => part) === part ? effect : Effect.undefined
      const results = {
        http: yield* when(
          "http",
          httpPart(settings, works.filter(({ name }) => Option.getOrElse(work, () => name) === name))
        ),
        events: yield* when("events", eventsPart(settings)),
        imported: yield* when("import", importPart(settings, usda)),
        pgbench: yield* when("pgbench", pgbenchPart(settings)),
        memory: yield* when("memory", memoryPart(settings)),
        search: yield* when("search", searchPart({ names, products, queries })),
        recipes: yield* when("recipes", recipesPart),
        menus: yield* when("menus", menusPart),
        webhooks: yield* when("webhooks", webhooksPart),
        credentials: yield* when("credentials", credentialsPart)
      }
      yield* report({ ...settings, postgres: version, embedded }, results)
    }).pipe(Effect.provide(BenchDatabase.layer))
).pipe(
  Command.withDescription(
    "Measure the server against Fastify + pg and node:http + postgres doing the same work on the same database"
  ),
  Command.withExamples([
    { command: "npm run bench", description: "All of it: some ten minutes" },
    { command: "npm run bench -- --only http --rounds 3", description: "The requests alone, three times" }
  ])
)

bench.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.catchCause((cause) =>
    Effect.andThen(
      Console.error(`bench: ${explained(cause) ?? Cause.pretty(cause)}`),
      Effect.sync(() => {
        process.exitCode = 1
      })
    )
  ),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
