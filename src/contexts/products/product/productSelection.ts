import type { SqlClient } from "effect/sql"
import type { ProductQuery } from "../contract/ProductQuery.ts"
import { filterColumns } from "./productFilterColumns.ts"

/** Whether a filter of the query looks at the table with this alias. */
export const isNamed = (query: ProductQuery, alias: string) =>
  Object.keys(query).some((key) => filterColumns(key.replace(/\[\w+\]$/, ""))?.expression.startsWith(`${alias}.`))

/**
 * Discarded products are read on request only, and so are those of `auto` of which nobody knows whether they are food. Conditions
 * over a table of products.
 */
export const visible = (sql: SqlClient.SqlClient, query: ProductQuery, table = "p") => {
  const asked = query.includeUndecided === true ||
    Object.keys(query).some((key) => /^source(?:Id)?(?:\[\w+\])?$/.test(key))
  const discarded = sql(`${table}.discarded`)
  return [
    query.discarded === true ? sql`${discarded}` : sql`NOT ${discarded}`,
    ...asked ? [] : [sql`${sql(`${table}.listed`)}`]
  ]
}
