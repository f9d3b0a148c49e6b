import { Effect } from "effect"
import type { SqlClient, SqlError, Statement } from "effect/sql"
import type { Column } from "../../../kernel/Filters.ts"

/** How well a name fits the words that are searched for. */
export const rankColumn = (alias: string): Column => ({ expression: `${alias}.rank`, type: "float8", nullable: false })

/** Letters and digits alone, so that they can stand in the text of a statement: of parameters the planner does not know whether the index helps. */
const wordsOf = (q: string) => [...new Set(q.normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 10)

/** Where a word stands in a name: all of it, its beginning, that of a word, anywhere; a mistaken one by its likeness. */
const fitOf = (word: string, isHeld: boolean) =>
  isHeld
    ? `CASE WHEN s.folded_name = fold('${word}') THEN 1::float8 WHEN s.folded_name LIKE fold('${word}') || '%' THEN 0.9::float8
      WHEN s.folded_name LIKE '% ' || fold('${word}') || '%' THEN 0.8::float8
      WHEN s.folded_name LIKE like_pattern('${word}') THEN 0.6::float8 ELSE 0 END`
    : `word_similarity(fold('${word}'), s.folded_name)`

/**
 * The rows of a table whose `searched` column holds each word, with the rank of their names: where the words stand in them, the shorter
 * one first. A word that none of the visible rows holds is taken for a mistake, and those are found that hold one like it (pg_trgm
 * word similarity, by the threshold of the pool). Without words all rows. One statement where there are words, to look for them.
 */
export const searchedTable = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  table: "recipes" | "meals" | "menus" | "clients",
  alias: string,
  searched: "folded_searched" | "folded_name",
  q: string | undefined,
  visible: Statement.Fragment
): Effect.fn.Return<Statement.Fragment, SqlError.SqlError> {
  const name = sql.literal(alias)
  if (q === undefined) return sql`${sql.literal(table)} ${name}`
  const words = wordsOf(q)
  if (words.length === 0) return sql`(SELECT *, 0::float8 AS rank FROM ${sql.literal(table)} WHERE FALSE) ${name}`
  const holds = (of: string, word: string) => sql.literal(`${of}.${searched} LIKE like_pattern('${word}')`)
  // For one row alone the planner would read the whole table where there is none; of 200 the index tells, or the first rows do.
  const looked = words.map((word) =>
    sql`(
      SELECT count(*) > 0 FROM (SELECT FROM ${sql.literal(table)} ${name} WHERE ${visible} AND ${
      holds(alias, word)
    } LIMIT 200) AS few
    )`
  )
  const [found] = yield* sql<{ held: ReadonlyArray<boolean> }>`SELECT ARRAY[${sql.csv(looked)}] AS held`
  const isHeld = (index: number) => found?.held[index] === true
  const holding = words.map((word, index) =>
    isHeld(index) ? holds("s", word) : sql.literal(`fold('${word}') <% s.${searched}`)
  )
  const fits = words.map((word, index) => fitOf(word, isHeld(index))).join(" + ")
  const rank = sql.literal(`${fits} + 1::float8 / (10 + length(s.folded_name))`)
  return sql`(
    SELECT s.*, ${rank} AS rank
    FROM ${sql.literal(table)} s WHERE ${sql.and([sql`s.discarded_at IS NULL`, ...holding])}
  ) ${name}`
})
