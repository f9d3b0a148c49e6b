import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { commitProxy } from "./CommitProxy.ts"
import { startLoad } from "./Load.ts"
import type { Proven } from "./Proven.ts"
import { commandTally, effectTally, noLoss, settled } from "./tally.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"
import { until } from "./until.ts"

export interface CommitOptions {
  readonly count: number
  readonly clients: number
}

/** Cuts COMMITs of commands, or their answers; every client asks again with its key until it is answered. */
export const cutCommits = Effect.fnUntraced(function*(trial: Trial, options: CommitOptions) {
  const proxy = yield* commitProxy(trial.url)
  const server = yield* startServing({
    ...trial.environment,
    DATABASE_URL: Redacted.value(proxy.url),
    DATABASE_POOL_SIZE: `${options.clients}`,
    COMMAND_TIMEOUT: "1 s"
  })
  proxy.left = options.count
  const load = yield* startLoad({
    ...options,
    token: trial.token,
    ports: () => [server.port],
    retrying: 1,
    reading: 0
  })
  yield* until(Effect.sync(() => proxy.left === 0), "30 minutes")
  yield* load.stop
  const stuck = yield* settled(60_000)
  const { counters } = load.ledger
  const proven: Proven = {
    settings: { ...options },
    counters: {
      meddledCommits: options.count - proxy.left,
      ...proxy.counts,
      ...counters,
      ...yield* commandTally(load.ledger),
      ...yield* effectTally,
      stuck
    },
    promised: {
      ...noLoss,
      meddledCommits: { is: options.count },
      cutBefore: { atLeast: 1 },
      cutAfter: { atLeast: 1 },
      swallowed: { atLeast: 1 },
      acknowledged: { is: counters["keys"] ?? -1 },
      products: { is: counters["keys"] ?? -1 },
      replayed: { atLeast: 1 },
      cutConnections: { is: 0 }
    }
  }
  return proven
}, (effect, trial) => Effect.provideService(effect, SqlClient.SqlClient, trial.sql))
