import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, type Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { ProductId } from "../../src/contexts/products/contract/Product.ts"
import { ProductCreated } from "../../src/contexts/products/contract/ProductEvents.ts"
import { eventOf } from "../../src/kernel/contract/Event.ts"
import { EventBus } from "../../src/kernel/EventBus.ts"
import { subscriptionsOf } from "../../src/kernel/EventWorkers.ts"
import { leaveEffects } from "./leaveEffects.ts"
import type { Proven } from "./Proven.ts"
import { effectTally, settled } from "./tally.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"

export interface ShareOptions {
  readonly count: number
  readonly processes: number
}

const perTransaction = 200

const publishing = (url: Redacted.Redacted<string>) =>
  EventBus.layer.pipe(
    Layer.provide(subscriptionsOf(leaveEffects("0 millis"))),
    Layer.provideMerge(PgClient.layer({ url, maxConnections: 4, transformJson: false }))
  )

/** Publishes events as commands do, only many in a transaction. */
const publish = (url: Redacted.Redacted<string>, count: number) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const events = yield* EventBus
    const batches = Array.from(
      { length: Math.ceil(count / perTransaction) },
      (_, n) => Math.min(perTransaction, count - n * perTransaction)
    )
    const event = () => {
      const item = { id: ProductId.make(SecureRandom.uuidV7Unsafe()), source: "manual", name: "Proof", barcode: null }
      return eventOf(ProductCreated, new ProductCreated({ items: [item] }))
    }
    yield* Effect.forEach(
      batches,
      (size) => sql.withTransaction(events.publish(Array.from({ length: size }, event), null)),
      { concurrency: 4, discard: true }
    )
  }).pipe(Effect.provide(publishing(url)))

/** Lets so many processes deliver a backlog of events, behind which a counter must be exact. */
export const shareEvents = Effect.fnUntraced(function*(trial: Trial, options: ShareOptions) {
  const begun = performance.now()
  yield* publish(trial.url, options.count)
  const published = performance.now() - begun
  const servers = yield* Effect.all(
    Array.from({ length: options.processes }, () => startServing({ ...trial.environment })),
    { concurrency: "unbounded" }
  )
  const stuck = yield* settled(60_000 + options.count * 20)
  const [row] = yield* trial.sql<{ seconds: number }>`
    SELECT extract(epoch FROM max(at) - min(at))::float8 AS seconds FROM proof_effects`
  yield* Effect.forEach(servers, (server) => Effect.andThen(server.signal("SIGTERM"), server.ended))
  const { longestDeliveryMillis: _, ...tally } = yield* effectTally
  const proven: Proven = {
    settings: { ...options, perTransaction },
    counters: {
      ...tally,
      stuck,
      publishedPerSecond: Math.round(options.count / (published / 1000)),
      deliveredPerSecond: Math.round(options.count / (row?.seconds ?? Number.NaN))
    },
    promised: {
      events: { is: options.count },
      effects: { is: options.count },
      lostEffects: { is: 0 },
      doubleEffects: { is: 0 },
      effectsOfNothing: { is: 0 },
      deadLetters: { is: 0 },
      stuck: { is: 0 },
      deliveredPerSecond: { atLeast: 1 }
    }
  }
  return proven
}, (effect, trial) => Effect.provideService(effect, SqlClient.SqlClient, trial.sql))
