import { Context, DateTime, Effect, Layer } from "effect"
import type { SqlClient } from "effect/sql"
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
import {
  type ApiKeyId,
  type ContextName,
  contexts,
  type CurrentCredential,
  type UserId
} from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import {
  type AuditEntry,
  type AuditEntryId,
  AuditEntryNotFound,
  type auditFilters,
  type AuditQuery
} from "../contract/AuditLog.ts"

type Refused = Unauthenticated | PermissionMissing

const text = (expression: string, nullable = true): Column => ({ expression, type: "text", nullable })
const uuid = (expression: string, nullable = true): Column => ({ expression, type: "uuid", nullable })

const columns: Record<keyof typeof auditFilters, Column> = {
  id: uuid("a.id", false),
  at: { expression: "a.at", type: "timestamptz", nullable: false },
  actorType: text("a.actor_type", false),
  userId: uuid("a.actor_id"),
  apiKeyId: uuid("a.api_key_id"),
  context: text("a.context", false),
  command: text("a.command", false),
  targetType: text("a.target_type"),
  targetId: text("a.target_id"),
  outcome: text("a.outcome", false),
  correlationId: text("a.correlation_id"),
  address: text("a.address")
}

const column = columnsOf(columns)

interface Row extends Omit<AuditEntry, "at" | "actor" | "target"> {
  readonly at: Date
  readonly actorType: AuditEntry["actor"]["type"]
  readonly actorId: UserId | null
  readonly actorName: string | null
  readonly apiKeyId: ApiKeyId | null
  readonly targetType: string | null
  readonly targetId: string | null
}

const entryColumns = (sql: SqlClient.SqlClient) =>
  sql`a.id, a.at, a.actor_type, a.actor_id, (SELECT u.name FROM users u WHERE u.id = a.actor_id) AS actor_name, a.api_key_id,
    a.context, a.command, a.target_type, a.target_id, a.version_before, a.version_after, a.changed_fields, a.outcome,
    a.suppressed, a.correlation_id, a.address`

const toEntry = (row: Row): AuditEntry => ({
  id: row.id,
  at: DateTime.makeUnsafe(row.at),
  actor: { type: row.actorType, userId: row.actorId, name: row.actorName, apiKeyId: row.apiKeyId },
  context: row.context,
  command: row.command,
  target: row.targetType === null || row.targetId === null ? null : { type: row.targetType, id: row.targetId },
  versionBefore: row.versionBefore,
  versionAfter: row.versionAfter,
  changedFields: row.changedFields,
  outcome: row.outcome,
  suppressed: row.suppressed,
  correlationId: row.correlationId,
  address: row.address
})

/** Whether a query names one request or one thing, which is what support looks up. */
const isLookup = ({ correlationId, targetId, targetType }: AuditQuery) =>
  correlationId !== undefined || (targetType !== undefined && targetId !== undefined)

/** The contexts whose entries the caller may see, with those of support where it looks something up. */
const visible = (actor: Actor, lookup: boolean): Effect.Effect<ReadonlyArray<ContextName>, PermissionMissing> => {
  const seen = new Set([
    ...contextsWith(actor, "view_audit_log"),
    ...lookup ? contexts.filter((context) => actor.permissions.has(`${context}:access_support`)) : []
  ])
  return seen.size > 0
    ? Effect.succeed([...seen])
    : Effect.as(requirePermission(actor, "iam", "view_audit_log"), [])
}

/** Reads of the audit log. */
export class AuditQueries extends Context.Service<AuditQueries, {
  auditLog(
    query: AuditQuery
  ): Effect.Effect<Page<AuditEntry>, Refused | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
  auditEntry(id: AuditEntryId): Effect.Effect<AuditEntry, Refused | AuditEntryNotFound, CurrentCredential>
}>()("cardapio/contexts/iam/audit/AuditQueries") {
  static readonly layer: Layer.Layer<AuditQueries, never, Reads | Actors> = Layer.effect(
    AuditQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const reading = yield* readingActor
      const within = (seen: ReadonlyArray<ContextName>) => sql`a.context = ANY(${[...seen]}::text[])`

      return AuditQueries.of({
        auditLog: Effect.fn("AuditQueries.auditLog")(function*(query) {
          const seen = yield* visible(yield* reading, isLookup(query))
          const { changedField, versionAfter, versionBefore } = query
          const page = yield* list<Row>(sql, {
            query,
            select: entryColumns(sql),
            from: sql`audit_log a`,
            filters: column,
            where: [
              ...seen.length === contexts.length ? [] : [within(seen)],
              ...versionBefore === undefined ? [] : [sql`a.version_before = ${versionBefore}`],
              ...versionAfter === undefined ? [] : [sql`a.version_after = ${versionAfter}`],
              ...changedField === undefined ? [] : [sql`${changedField} = ANY(a.changed_fields)`]
            ],
            sortable: column,
            defaultSort: { field: "at", descending: true },
            id: columns.id
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toEntry) }
        }),
        auditEntry: Effect.fn("AuditQueries.auditEntry")(function*(id) {
          const seen = yield* visible(yield* reading, false)
          const [row] = yield* Effect.orDie(
            sql<Row>`SELECT ${entryColumns(sql)} FROM audit_log a WHERE a.id = ${id} AND ${within(seen)}`
          )
          return row === undefined ? yield* new AuditEntryNotFound({}) : toEntry(row)
        })
      })
    })
  )
}
