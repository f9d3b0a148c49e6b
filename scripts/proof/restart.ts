import { Effect, Fiber, Option, Random } from "effect"
import { SqlClient } from "effect/sql"
import * as LockFile from "../../src/kernel/embedded/LockFile.ts"
import { ask } from "./Asking.ts"
import type { Ledger } from "./Ledger.ts"
import { startLoad } from "./Load.ts"
import type { Proven } from "./Proven.ts"
import { commandTally, effectTally, noLoss, settled, statusesBut } from "./tally.ts"
import type { Trial } from "./Trial.ts"
import { startServer, startServing } from "./TrialServer.ts"
import { until } from "./until.ts"

export interface RestartOptions {
  readonly count: number
  readonly servers: number
  readonly clients: number
  /** How long PostgreSQL is left alone at most after it has answered again. */
  readonly pauseMillis: number
}

/** The ways PostgreSQL ends: a fast shutdown, an immediate one, and without a word. */
const manners = ["SIGINT", "SIGQUIT", "SIGKILL"] as const

/** Kills PostgreSQL once more on its way up, in the midst of its recovery; its process, or nothing where it was too late. */
const killRecovering = Effect.fnUntraced(function*(directory: string, before: number) {
  let lock: LockFile.LockFile | undefined
  const isBegun = Effect.sync(() => {
    lock = LockFile.read(directory)
    return lock !== undefined && lock.pid !== 0 && lock.pid !== before
  })
  yield* until(isBegun, "1 minute", "1 millis")
  if (lock === undefined || lock.ready) return undefined
  process.kill(lock.pid, "SIGKILL")
  return lock.pid
})

/** Ends PostgreSQL, and waits until it is back and somebody has been served; how long each took. */
const stopOnce = Effect.fnUntraced(function*(directory: string, manner: NodeJS.Signals, ledger: Ledger) {
  const before = LockFile.read(directory)?.pid ?? 0
  const begun = performance.now()
  process.kill(before, manner)
  const recovering = manner === "SIGKILL" ? yield* killRecovering(directory, before) : undefined
  const isBack = Effect.sync(() => {
    const lock = LockFile.read(directory)
    return lock?.ready === true && lock.pid !== before && lock.pid !== recovering
  })
  yield* until(isBack, "1 minute", "5 millis")
  const back = performance.now()
  yield* until(Effect.sync(() => ledger.lastSuccess > back), "1 minute", "5 millis")
  return { inRecovery: recovering !== undefined, away: back - begun, firstSuccess: performance.now() - back }
})

/** What becomes of a server that starts now: it serves, or ends and says why in one line, or neither. */
const started = Effect.fnUntraced(function*(trial: Trial) {
  const server = yield* startServer(trial.environment)
  const port = yield* Effect.timeoutOption(server.serves, "1 minute")
  if (Option.isNone(port)) return "bootsStuck"
  if (port.value === undefined) {
    const code = yield* server.ended
    if (code === 1 && /^cardapio: .+\n$/.test(server.complaints())) return "bootsRefused"
    console.error(`a server ended with ${code}: ${server.complaints()}`)
    return "bootsStuck"
  }
  const serves = Effect.map(
    ask(port.value, trial.token, { method: "GET", path: "/v1/products?limit=1" }),
    (outcome) => outcome._tag === "Answered" && outcome.status === 200
  )
  return (yield* until(serves, "30 seconds")) ? "bootsServed" : "bootsStuck"
}, Effect.scoped)

/** Stops PostgreSQL under load, every other time while another server starts; its keeper starts it again. */
export const restartPostgres = Effect.fnUntraced(
  function*(trial: Trial, directory: string, options: RestartOptions) {
    const random = yield* Random.Random
    const starting = Array.from({ length: options.servers }, () => startServing(trial.environment))
    const begun = performance.now()
    const servers = yield* Effect.all(starting, { concurrency: "unbounded" })
    const startMillis = performance.now() - begun
    const ports = () => servers.map(({ port }) => port)
    const load = yield* startLoad({ ...options, token: trial.token, ports, retrying: 0.5, reading: 0.25 })
    const stops = { SIGINT: 0, SIGQUIT: 0, SIGKILL: 0, inRecovery: 0 }
    const boots = { bootsServed: 0, bootsRefused: 0, bootsStuck: 0 }
    let longestAway = 0
    let slowestReturn = 0
    for (let n = 0; n < options.count; n++) {
      yield* Effect.sleep(options.pauseMillis * (0.3 + 0.7 * random.nextDoubleUnsafe()))
      const boot = n % 2 === 0 ? yield* Effect.forkScoped(started(trial)) : undefined
      if (boot !== undefined) yield* Effect.sleep(startMillis * (0.3 + 0.8 * random.nextDoubleUnsafe()))
      const manner = manners[n % manners.length] ?? "SIGINT"
      stops[manner]++
      const { away, firstSuccess, inRecovery } = yield* stopOnce(directory, manner, load.ledger)
      if (inRecovery) stops.inRecovery++
      longestAway = Math.max(longestAway, away)
      slowestReturn = Math.max(slowestReturn, firstSuccess)
      if (boot !== undefined) boots[yield* Fiber.join(boot)]++
    }
    yield* load.stop
    const stuck = yield* settled(60_000)
    const { counters } = load.ledger
    const proven: Proven = {
      settings: { ...options },
      counters: {
        stops: stops.SIGINT + stops.SIGQUIT + stops.SIGKILL,
        ...stops,
        ...boots,
        ...counters,
        otherStatuses: statusesBut(counters, [200, 201, 503]),
        deadServers: servers.filter((server) => server.isOver()).length,
        ...yield* commandTally(load.ledger),
        ...yield* effectTally,
        stuck,
        longestAwayMillis: Math.round(longestAway),
        slowestFirstSuccessMillis: Math.round(slowestReturn)
      },
      promised: {
        ...noLoss,
        stops: { is: options.count },
        inRecovery: { atLeast: Math.floor(options.count / 6) },
        bootsStuck: { is: 0 },
        acknowledged: { atLeast: options.count },
        otherStatuses: { is: 0 },
        deadServers: { is: 0 },
        slowestFirstSuccessMillis: { atMost: 1000 }
      }
    }
    return proven
  },
  (effect, trial) => Effect.provideService(effect, SqlClient.SqlClient, trial.sql)
)
