import type { SqlClient, Statement } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import { type ManagePermission, manages } from "./visibility.ts"

/** The column `author_disabled` of rows of `alias`: their author may do nothing any more. */
export const authorDisabled = (sql: SqlClient.SqlClient, alias: string): Statement.Fragment =>
  sql`EXISTS (
    SELECT FROM author_states a WHERE a.user_id = ${sql.literal(`${alias}.author_id`)} AND a.disabled
  ) AS author_disabled`

/** Tells of the author's state those alone who manage such things. */
export const toManagers = (
  reader: Actor,
  permission: ManagePermission,
  { authorDisabled }: { readonly authorDisabled: boolean }
): { readonly authorDisabled?: boolean } => manages(reader, permission) ? { authorDisabled } : {}
