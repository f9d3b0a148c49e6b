import { DateTime } from "effect"
import type { SqlClient, Statement } from "effect/sql"

/** What a filterable or sortable field is in SQL. `expression` is SQL of ours, never a caller's text. */
export interface Column {
  readonly expression: string
  readonly type: "text" | "uuid" | "float8" | "integer" | "boolean" | "timestamptz"
  readonly nullable: boolean
  /** For names: stored expressions that hold `fold_name(name)`; equality compares with any of them. */
  readonly folded?: ReadonlyArray<string>
  /** A stored expression that holds `fold` of the column, where there is one: parts of it are looked for there. */
  readonly parts?: string
  /** How a wanted value is brought into the form of the column before it is compared. */
  readonly normalise?: (text: string) => string
}

/** The column of a field, or nothing where the field is not one of this table. */
export type Columns = (field: string) => Column | undefined

/** The columns of a table of fields. */
export const columnsOf = (columns: Readonly<Record<string, Column>>): Columns => {
  const byName = new Map(Object.entries(columns))
  return (field) => byName.get(field)
}

const parameter = ({ normalise }: Column) => (value: unknown) =>
  DateTime.isDateTime(value)
    ? DateTime.toDateUtc(value)
    : normalise !== undefined && typeof value === "string"
    ? normalise(value)
    : value

const comparison = { gte: ">=", lte: "<=", gt: ">", lt: "<" } as const
const isComparison = (operator: string): operator is keyof typeof comparison => operator in comparison

const condition = (
  sql: SqlClient.SqlClient,
  column: Column,
  operator: string,
  value: unknown
): Statement.Fragment => {
  const expression = sql.literal(column.expression)
  const type = sql.literal(column.type)
  const anyOf = (values: ReadonlyArray<unknown>) => {
    const wanted = values.map(parameter(column))
    return column.folded === undefined
      ? sql`${expression} = ANY(${column.type === "float8" ? wanted.map(String) : wanted}::${
        sql.literal(column.type === "float8" ? "text[]::float8" : column.type)
      }[])`
      : sql.or(
        column.folded.map((folded) =>
          sql`${sql.literal(folded)} = ANY(ARRAY(SELECT fold_name(name) FROM unnest(${wanted}::text[]) AS name))`
        )
      )
  }
  const values = Array.isArray(value) ? value : [value]
  if (operator === "") return anyOf(values)
  if (operator === "ne" || operator === "nin") return sql`(${anyOf(values)}) IS NOT TRUE`
  if (operator === "null") return value === true ? sql`${expression} IS NULL` : sql`${expression} IS NOT NULL`
  if (operator === "like") {
    return sql`${sql.literal(column.parts ?? `fold(${column.expression})`)} LIKE like_pattern(${String(value)})`
  }
  if (isComparison(operator)) {
    return sql`${expression} ${sql.literal(comparison[operator])} ${parameter(column)(value)}::${type}`
  }
  throw new Error(`no such operator: ${operator}`)
}

/** The conditions that a decoded query asks for, in parameters of `columns` alone; other parameters are not touched. */
export const conditions = (
  sql: SqlClient.SqlClient,
  columns: Columns,
  query: object
): ReadonlyArray<Statement.Fragment> =>
  Object.entries(query).flatMap(([key, value]) => {
    const [, field = key, operator = ""] = /^(.+?)(?:\[(\w+)\])?$/.exec(key) ?? []
    const column = columns(field)
    return column === undefined || value === undefined ? [] : [condition(sql, column, operator, value)]
  })
