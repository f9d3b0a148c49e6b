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

/** Stops servers by SIGTERM under load, one after another, and puts a new one in the place of each before. */
export const stopServers = Effect.fnUntraced(function*(trial: Trial, options: StopOptions) {
  const random = yield* Random.Random
  const environment = { ...trial.environment, PROOF_HANDLER_MILLIS: `${options.handlerMillis}` }
  const { add, ports } = makeBalancer(trial.token)
  const start = Effect.tap(startServing(environment), ({ port }) => add(port))
  const serving = yield* Effect.all(Array.from({ length: options.servers }, () => start), { concurrency: "unbounded" })
  const load = yield* startLoad({ ...options, token: trial.token, ports, retrying: 0, reading: 0.2 })
  let stops = 0
  let badExits = 0
  let longestStop = 0

  while (stops < options.count) {
    const next = yield* start
    yield* Effect.sleep(random.nextDoubleUnsafe() * 300)
    const place = Math.floor(random.nextDoubleUnsafe() * serving.length)
    const [leaving] = serving.slice(place, place + 1)
    if (leaving === undefined) continue
    serving.push(next)
    const begun = performance.now()
    yield* leaving.signal("SIGTERM")
    stops++
    const code = yield* leaving.ended
    serving.splice(serving.indexOf(leaving), 1)
    longestStop = Math.max(longestStop, performance.now() - begun)
    if (code !== 0 || leaving.complaints() !== "") badExits++
  }
  yield* load.stop
  const stuck = yield* settled(60_000)
  const { keys, acknowledged, ...others } = load.ledger.counters
  const proven: Proven = {
    settings: { ...options },
    counters: {
      stops,
      badExits,
      keys: keys ?? -1,
      acknowledged: acknowledged ?? -1,
      failed: (keys ?? -1) - (acknowledged ?? -1) + load.ledger.failedReads,
      ...others,
      ...yield* commandTally(load.ledger),
      ...yield* effectTally,
      stuck,
      longestStopMillis: Math.round(longestStop)
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
