import { Effect } from "effect"
import type { SqlClient, SqlError, Statement } from "effect/sql"
import type { Page, SortKey } from "./contract/Pagination.ts"
import { type CursorMismatch, InvalidRequest, PageTooDeep } from "./contract/Problems.ts"
import { cursorOf, hashOf, invalidCursor, type Key, keysAfter, type KeyValue, sortText, toKey } from "./Cursor.ts"
import { type Column, type Columns, conditions } from "./Filters.ts"

const maxDepth = 10_000
const defaultLimit = 50

/** The parameters that every list takes besides its filters. */
interface ListQuery {
  readonly page?: number
  readonly limit?: number
  readonly cursor?: string
  readonly sort?: ReadonlyArray<SortKey<string>>
}

export interface ListOptions {
  readonly query: ListQuery
  /** Columns to answer, and the tables they come from: SQL of ours. */
  readonly select: Statement.Fragment
  readonly from: Statement.Fragment
  /** What the total is counted over: `from` without the tables that no condition names. Default: all of it. */
  readonly counted?: Statement.Fragment
  readonly filters: Columns
  /** Conditions besides the filters. */
  readonly where?: ReadonlyArray<Statement.Fragment>
  readonly sortable: Columns
  readonly defaultSort: SortKey<string>
  readonly id: Column
}

/** What is sorted by: text goes by one collation, whatever the database's. */
const sorted = ({ expression, type }: Column) => type === "text" ? `${expression} COLLATE text_order` : expression

/** The conditions of the rows after a cursor: ranges to be read one after the other, so that each costs the same at any depth. */
const rangesAfter = (
  sql: SqlClient.SqlClient,
  keys: ReadonlyArray<Key>,
  values: ReadonlyArray<KeyValue>
): ReadonlyArray<Statement.Fragment> => {
  const compare = ({ column, descending }: Key, value: KeyValue, orEqual: string) => {
    const operator = sql.literal((descending ? "<" : ">") + orEqual)
    const parameter = column.type === "timestamptz" && typeof value === "number" ? new Date(value) : value
    return sql`${sql.literal(sorted(column))} ${operator} ${parameter}::${sql.literal(column.type)}`
  }
  const after = (index: number): Statement.Fragment => {
    const key = keys[index]
    if (key === undefined) return sql`FALSE`
    const value = values[index] ?? null
    const isNull = sql`${sql.literal(key.column.expression)} IS NULL`
    if (value === null) return sql`(${isNull} AND ${after(index + 1)})`
    const beyond = key.column.nullable ? sql`(${compare(key, value, "")} OR ${isNull})` : compare(key, value, "")
    return sql`(${beyond} OR (${compare(key, value, "=")} AND ${after(index + 1)}))`
  }
  const [first] = keys
  const value = values[0] ?? null
  if (first === undefined) return []
  if (value === null) return [after(0)]
  const known = sql`(${compare(first, value, "=")} AND (${compare(first, value, "")} OR ${after(1)}))`
  return first.column.nullable ? [known, sql`${sql.literal(first.column.expression)} IS NULL`] : [known]
}

/** The page and how many rows it has, where it is given well. */
const boundsOf = Effect.fnUntraced(function*({ cursor, limit = defaultLimit, page }: ListQuery) {
  if (cursor !== undefined && page !== undefined) {
    return yield* new InvalidRequest({
      detail: "page and cursor exclude each other.",
      errors: [{ parameter: "page", detail: "must be left out where cursor is given" }]
    })
  }
  if ((page ?? 1) * limit > maxDepth) {
    return yield* new PageTooDeep({
      detail: `page x limit may be at most ${maxDepth.toLocaleString("en-US")}.`,
      errors: [{ parameter: "page", detail: "read on with cursor=<pagination.nextCursor> instead" }]
    })
  }
  return { limit, page: page ?? 1 }
})

const place: Column = { expression: "", type: "integer", nullable: false }

/** Which rows are asked for of a list that is counted through, as one is that is ranked: `page` is null behind a cursor. */
export const placeOf = Effect.fnUntraced(function*(query: ListQuery) {
  const { limit, page } = yield* boundsOf(query)
  if (query.cursor === undefined) return { limit, page, offset: (page - 1) * limit }
  const [offset] = yield* keysAfter(
    query.cursor,
    [{ column: place, descending: false }],
    sortText(query.sort),
    hashOf(query)
  )
  return typeof offset === "number" && offset >= 0 ? { limit, page: null, offset } : yield* invalidCursor()
})

/** The cursor that leads to a row of such a list. */
export const readOn = (query: ListQuery, offset: number) => cursorOf(sortText(query.sort), hashOf(query), [offset])

type Counted<Row> = Row & Record<string, unknown>

/** Reads one page, and the true total unless a cursor is read on. At most three statements. */
export const list = Effect.fnUntraced(function*<Row extends object>(
  sql: SqlClient.SqlClient,
  options: ListOptions
): Effect.fn.Return<Page<Row>, SqlError.SqlError | CursorMismatch | PageTooDeep | InvalidRequest> {
  const { cursor } = options.query
  const { limit, page } = yield* boundsOf(options.query)
  const sort = options.query.sort ?? [options.defaultSort]
  const keys = keysOf(options, sort)
  const hash = hashOf(options.query)
  const filters = conditions(sql, options.filters, options.query)
  const where = [...options.where ?? [], ...filters]
  const keyColumns = keys.map(({ column }, index) => sql`${sql.literal(column.expression)} AS ${sql(`key_${index}`)}`)
  const orderBy = (expressionOf: (column: Column, index: number) => string) =>
    sql.csv(keys.map(({ column, descending }, index) => {
      const expression = sorted({ ...column, expression: expressionOf(column, index) })
      return sql.literal(`${expression} ${descending ? "DESC" : "ASC"}${column.nullable ? " NULLS LAST" : ""}`)
    }))
  // As text: with parameters the planner takes a tenth of all rows to be wanted, and so plans every time anew, for longer than
  // it takes to read them.
  const bounds = (count: number, offset: number) => sql.literal(`LIMIT ${count} OFFSET ${offset}`)
  const offset = (page - 1) * limit

  /** The rows of a range in the order of an index, where there is one. */
  const rowsOf = (range: Statement.Fragment, count: number, offset: number) =>
    sql<Counted<Row>>`
      SELECT ${options.select}, ${sql.csv(keyColumns)} FROM ${options.from}
      WHERE ${sql.and([...where, range])}
      ORDER BY ${orderBy(({ expression }) => expression)}
      ${bounds(count, offset)}`

  /** The same with the total, where all that is counted has to be found or sorted anyway: it is gone through once. */
  const rowsAndTotal = () =>
    sql<Counted<Row>>`
      WITH found AS MATERIALIZED (
        SELECT ${sql.literal(options.id.expression)} AS found_id, ${sql.csv(keyColumns)}
        FROM ${options.from} WHERE ${sql.and([...where, sql`TRUE`])}
      ), page AS MATERIALIZED (
        SELECT * FROM found ORDER BY ${orderBy((_, index) => `key_${index}`)} ${bounds(limit + 1, offset)}
      )
      SELECT ${options.select}, page.*, (SELECT count(*)::integer FROM found) AS counted
      FROM page CROSS JOIN ${options.from} WHERE ${sql.literal(options.id.expression)} = page.found_id
      ORDER BY ${orderBy((_, index) => `page.key_${index}`)}`

  const countAll = () =>
    Effect.map(
      sql<{ total: number }>`
      SELECT count(*)::integer AS total FROM ${options.counted ?? options.from} WHERE ${
        sql.and([...where, sql`TRUE`])
      }`,
      ([count]) => count?.total ?? 0
    )

  const pageOf = (rows: ReadonlyArray<Counted<Row>>, total: number | null): Page<Row> => {
    const data = rows.slice(0, limit)
    const last = data.at(-1)
    const nextCursor = rows.length > limit && last !== undefined
      ? cursorOf(sortText(sort), hash, keys.map((_, index) => toKey(last[`key${index}`])))
      : null
    const pages = total === null ? null : Math.ceil(total / limit)
    return { data, pagination: { page: total === null ? null : page, limit, total, pages, nextCursor } }
  }

  if (cursor !== undefined) {
    const rows: Array<Counted<Row>> = []
    for (const range of rangesAfter(sql, keys, yield* keysAfter(cursor, keys, sortText(sort), hash))) {
      if (rows.length <= limit) rows.push(...yield* rowsOf(range, limit + 1 - rows.length, 0))
    }
    return pageOf(rows, null)
  }
  if (filters.length > 0 || keys[0]?.column.type === "float8") {
    const rows = yield* rowsAndTotal()
    const total = rows[0]?.["counted"]
    return pageOf(rows, typeof total === "number" ? total : page === 1 ? 0 : yield* countAll())
  }
  const rows = yield* rowsOf(sql`TRUE`, limit + 1, offset)
  return pageOf(rows, yield* countAll())
})

/** The sort's columns, made total by the id, which goes the way of the last one so that an index serves both. */
const keysOf = (
  { id, sortable }: Pick<ListOptions, "id" | "sortable">,
  sort: ReadonlyArray<SortKey<string>>
): ReadonlyArray<Key> => [
  ...sort.flatMap(({ descending, field }) => {
    const column = sortable(field)
    return column === undefined ? [] : [{ column, descending }]
  }),
  { column: id, descending: sort.at(-1)?.descending ?? false }
]
