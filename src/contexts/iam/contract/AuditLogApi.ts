import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { documented } from "../../../kernel/contract/documented.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { AuditEntry, AuditEntryId, AuditEntryNotFound, AuditQuery } from "./AuditLog.ts"
import { Authorization } from "./Authorization.ts"

const entry = {
  id: "01a20ba4-06d5-7a52-a3d9-1f0e6f2d9c11",
  at: "2026-11-24T09:31:00.000Z",
  actor: {
    type: "user",
    userId: "01980000-0000-7000-8000-000000000001",
    name: "Ana Souza",
    apiKeyId: null
  },
  context: "iam",
  command: "iam/CreateApiKey",
  target: { type: "apiKey", id: "01a20b92-1171-72c8-afe1-41383ec93b93" },
  versionBefore: null,
  versionAfter: null,
  changedFields: ["name", "permissions", "expiresAt"],
  outcome: "ok",
  suppressed: 0,
  correlationId: "01a20ba4-06c1-7d0c-b1d5-3e5b7d4b9a10",
  address: "192.0.2.0/24"
}

export class AuditLogGroup extends HttpApiGroup.make("auditLog")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: AuditQuery,
      success: many(AuditEntry),
      error: [PermissionMissing, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listAuditLog", "List the audit log", {
      access: "Needs `view_audit_log`: that of iam shows every context, that of another one its own.",
      description:
        "With `access_support` instead, entries are looked up by `correlationId`, or by `targetType` and `targetId`. Nobody changes the log.",
      examples: {
        200: { data: [entry], pagination: { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null } }
      }
    })),
    HttpApiEndpoint.get("get", "/:id", {
      params: { id: AuditEntryId },
      success: one(AuditEntry),
      error: [PermissionMissing, AuditEntryNotFound]
    }).annotateMerge(documented("getAuditEntry", "Read an audit entry", {
      access: "Needs `view_audit_log` of iam or of the entry's context.",
      examples: { 200: { data: entry } }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/audit-log")
  .annotateMerge(OpenApi.annotations({ title: "Audit log", description: "Who did what, and what was denied to whom" }))
{}
