import { DateTime, Schema } from "effect"
import type { SqlClient } from "effect/sql"
import { type ApiKey, GrantedPermission } from "../contract/ApiKeys.ts"

export interface ApiKeyRow
  extends Omit<ApiKey, "permissions" | "createdAt" | "expiresAt" | "lastUsedAt" | "revokedAt">
{
  /** `<context>:<permission>` */
  readonly permissions: ReadonlyArray<string>
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

/** The columns of an `ApiKeyRow`, over `api_keys k`. */
export const apiKeyColumns = (sql: SqlClient.SqlClient) =>
  sql`k.id, k.user_id, k.name, k.prefix, k.permissions, k.created_at, k.expires_at, k.last_used_at, k.revoked_at`

export const textOf = ({ context, permission }: GrantedPermission): string => `${context}:${permission}`

const permissionOf = Schema.decodeUnknownSync(GrantedPermission)

const instant = (date: Date | null) => date === null ? null : DateTime.makeUnsafe(date)

export const toApiKey = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  userId: row.userId,
  name: row.name,
  prefix: row.prefix,
  permissions: row.permissions.map((text) => {
    const [context, permission] = text.split(":", 2)
    return permissionOf({ context, permission })
  }),
  createdAt: DateTime.makeUnsafe(row.createdAt),
  expiresAt: DateTime.makeUnsafe(row.expiresAt),
  lastUsedAt: instant(row.lastUsedAt),
  revokedAt: instant(row.revokedAt)
})
