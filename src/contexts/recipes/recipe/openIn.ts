import type { SqlClient, Statement } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"

/**
 * The condition that a row of `recipes r` counts in menus of some authors at this moment; what is kept of their meals follows a
 * little later.
 */
export const openIn = (sql: SqlClient.SqlClient, authors: ReadonlyArray<UserId>): Statement.Fragment =>
  sql`r.discarded_at IS NULL AND (r.privacy = 'public' OR r.author_id = ANY(${[...authors]}::uuid[]))`
