import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { conditions } from "../../../kernel/Filters.ts"
import { referenceColumns } from "../classification/ClassificationRow.ts"
import { type ClassificationId, type ClassificationKind, classificationKinds } from "../contract/Classification.ts"
import { type FilterOptions, type FilterOptionsQuery, optionsAtMost } from "../contract/FilterOptions.ts"
import { nutrientCodes } from "../contract/Nutrients.ts"
import { filterColumns } from "./productFilterColumns.ts"
import { productTables } from "./ProductRow.ts"
import { isNamed, visible } from "./productSelection.ts"

interface Row {
  readonly kind: ClassificationKind
  readonly id: ClassificationId
  readonly name: string
  readonly count: number
}

/** The query without the filters of a kind: by name and by id. */
const without = (kind: ClassificationKind, query: FilterOptionsQuery): FilterOptionsQuery => {
  const own = new RegExp(`^${kind}(?:Id)?(?:\\[\\w+\\])?$`)
  return Object.fromEntries(Object.entries(query).filter(([key]) => !own.test(key)))
}

/** The most used classifications of a kind, and one more than are told. */
const optionsOf = (sql: SqlClient.SqlClient, query: FilterOptionsQuery) => (kind: ClassificationKind) => {
  const others = without(kind, query)
  const column = sql.literal(`p.${referenceColumns[kind]}`)
  const where = [sql`${column} IS NOT NULL`, ...visible(sql, query), ...conditions(sql, filterColumns, others)]
  return sql`(
    SELECT ${kind} AS kind, k.id, k.name, used.count
    FROM (
      SELECT ${column} AS id, count(*)::integer AS count FROM ${
    productTables(sql, "products", (alias) => isNamed(others, alias))
  }
      WHERE ${sql.and(where)} GROUP BY ${column}
    ) used JOIN classifications k ON k.id = used.id
    ORDER BY used.count DESC, k.name, k.id LIMIT ${sql.literal(String(optionsAtMost + 1))})`
}

const selectionOf = (rows: ReadonlyArray<Row>, kind: ClassificationKind) => {
  const options = rows.filter((row) => row.kind === kind).map(({ count, id, name }) => ({ id, name, count }))
  return {
    type: "multiSelection",
    options: options.slice(0, optionsAtMost),
    truncated: options.length > optionsAtMost
  } as const
}

/** One statement: of each kind, what the products that pass the other filters carry. */
export const filterOptions = (
  sql: SqlClient.SqlClient,
  query: FilterOptionsQuery
): Effect.Effect<FilterOptions, SqlError.SqlError> =>
  Effect.map(
    sql<Row>`
      SELECT kind, id, name, count FROM (${
      sql.join(" UNION ALL ", false)(classificationKinds.map(optionsOf(sql, query)))
    })
      ORDER BY kind, count DESC, name, id`,
    (rows) => ({
      sort: {
        type: "sort",
        options: [
          "name",
          "createdAt",
          "updatedAt",
          "source",
          ...nutrientCodes.map((code) => `nutrients.${code}` as const)
        ]
      },
      source: selectionOf(rows, "source"),
      brand: selectionOf(rows, "brand"),
      category: selectionOf(rows, "category"),
      parentCategory: selectionOf(rows, "parentCategory"),
      foodGroup: selectionOf(rows, "foodGroup"),
      processType: selectionOf(rows, "processType")
    })
  )
