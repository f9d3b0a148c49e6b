import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { queryInteger, QueryText } from "../../../kernel/contract/QueryValues.ts"
import { ApiKeyId, contexts, UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, Uuid } from "../../../kernel/contract/Values.ts"

export const AuditEntryId = Uuid.pipe(Schema.brand("AuditEntryId"))
export type AuditEntryId = typeof AuditEntryId.Type

const actorTypes = ["user", "apiKey", "system"] as const
const outcomes = ["ok", "denied", "failed_login"] as const

/** Who did, or tried, what to which thing. Values are never kept, and no names of persons. */
export const AuditEntry = Schema.Struct({
  id: AuditEntryId,
  at: Instant,
  actor: Schema.Struct({
    type: Schema.Literals(actorTypes),
    userId: Schema.NullOr(UserId).annotate({ description: "Of an API key, its owner; null for the system" }),
    name: Schema.NullOr(Schema.String).annotate({ description: "What the user is called now" }),
    apiKeyId: Schema.NullOr(ApiKeyId)
  }),
  context: Schema.Literals(contexts),
  command: Schema.String,
  target: Schema.NullOr(Schema.Struct({ type: Schema.String, id: Schema.String })),
  versionBefore: Schema.NullOr(Schema.Int),
  versionAfter: Schema.NullOr(Schema.Int),
  changedFields: Schema.Array(Schema.String),
  outcome: Schema.Literals(outcomes),
  suppressed: Schema.Int.annotate({ description: "How many like it before it were counted and not kept" }),
  correlationId: Schema.NullOr(Schema.String),
  address: Schema.NullOr(Schema.String).annotate({ description: "Truncated to /24 or /48" })
}).annotate({ identifier: "AuditEntry" })
export type AuditEntry = typeof AuditEntry.Type

export const auditFilters = {
  id: filter.uuid,
  at: filter.instant,
  actorType: oneOf(actorTypes),
  userId: filter.uuidOrNull,
  apiKeyId: filter.uuidOrNull,
  context: oneOf(contexts),
  command: filter.text,
  targetType: filter.textOrNull,
  targetId: filter.textOrNull,
  outcome: oneOf(outcomes),
  correlationId: filter.textOrNull,
  address: filter.textOrNull
} as const

const version = Schema.optionalKey(queryInteger(0, 2_147_483_647))

export const AuditQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(auditFilters),
  versionBefore: version,
  versionAfter: version,
  changedField: Schema.optionalKey(QueryText).annotate({ description: "The name of a field that was changed" }),
  sort: sortParameter(Schema.Literals(["at"]), "Fields: at. Default: -at")
})
export type AuditQuery = typeof AuditQuery.Type

/** 404: no such entry, or one of a context whose log the caller may not see. */
export class AuditEntryNotFound extends declared<AuditEntryNotFound>()(
  "AuditEntryNotFound",
  problem("audit_entry_not_found", 404, "There is no such audit entry", {
    cause: "No entry has this id, or it belongs to a context whose log the caller may not see.",
    cure: "List what may be seen with GET /v1/audit-log."
  })
) {}
