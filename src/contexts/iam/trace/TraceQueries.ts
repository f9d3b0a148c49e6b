import { Context, DateTime, Effect, Layer } from "effect"
import { type Actors, readingActor, requirePermission, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { PermissionMissing } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { queueName } from "../../../kernel/EventBus.ts"
import type { Chapter } from "../contract/Story.ts"

/** The story of a request: what was done, what was told, and who acted on it. */
export class TraceQueries extends Context.Service<TraceQueries, {
  /** In the order of time. Entries of the audit log need iam's `view_audit_log` or `access_support`, events `access_developer_tools`. */
  story(
    correlationId: string
  ): Effect.Effect<ReadonlyArray<Chapter>, Unauthenticated | PermissionMissing, CurrentCredential>
}>()("cardapio/contexts/iam/trace/TraceQueries") {
  static readonly layer: Layer.Layer<TraceQueries, never, Reads | Actors> = Layer.effect(
    TraceQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const reading = yield* readingActor

      return TraceQueries.of({
        story: Effect.fn("TraceQueries.story")(function*(correlationId) {
          const actor = yield* reading
          const entries = actor.permissions.has("iam:view_audit_log") || actor.permissions.has("iam:access_support")
          const events = actor.permissions.has("iam:access_developer_tools")
          if (!entries && !events) yield* requirePermission(actor, "iam", "access_support")
          const rows = yield* sql<Omit<Chapter, "at"> & { readonly at: Date }>`
            SELECT at, 'command' AS kind, command AS name, outcome, target_type || ' ' || target_id AS target,
              nullif(array_to_string(changed_fields, ', '), '') AS detail, 0 AS rank
            FROM audit_log WHERE correlation_id = ${correlationId} AND ${entries}
            UNION ALL
            SELECT published_at, 'event', tag, 'published', id::text, NULL, 1
            FROM events WHERE correlation_id = ${correlationId} AND ${events}
            UNION ALL
            SELECT q.updated_at AT TIME ZONE 'UTC', 'delivery', q.element::jsonb->>'subscription',
              CASE q.state WHEN 'completed' THEN 'done' WHEN 'failed' THEN 'dead' ELSE 'waiting' END, e.id::text,
              CASE WHEN q.state <> 'completed' THEN q.attempts || ' attempts' || coalesce(': ' || q.last_failure, '') END, 2
            FROM events e JOIN effect_queue q ON q.queue_name = ${queueName} AND left(q.id, 36) = e.id::text
            WHERE e.correlation_id = ${correlationId} AND ${events}
            ORDER BY at, rank, name`.pipe(Effect.orDie)
          return rows.map(({ at, detail, kind, name, outcome, target }) => ({
            at: DateTime.makeUnsafe(at),
            kind,
            name,
            outcome,
            target,
            detail
          }))
        })
      })
    })
  )
}
