import { Effect } from "effect"
import { SqlClient } from "effect/sql"

const columns = ["source_id", "brand_id", "category_id", "parent_category_id", "food_group_id", "process_type_id"]

/**
 * What products are classified by, so that they are counted without their rows: all that carry one, the live ones, and those
 * that a list shows by itself.
 */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (const column of columns) {
    yield* sql`DROP INDEX IF EXISTS ${sql(`products_${column}_idx`)}`
    yield* sql`
      CREATE INDEX ON products (${sql(column)}, discarded, listed) WHERE ${sql(column)} IS NOT NULL`
  }
})
