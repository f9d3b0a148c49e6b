import { Effect, Random } from "effect"
import { SqlClient } from "effect/sql"
import { makeBalancer } from "./Balancer.ts"
import { startLoad } from "./Load.ts"
import type { Proven } from "./Proven.ts"
import { commandTally, effectTally, noLoss, settled } from "./tally.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"

export interface StopOptions {
  readonly count: number
  readonly servers: number
  readonly clients: number
  /** How long each event's handler takes. */
  readonly handlerMillis: number
}

/** Less than the 20 s after which a claim lapses: whoever stops gives its claims back. */
const deliveredWithin = 10_000

/** Servers behind a balancer that are stopped in turn, each with a new one in its place before. */
const rolling = Effect.fnUntraced(function*(trial: Trial, options: StopOptions) {
  const random = yield* Random.Random
  const environment = { ...trial.environment, PROOF_HANDLER_MILLIS: `${options.handlerMillis}` }
  const { add, ports } = makeBalancer(trial.token)
  const start = Effect.tap(startServing(environment), ({ port }) => add(port))
  const serving = yield* Effect.all(Array.from({ length: options.servers }, () => start), { concurrency: "unbounded" })
  const counts = { stops: 0, badExits: 0, longestStopMillis: 0 }

  const stopOne = Effect.gen(function*() {
    serving.push(yield* start)
    yield* Effect.sleep(random.nextDoubleUnsafe() * 300)
    const leaving = serving.shift()
    if (leaving === undefined) return yield* Effect.die("nobody serves")
    const begun = performance.now()
    yield* leaving.signal("SIGTERM")
    const code = yield* leaving.ended
    counts.stops++
    counts.longestStopMillis = Math.max(counts.longestStopMillis, Math.round(performance.now() - begun))
    if (code !== 0 || leaving.complaints() !== "") counts.badExits++
  })
  return { counts, ports, stopOne }
})

/** Stops servers by SIGTERM under load: no request that was sent fails, and no event waits for a claim to lapse. */
export const stopServers = Effect.fnUntraced(function*(trial: Trial, options: StopOptions) {
  const { counts, ports, stopOne } = yield* rolling(trial, options)
  const load = yield* startLoad({ ...options, token: trial.token, ports, retrying: 0, reading: 0.2 })
  for (let n = 0; n < options.count; n++) yield* stopOne
  yield* load.stop
  const stuck = yield* settled(60_000)
  const { acknowledged, failedReads, keys } = load.ledger
  const proven: Proven = {
    settings: { ...options },
    counters: {
      ...counts,
      ...load.ledger.counters,
      failed: keys - acknowledged.size + failedReads,
      ...yield* commandTally(load.ledger),
      ...yield* effectTally,
      stuck
    },
    promised: {
      ...noLoss,
      stops: { is: options.count },
      badExits: { is: 0 },
      acknowledged: { atLeast: options.count },
      failed: { is: 0 },
      cutConnections: { is: 0 },
      longestDeliveryMillis: { atMost: deliveredWithin }
    }
  }
  return proven
}, (effect, trial) => Effect.provideService(effect, SqlClient.SqlClient, trial.sql))
