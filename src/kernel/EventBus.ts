import { Context, Duration, Effect, Layer, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Headers, HttpTraceContext } from "effect/http"
import { PersistedQueue } from "effect/persistence"
import { SqlClient, type SqlError, type Statement } from "effect/sql"
import type { Event } from "./contract/Event.ts"
import type { UserId } from "./contract/Rights.ts"
import { metrics } from "./Metrics.ts"
import { onceMigrated } from "./Migrated.ts"
import { Origin } from "./Origin.ts"
import { putOff } from "./PipelinedClient.ts"

/** One element of the queue: an event for one subscription. */
export const Delivery = Schema.Struct({
  subscription: Schema.String,
  eventId: Schema.String,
  tag: Schema.String,
  payload: Schema.Json,
  /** Of the span that published it (W3C Trace Context). */
  traceparent: Schema.optionalKey(Schema.NullOr(Schema.String)),
  correlationId: Schema.NullOr(Schema.String),
  actorId: Schema.NullOr(Schema.String)
})
export type Delivery = typeof Delivery.Type

export const queueName = "events"

/** Which subscriptions there are for a tag. The same in every process, or an event would miss a handler. */
export class Subscriptions extends Context.Service<Subscriptions, {
  readonly byTag: ReadonlyMap<string, ReadonlyArray<string>>
}>()("cardapio/kernel/Subscriptions") {}

interface Stored extends Event {
  readonly id: string
}

const Queues = PersistedQueue.layer.pipe(Layer.provide(PersistedQueue.layerStoreSql()))

const traceParent = Effect.map(
  Effect.option(Effect.currentSpan),
  Option.flatMap((span) => {
    const headers = HttpTraceContext.toHeaders(span)
    return Option.isSome(HttpTraceContext.w3c(headers)) ? Headers.get(headers, "traceparent") : Option.none()
  })
)

/** Stores events with the change that they tell of: all of it is kept, or nothing. */
export class EventBus extends Context.Service<EventBus, {
  /**
   * Inside a transaction: a row for each event, an element of the queue for each of its subscriptions. `beside` is written with
   * the rows in one statement; with a `delay`, in whole seconds, they are delivered no sooner.
   */
  publish(
    events: ReadonlyArray<Event>,
    actorId: UserId | null,
    options?: { readonly beside?: Statement.Statement<object> | undefined; readonly delay?: Duration.Duration }
  ): Effect.Effect<void, SqlError.SqlError | PersistedQueue.PersistedQueueError | Schema.SchemaError>
}>()("cardapio/kernel/EventBus") {
  /** Over the pool of whoever provides it: what is published belongs to the transactions of that pool. */
  static readonly layer = Layer.effect(
    EventBus,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { byTag } = yield* Subscriptions
      const making = Effect.flatMap(
        Layer.build(Queues),
        (built) => Effect.provideContext(PersistedQueue.make({ name: queueName, schema: Delivery }), built)
      )
      const offering = yield* onceMigrated(making)

      const store = (events: ReadonlyArray<Stored>, actorId: UserId | null, correlationId: string | null) =>
        sql`
          INSERT INTO events (id, tag, payload, actor_id, correlation_id)
          SELECT id, tag, payload, ${actorId}::uuid, ${correlationId}::text
          FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS e(id uuid, tag text, payload jsonb)`

      const offer = Effect.fnUntraced(function*(
        { id: eventId, payload, tag }: Stored,
        actorId: UserId | null,
        correlationId: string | null,
        delay: Duration.Duration
      ) {
        const subscriptions = byTag.get(tag) ?? []
        if (subscriptions.length === 0) return
        const queue = yield* offering
        const traceparent = Option.getOrNull(yield* traceParent)
        for (const subscription of subscriptions) {
          const delivery: Delivery = { subscription, eventId, tag, payload, traceparent, correlationId, actorId }
          yield* queue.offer(delivery, { id: `${eventId}/${subscription}`, delay })
        }
      })

      return EventBus.of({
        publish: Effect.fnUntraced(function*(events, actorId, { beside, delay = Duration.zero } = {}) {
          if (events.length === 0) return yield* beside === undefined ? Effect.void : putOff(sql, beside)
          const { correlationId } = yield* Origin
          const stored = events.map(({ payload, tag }) => ({ id: SecureRandom.uuidV7Unsafe(), tag, payload }))
          const rows = store(stored, actorId, correlationId)
          for (const event of stored) yield* offer(event, actorId, correlationId, delay)
          yield* putOff(sql, beside === undefined ? rows : sql`WITH published AS (${rows}) ${beside}`)
          yield* sql.afterCommit(Effect.sync(() => stored.forEach(({ tag }) => metrics.eventsPublished({ tag }, 1))))
        })
      })
    })
  )
}
