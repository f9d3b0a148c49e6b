import { Effect, Random, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { commandProxy, type Fate } from "./CommandProxy.ts"
import type { Statement } from "./FrontendReader.ts"
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

const fates = ["cutBefore", "cutAfter", "swallowed"] as const

/** Every other COMMIT meets a fate, as long as some are `left` to. */
const meddle = (chance: () => number) => {
  const meddling = { left: 0, counts: { cutBefore: 0, cutAfter: 0, swallowed: 0, passed: 0 } }
  const decide = ({ isCommit }: Statement): Fate | undefined => {
    if (!isCommit) return undefined
    const fate = meddling.left === 0 || chance() < 0.5 ? undefined : fates[Math.floor(chance() * fates.length)]
    meddling.counts[fate ?? "passed"]++
    if (fate !== undefined) meddling.left--
    return fate
  }
  return { meddling, decide }
}

/** Cuts COMMITs of commands, or their answers; every client asks again with its key until it is answered. */
export const cutCommits = Effect.fnUntraced(function*(trial: Trial, options: CommitOptions) {
  const random = yield* Random.Random
  const { decide, meddling } = meddle(() => random.nextDoubleUnsafe())
  const url = yield* commandProxy(trial.url, decide)
  const server = yield* startServing({
    ...trial.environment,
    DATABASE_URL: Redacted.value(url),
    DATABASE_POOL_SIZE: `${options.clients}`,
    COMMAND_TIMEOUT: "1 s"
  })
  meddling.left = options.count
  const load = yield* startLoad({
    ...options,
    token: trial.token,
    ports: () => [server.port],
    retrying: 1,
    reading: 0
  })
  yield* until(Effect.sync(() => meddling.left === 0), "30 minutes")
  yield* load.stop
  const stuck = yield* settled(60_000)
  const { counters } = load.ledger
  const proven: Proven = {
    settings: { ...options },
    counters: {
      meddledCommits: options.count - meddling.left,
      ...meddling.counts,
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
