import { Cause, Context, type Duration, Effect, Exit, Layer, Option, References, Schedule, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Headers, HttpTraceContext } from "effect/http"
import { PersistedQueue } from "effect/persistence"
import { SqlClient } from "effect/sql"
import type { EventClass } from "./contract/Event.ts"
import { type Delivery, Delivery as DeliverySchema, queueName, Subscriptions } from "./EventBus.ts"
import { makeTurns } from "./HandlerTurns.ts"
import { metrics } from "./Metrics.ts"
import { Origin } from "./Origin.ts"
import { redacted } from "./redacted.ts"
import { Settings } from "./Settings.ts"
import { timed } from "./timed.ts"

/**
 * How a subscription reacts to an event; the event's id tells a repetition, which the inbox keeps away. `R` is what the workers
 * give it, made over the pool of events, so that all it does belongs to the transaction of its inbox row.
 */
export interface Subscription<R = never> {
  /** `<context>/On<Event>` */
  readonly name: string
  readonly tag: string
  readonly handle: (payload: Schema.Json, eventId: string) => Effect.Effect<void, unknown, R>
}

/** A subscription to an event class. The handler runs in a transaction with its inbox row, on the pool of events. */
export const on = <A, E, R>(
  event: EventClass<A>,
  name: string,
  handle: (event: A, eventId: string) => Effect.Effect<void, E, R>
): Subscription<R> => {
  const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(event))
  return {
    name,
    tag: event.identifier,
    handle: (payload, eventId) => Effect.flatMap(decode(payload), (decoded) => handle(decoded, eventId))
  }
}

/** The subscriptions by tag, for those who publish. */
export const subscriptionsOf = (all: ReadonlyArray<Pick<Subscription, "name" | "tag">>) => {
  const byTag = new Map<string, ReadonlyArray<string>>()
  for (const { name, tag } of all) byTag.set(tag, [...byTag.get(tag) ?? [], name])
  return Layer.succeed(Subscriptions, { byTag })
}

const outcomeOf = (exit: Exit.Exit<string, unknown>) =>
  Exit.isSuccess(exit) ? exit.value : Cause.hasInterruptsOnly(exit.cause) ? "interrupted" : "failed"

interface Times {
  readonly pollInterval: Duration.Input
  /** After this, a claim of a worker that died is free again. */
  readonly lockExpiration: Duration.Input
  readonly lockRefreshInterval: Duration.Input
  readonly retrySchedule: Schedule.Schedule<unknown, number>
  readonly maxAttempts: number
}

/** 1 s, 2 s, 4 s … to 5 min, 10 attempts; claims of a dead process are free after 20 s. Others are for trials. */
export const WorkerTimes = Context.Reference<Times>("cardapio/kernel/WorkerTimes", {
  defaultValue: () => ({
    pollInterval: "100 millis",
    lockExpiration: "20 seconds",
    lockRefreshInterval: "5 seconds",
    retrySchedule: Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("5 minutes")]).pipe(
      Schedule.jittered
    ),
    maxAttempts: 10
  })
})

const Queues = Layer.unwrap(
  Effect.map(WorkerTimes, (times) => PersistedQueue.layer.pipe(Layer.provide(PersistedQueue.layerStoreSql(times))))
)

/** How long a taker rests whom the queue itself has failed: without the database it would ask again at once, for ever. */
const breath = "1 second"

/** A handler's failure is told to the queue by a text, and followed by the next delivery. */
const isOfHandler = (cause: Cause.Cause<unknown>) =>
  cause.reasons.every((reason) => Cause.isFailReason(reason) && typeof reason.error === "string")

/** The span of the command that published it. */
const linksOf = ({ traceparent }: Delivery) =>
  HttpTraceContext.w3c(Headers.fromInput({ traceparent: traceparent ?? undefined })).pipe(
    Option.map((span) => ({ span, attributes: {} })),
    Option.toArray
  )

/**
 * Delivers events from the queue: at least once to each subscription, at most `EVENT_CONCURRENCY` at once, and fewer while somebody
 * waits for an answer of the process; each in a transaction of its own whose first statement is the inbox row. The claims are given
 * back when the process ends, and lapse when it dies.
 */
export const eventWorkers = <R = never>(
  subscriptions: ReadonlyArray<Subscription<R>>,
  isAsked: () => boolean = () => false
) =>
  Layer.effectDiscard(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    if (Option.isSome(yield* Effect.serviceOption(sql.transactionService))) {
      return yield* Effect.die("workers that start inside a transaction would wait for it for ever")
    }
    const { eventConcurrency, eventTimeout, poolSize } = yield* Settings
    const { maxAttempts, retrySchedule } = yield* WorkerTimes
    const services = yield* Effect.context<R>()
    const turns = makeTurns(isAsked)
    const byName = new Map(subscriptions.map((subscription) => [subscription.name, subscription]))
    const queue = yield* PersistedQueue.make({
      name: queueName,
      schema: DeliverySchema,
      maxAttempts,
      retrySchedule
    })

    /** An acknowledgement can be made again after a crash: what it tells of must have outlived that. */
    const durable = sql`SELECT set_config('synchronous_commit', 'on', true)`

    const handled = Effect.fnUntraced(
      function*({ handle }: Subscription<R>, { eventId, payload, subscription }: Delivery) {
        const rows = yield* sql`
        WITH durable AS (${durable})
        INSERT INTO event_inbox (subscription, event_id) SELECT ${subscription}, ${eventId}::uuid FROM durable
        ON CONFLICT DO NOTHING RETURNING event_id`
        if (rows.length === 0) return "repeated"
        yield* Effect.provideContext(handle(payload, eventId), services)
        return "done"
      }
    )

    const deliver = (delivery: Delivery) => {
      const subscription = byName.get(delivery.subscription)
      // A newer server may know it.
      if (subscription === undefined) {
        const id = `${delivery.eventId}/${SecureRandom.uuidV7Unsafe()}`
        return Effect.asVoid(
          sql.withTransaction(Effect.andThen(durable, queue.offer(delivery, { id, delay: "1 minute" })))
        )
      }
      return sql.withTransaction(Effect.timeout(handled(subscription, delivery), eventTimeout)).pipe(
        Effect.provideService(Origin, { correlationId: delivery.correlationId, address: null }),
        Effect.withSpan(delivery.subscription, { root: true, links: linksOf(delivery) }),
        timed((exit, seconds) =>
          metrics.deliverySeconds({ subscription: delivery.subscription, outcome: outcomeOf(exit) }, seconds)
        ),
        // Outside the span, which would add its stack to what a dead letter keeps.
        Effect.catchCause((cause) => {
          if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
          const told = redacted(Cause.pretty(cause))
          const message = told.split("\n", 1).join("").slice(0, 500)
          return Effect.andThen(
            Effect.logWarning(`${delivery.subscription} failed: ${told}`),
            Effect.fail(message)
          )
        }),
        Effect.annotateLogs({ correlationId: delivery.correlationId })
      )
    }

    // The queue asks for work many times a second: only deliveries are worth a span.
    const traced = yield* References.TracerEnabled
    const take = queue.take((delivery) => turns(Effect.withTracerEnabled(deliver(delivery), traced))).pipe(
      Effect.withTracerEnabled(false),
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.failCause(cause)
          : isOfHandler(cause)
          ? Effect.void
          : Effect.sleep(breath)
      )
    )
    // A poll that is cut off when its answer is on the way would keep its claims until they lapse. Once the takers are gone and
    // every connection of the pool is in hand, none is under way, and no other one begins.
    const pollsOver = Effect.forEach(Array.from({ length: poolSize }), () => sql.reserve, { concurrency: "unbounded" })
    yield* Effect.addFinalizer(() =>
      Effect.scoped(pollsOver).pipe(Effect.timeout("5 seconds"), Effect.interruptible, Effect.ignore)
    )
    yield* Effect.forEach(
      Array.from({ length: eventConcurrency }),
      () => Effect.forkScoped(Effect.forever(take)),
      { discard: true }
    )
  })).pipe(
    Layer.provide(Queues)
  )
