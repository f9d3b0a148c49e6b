import { DateTime } from "effect"
import type { SqlClient } from "effect/sql"
import type { Role } from "../contract/Role.ts"

export interface RoleRow extends Omit<Role, "createdAt" | "updatedAt"> {
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The columns of a `RoleRow`, over `roles r`. */
export const roleColumns = (sql: SqlClient.SqlClient) =>
  sql`r.id, r.context, r.name, r.built_in, r.version, r.created_at, r.updated_at,
    ARRAY(SELECT p.permission FROM role_permissions p WHERE p.role_id = r.id ORDER BY 1) AS permissions`

export const toRole = (row: RoleRow): Role => ({
  id: row.id,
  context: row.context,
  name: row.name,
  permissions: row.permissions,
  builtIn: row.builtIn,
  version: row.version,
  createdAt: DateTime.makeUnsafe(row.createdAt),
  updatedAt: DateTime.makeUnsafe(row.updatedAt)
})
