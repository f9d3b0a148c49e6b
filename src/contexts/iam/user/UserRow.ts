import { DateTime } from "effect"
import type { SqlClient } from "effect/sql"
import type { User } from "../contract/User.ts"

export interface UserRow extends Omit<User, "createdAt" | "updatedAt" | "lastSeenAt"> {
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly lastSeenAt: Date | null
}

/** The columns of a `UserRow`, over `users u`. */
export const userColumns = (sql: SqlClient.SqlClient) =>
  sql`u.id, u.email, u.name, u.status, u.version, u.created_at, u.updated_at, u.last_seen_at,
    (SELECT coalesce(json_agg(json_build_object('id', r.id, 'context', r.context, 'name', r.name) ORDER BY r.context, r.name), '[]')
      FROM role_assignments a JOIN roles r ON r.id = a.role_id WHERE a.user_id = u.id) AS roles,
    (SELECT coalesce(json_agg(json_build_object('issuer', i.issuer, 'subject', i.subject) ORDER BY i.issuer, i.subject), '[]')
      FROM identities i WHERE i.user_id = u.id) AS identities`

export const toUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  status: row.status,
  roles: row.roles,
  identities: row.identities,
  version: row.version,
  createdAt: DateTime.makeUnsafe(row.createdAt),
  updatedAt: DateTime.makeUnsafe(row.updatedAt),
  lastSeenAt: row.lastSeenAt === null ? null : DateTime.makeUnsafe(row.lastSeenAt)
})
