import type { SqlClient, Statement } from "effect/sql"
import type { Column } from "../../../kernel/Filters.ts"

/** How well a name fits the words that are searched for. */
export const rankColumn = (alias: string): Column => ({ expression: `${alias}.rank`, type: "float8", nullable: false })

/**
 * The rows of a table whose `searched` column holds each word or one like it (pg_trgm word similarity, by the threshold of the pool), with the
 * rank of their names; without words all of them.
 */
export const searchedTable = (
  sql: SqlClient.SqlClient,
  table: "recipes" | "meals" | "menus" | "clients",
  alias: string,
  searched: "folded_searched" | "folded_name",
  q: string | undefined
): Statement.Fragment => {
  const name = sql.literal(alias)
  if (q === undefined) return sql`${sql.literal(table)} ${name}`
  // Letters and digits alone, as text of the statement: a parameter would be folded for each row, and the planner would not know whether the index helps.
  const words = [...new Set(q.normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 10)
  const column = `s.${searched}`
  const holding = words.map((word) =>
    sql.literal(`(fold('${word}') <% ${column} OR ${column} LIKE like_pattern('${word}'))`)
  )
  const all = `fold('${words.join(" ")}')`
  const rank = sql.literal(`(word_similarity(${all}, s.folded_name) + similarity(${all}, s.folded_name))::float8`)
  return sql`(
    SELECT s.*, ${rank} AS rank
    FROM ${sql.literal(table)} s WHERE ${sql.and([sql`s.discarded_at IS NULL`, ...holding])}
  ) ${name}`
}
