import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The form in which names of products are compared is stored: an index of what it is made of makes it again with every change. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP INDEX products_name_key`
  yield* sql`ALTER TABLE products ADD COLUMN name_key text NOT NULL GENERATED ALWAYS AS (fold_name(name)) STORED`
  yield* sql`CREATE INDEX products_name_key ON products USING hash (name_key)`
})
