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

/** Servers that are killed and started again until there were so many kills; at the end all of them serve. */
export const mortals = Effect.fnUntraced(function*(trial: Trial, options: KillOptions) {
  const random = yield* Random.Random
  const between = (min: number, max: number) => min + random.nextDoubleUnsafe() * (max - min)
  const environment = { ...trial.environment, PROOF_LAPSE_MILLIS: `${options.lapseMillis}` }
  const ports = new Map<number, number>()
  const counts = { kills: 0, killsOnTheWayUp: 0, longestOutageMillis: 0 }

  const up = Effect.fnUntraced(function*(place: number, killedAt: number | undefined) {
    const server = yield* startServer(environment)
    const more = counts.kills < options.count
    if (more && killedAt !== undefined && random.nextDoubleUnsafe() < dyingOnTheWay) {
      yield* Effect.sleep(between(50, 900))
      counts.killsOnTheWayUp++
      return server
    }
    const port = yield* server.serves
    if (port === undefined) return yield* Effect.die(`a server did not start: ${server.complaints()}`)
    ports.set(place, port)
    const works = Effect.map(
      ask(port, trial.token, { method: "GET", path: "/v1/products?limit=1" }),
      (outcome) => outcome._tag === "Answered" && outcome.status === 200
    )
    yield* until(works, "30 seconds", "10 millis")
    const outage = killedAt === undefined ? 0 : Math.round(performance.now() - killedAt)
    counts.longestOutageMillis = Math.max(counts.longestOutageMillis, outage)
    if (more) yield* Effect.sleep(between(20, options.servesMillis))
    return server
  })

  const life = Effect.fnUntraced(function*(place: number) {
    let killedAt: number | undefined
    for (;;) {
      const server = yield* up(place, killedAt)
      if (counts.kills >= options.count && ports.has(place)) return
      counts.kills++
      killedAt = performance.now()
      yield* server.signal("SIGKILL")
      ports.delete(place)
      yield* server.ended
    }
  })
  const lives = yield* Effect.forEach(Array.from({ length: options.servers }), (_, n) => Effect.forkScoped(life(n)))
  return { counts, ports: () => [...ports.values()], over: Fiber.joinAll(lives) }
})

/** Kills servers under load at random instants: what was acknowledged is kept, and every event acts once. */
export const killServers = Effect.fnUntraced(function*(trial: Trial, options: KillOptions) {
  const { counts, over, ports } = yield* mortals(trial, options)
  const load = yield* startLoad({ ...options, token: trial.token, ports, retrying: 0.5, reading: 0.1 })
  yield* over
  yield* load.stop
  const stuck = yield* settled(options.lapseMillis + 60_000)
  const proven: Proven = {
    settings: { ...options },
    counters: {
      ...counts,
      ...load.ledger.counters,
      ...yield* commandTally(load.ledger),
      ...yield* effectTally,
      stuck
    },
    promised: {
      ...noLoss,
      kills: { atLeast: options.count },
      acknowledged: { atLeast: options.count },
      longestOutageMillis: { atMost: backWithin }
    }
  }
  return proven
}, (effect, trial) => Effect.provideService(effect, SqlClient.SqlClient, trial.sql))
