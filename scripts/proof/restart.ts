import { Effect, Random } from "effect"
import { SqlClient } from "effect/sql"
import * as LockFile from "../../src/kernel/embedded/LockFile.ts"
import { startLoad } from "./Load.ts"
import type { Proven } from "./Proven.ts"
import { commandTally, effectTally, noLoss, settled } from "./tally.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"
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

const statusesBut = (counters: Readonly<Record<string, number>>, allowed: ReadonlyArray<number>) =>
  Object.entries(counters).reduce((sum, [name, count]) => {
    const [, status] = /^status(\d+)$/.exec(name) ?? []
    return status === undefined || allowed.includes(Number(status)) ? sum : sum + count
  }, 0)

/** Stops PostgreSQL under load; its keeper starts it again. */
export const restartPostgres = Effect.fnUntraced(
  function*(trial: Trial, directory: string, options: RestartOptions) {
    const random = yield* Random.Random
    const servers = yield* Effect.all(
      Array.from({ length: options.servers }, () => startServing(trial.environment)),
      { concurrency: "unbounded" }
    )
    const load = yield* startLoad({
      ...options,
      token: trial.token,
      ports: () => servers.map(({ port }) => port),
      retrying: 0.5,
      reading: 0.25
    })
    const stops = { SIGINT: 0, SIGQUIT: 0, SIGKILL: 0 }
    let longestAway = 0
    let slowestReturn = 0
    for (let n = 0; n < options.count; n++) {
      yield* Effect.sleep(options.pauseMillis * (0.3 + 0.7 * random.nextDoubleUnsafe()))
      const manner = manners[n % manners.length] ?? "SIGINT"
      const before = LockFile.read(directory)?.pid ?? 0
      const begun = performance.now()
      process.kill(before, manner)
      stops[manner]++
      yield* until(
        Effect.sync(() => {
          const lock = LockFile.read(directory)
          return lock?.ready === true && lock.pid !== before
        }),
        "1 minute",
        "5 millis"
      )
      const back = performance.now()
      longestAway = Math.max(longestAway, back - begun)
      yield* until(Effect.sync(() => load.ledger.lastSuccess > back), "1 minute", "5 millis")
      slowestReturn = Math.max(slowestReturn, performance.now() - back)
    }
    yield* load.stop
    const stuck = yield* settled(60_000)
    const { counters } = load.ledger
    const proven: Proven = {
      settings: { ...options },
      counters: {
        stops: stops.SIGINT + stops.SIGQUIT + stops.SIGKILL,
        ...stops,
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
