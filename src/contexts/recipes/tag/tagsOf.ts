import type { SqlClient, Statement } from "effect/sql"

/** The tags of an item, sorted. */
export const tagsOf = (sql: SqlClient.SqlClient, item: string): Statement.Fragment =>
  sql`(
    SELECT coalesce(jsonb_agg(jsonb_build_object('key', t.key, 'value', t.value) ORDER BY t.key, t.value), '[]')
    FROM tag_uses u JOIN tags t ON t.id = u.tag_id WHERE u.item_id = ${sql.literal(item)}
  )`
