import { Context, DateTime, Effect, Layer } from "effect"
import type { Statement } from "effect/sql"
import {
  type Actor,
  type Actors,
  contextsWith,
  readingActor,
  requirePermission,
  type Unauthenticated
} from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type {
  CursorMismatch,
  InvalidRequest,
  PageTooDeep,
  PermissionMissing
} from "../../../kernel/contract/Problems.ts"
import { type ContextName, contexts, type CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { queueName } from "../../../kernel/EventBus.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import type {
  DeadLetter,
  deadLetterFilters,
  DeadLetterQuery,
  Delivery,
  eventFilters,
  EventId,
  EventQuery,
  EventSummary,
  StoredEvent
} from "../contract/StoredEvent.ts"
import { EventNotFound } from "../contract/StoredEvent.ts"

type Refused = Unauthenticated | PermissionMissing
type ListFault = CursorMismatch | PageTooDeep | InvalidRequest

const text = (expression: string, nullable = false): Column => ({ expression, type: "text", nullable })
const instant = (expression: string): Column => ({ expression, type: "timestamptz", nullable: false })

const eventId: Column = { expression: "e.id", type: "uuid", nullable: false }
const subscription = "(q.element::jsonb->>'subscription')"
const failedAt = "(q.updated_at AT TIME ZONE 'UTC')"

const eventColumns: Record<keyof typeof eventFilters, Column> = {
  id: eventId,
  tag: text("e.tag"),
  actorId: { expression: "e.actor_id", type: "uuid", nullable: true },
  correlationId: text("e.correlation_id", true),
  publishedAt: instant("e.published_at")
}

const deadLetterColumns: Record<keyof typeof deadLetterFilters, Column> = {
  eventId,
  tag: text("e.tag"),
  subscription: text(subscription),
  correlationId: text("e.correlation_id", true),
  failedAt: instant(failedAt)
}

const eventFields = columnsOf(eventColumns)
const deadLetterFields = columnsOf(deadLetterColumns)

type Stored<A, Instants extends keyof A> = Omit<A, Instants> & { readonly [K in Instants]: Date }

interface DeliveryRow extends Stored<Omit<Delivery, "nextAttemptAt">, "updatedAt"> {
  readonly nextAttemptAt: Date | null
}

/** The contexts whose events the caller may read: those of its developers, all with iam's. */
const readable = (actor: Actor): Effect.Effect<ReadonlyArray<ContextName>, PermissionMissing> => {
  const own = contextsWith(actor, "access_developer_tools")
  return own.length > 0
    ? Effect.succeed(own)
    : Effect.as(requirePermission(actor, "iam", "access_developer_tools"), own)
}

/** What operators read of events and their deliveries. */
export class EventQueries extends Context.Service<EventQueries, {
  events(query: EventQuery): Effect.Effect<Page<EventSummary>, Refused | ListFault, CurrentCredential>
  event(id: EventId): Effect.Effect<StoredEvent, Refused | EventNotFound, CurrentCredential>
  deadLetters(query: DeadLetterQuery): Effect.Effect<Page<DeadLetter>, Refused | ListFault, CurrentCredential>
}>()("cardapio/contexts/iam/event/EventQueries") {
  static readonly layer: Layer.Layer<EventQueries, never, Reads | Actors> = Layer.effect(
    EventQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const visible: Effect.Effect<Statement.Fragment, Refused, CurrentCredential> = Effect.flatMap(
        yield* readingActor,
        readable
      ).pipe(
        Effect.map((own) =>
          own.length === contexts.length ? sql`TRUE` : sql`split_part(e.tag, '/', 1) = ANY(${[...own]}::text[])`
        )
      )

      const deliveriesOf = (id: EventId) =>
        sql<DeliveryRow>`
          SELECT ${sql.literal(subscription)} AS subscription,
            CASE WHEN q.state = 'completed' THEN 'done' WHEN q.state = 'failed' THEN 'dead'
              WHEN q.acquired_at IS NULL THEN 'waiting' ELSE 'running' END AS state,
            q.attempts, CASE WHEN q.state = 'pending' THEN q.visible_at AT TIME ZONE 'UTC' END AS next_attempt_at,
            q.last_failure, q.updated_at AT TIME ZONE 'UTC' AS updated_at
          FROM effect_queue q WHERE q.queue_name = ${queueName} AND left(q.id, 36) = ${id}
          ORDER BY 1, q.sequence`

      return EventQueries.of({
        events: Effect.fn("EventQueries.events")(function*(query) {
          const page = yield* list<Stored<EventSummary, "publishedAt">>(sql, {
            query,
            select: sql`e.id, e.tag, e.published_at, e.actor_id, e.correlation_id, (
              SELECT jsonb_build_object('waiting', count(*) FILTER (WHERE q.state = 'pending'),
                'done', count(*) FILTER (WHERE q.state = 'completed'), 'dead', count(*) FILTER (WHERE q.state = 'failed'))
              FROM effect_queue q WHERE q.queue_name = 'events' AND left(q.id, 36) = e.id::text) AS deliveries`,
            from: sql`events e`,
            filters: eventFields,
            where: [yield* visible],
            sortable: eventFields,
            defaultSort: { field: "publishedAt", descending: true },
            id: eventId
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          const data = page.data.map((row) => ({ ...row, publishedAt: DateTime.makeUnsafe(row.publishedAt) }))
          return { ...page, data }
        }),
        event: Effect.fn("EventQueries.event")(function*(id) {
          const [row] = yield* sql<Stored<Omit<StoredEvent, "deliveries">, "publishedAt">>`
            SELECT e.id, e.tag, e.published_at, e.actor_id, e.correlation_id, e.payload FROM events e
            WHERE e.id = ${id} AND ${yield* visible}`.pipe(Effect.orDie)
          if (row === undefined) return yield* new EventNotFound({})
          const deliveries = yield* Effect.orDie(deliveriesOf(id))
          return {
            ...row,
            publishedAt: DateTime.makeUnsafe(row.publishedAt),
            deliveries: deliveries.map(({ nextAttemptAt, updatedAt, ...delivery }) => ({
              ...delivery,
              nextAttemptAt: nextAttemptAt === null ? null : DateTime.makeUnsafe(nextAttemptAt),
              updatedAt: DateTime.makeUnsafe(updatedAt)
            }))
          }
        }),
        deadLetters: Effect.fn("EventQueries.deadLetters")(function*(query) {
          const page = yield* list<Stored<DeadLetter, "failedAt">>(sql, {
            query,
            select: sql`e.id AS event_id, e.tag, ${
              sql.literal(subscription)
            } AS subscription, q.attempts, q.last_failure,
              ${sql.literal(failedAt)} AS failed_at, e.correlation_id`,
            from: sql`effect_queue q JOIN events e ON e.id = left(q.id, 36)::uuid`,
            filters: deadLetterFields,
            where: [sql`q.queue_name = 'events' AND q.state = 'failed'`, yield* visible],
            sortable: deadLetterFields,
            defaultSort: { field: "failedAt", descending: true },
            id: text("q.id")
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          const data = page.data.map((row) => ({ ...row, failedAt: DateTime.makeUnsafe(row.failedAt) }))
          return { ...page, data }
        })
      })
    })
  )
}
