import { Effect, Fiber, Random } from "effect"
import { SqlClient } from "effect/sql"
import { ask } from "./Asking.ts"
import { startLoad } from "./Load.ts"
import type { Proven } from "./Proven.ts"
import { commandTally, effectTally, noLoss, settled } from "./tally.ts"
import type { Trial } from "./Trial.ts"
import { startServer } from "./TrialServer.ts"
import { until } from "./until.ts"

export interface KillOptions {
  readonly count: number
  readonly servers: number
  readonly clients: number
  /** After how long the claims of a killed server lapse. */
  readonly lapseMillis: number
  /** How long a server serves at most before it is killed. */
  readonly servesMillis: number
}

/** The lock expiry of a server with the product's times, and a second. */
const backWithin = 21_000

/** One in five dies on the way up, the others after they have served for a random while. */
const dyingOnTheWay = 0.2

/** Kills servers under load at random instants: what was acknowledged is kept, and every event acts once. */
export const killServers = Effect.fnUntraced(function*(trial: Trial, options: KillOptions) {
  const random = yield* Random.Random
  const between = (min: number, max: number) => min + random.nextDoubleUnsafe() * (max - min)
  const environment = { ...trial.environment, PROOF_LAPSE_MILLIS: `${options.lapseMillis}` }
  const ports = new Map<number, number>()
  const load = yield* startLoad({
    ...options,
    token: trial.token,
    ports: () => [...ports.values()],
    retrying: 0.5,
    reading: 0.1
  })
  let kills = 0
  let killsOnTheWayUp = 0
  let longestOutage = 0

  const serving = Effect.fnUntraced(function*(slot: number, begun: number) {
    const server = yield* startServer(environment)
    if (kills > 0 && random.nextDoubleUnsafe() < dyingOnTheWay && kills < options.count) {
      yield* Effect.sleep(between(50, 900))
      killsOnTheWayUp++
      return server
    }
    const port = yield* server.serves
    if (port === undefined) return yield* Effect.die(`a server did not start: ${server.complaints()}`)
    ports.set(slot, port)
    const works = Effect.map(
      ask(port, trial.token, { method: "GET", path: "/v1/products?limit=1" }),
      (outcome) => outcome._tag === "Answered" && outcome.status === 200
    )
    yield* until(works, "30 seconds", "10 millis")
    if (begun > 0) longestOutage = Math.max(longestOutage, performance.now() - begun)
    if (kills < options.count) yield* Effect.sleep(between(20, options.servesMillis))
    return server
  })

  const slot = Effect.fnUntraced(function*(slot: number) {
    let begun = 0
    while (kills < options.count) {
      const server = yield* serving(slot, begun)
      if (kills >= options.count) return
      kills++
      begun = performance.now()
      yield* server.signal("SIGKILL")
      ports.delete(slot)
      yield* server.ended
    }
    yield* serving(slot, begun)
  })
  const slots = yield* Effect.forEach(Array.from({ length: options.servers }), (_, n) => Effect.forkScoped(slot(n)))
  yield* Fiber.joinAll(slots)
  yield* load.stop
  const stuck = yield* settled(options.lapseMillis + 60_000)
  const proven: Proven = {
    settings: { ...options },
    counters: {
      kills,
      killsOnTheWayUp,
      ...load.ledger.counters,
      ...yield* commandTally(load.ledger),
      ...yield* effectTally,
      stuck,
      longestOutageMillis: Math.round(longestOutage)
    },
    promised: {
      ...noLoss,
      kills: { is: options.count },
      acknowledged: { atLeast: options.count },
      longestOutageMillis: { atMost: backWithin }
    }
  }
  return proven
}, (effect, trial) => Effect.provideService(effect, SqlClient.SqlClient, trial.sql))
