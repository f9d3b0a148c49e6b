import type { SqlClient } from "effect/sql"
import type { ProductQuery } from "../contract/ProductQuery.ts"
import { filterColumns } from "./productFilterColumns.ts"

/** Whether a filter of the query looks at the table with this alias. */
export const isNamed = (query: ProductQuery, alias: string) =>
  Object.keys(query).some((key) => filterColumns(key.replace(/\[\w+\]$/, ""))?.expression.startsWith(`${alias}.`))

/**
 * Discarded products are read on request only, and so are those of `auto` of which nobody knows whether they are food: what is
 * asked of both, where it is.
 */
export const visibleFlags = (query: ProductQuery): { readonly discarded: boolean; readonly listed?: true } => {
  const asked = query.includeUndecided === true ||
    Object.keys(query).some((key) => /^source(?:Id)?(?:\[\w+\])?$/.test(key))
  return { discarded: query.discarded === true, ...asked ? {} : { listed: true } }
}

/** The same as conditions over `products p`. */
export const visible = (sql: SqlClient.SqlClient, query: ProductQuery) => {
  const { discarded, listed } = visibleFlags(query)
  return [
    discarded ? sql`p.discarded` : sql`NOT p.discarded`,
    ...listed === undefined ? [] : [sql`p.listed`]
  ]
}
