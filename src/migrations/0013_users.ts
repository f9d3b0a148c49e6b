import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What users are looked for by, and listed by. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    ALTER TABLE users ADD COLUMN folded_name text GENERATED ALWAYS AS (fold(name)) STORED,
      ADD COLUMN folded_email text GENERATED ALWAYS AS (fold(email)) STORED`
  yield* sql`
    CREATE INDEX users_trigrams ON users USING gin (folded_name gin_trgm_ops, folded_email gin_trgm_ops)`
  yield* sql`CREATE INDEX users_created ON users (created_at, id)`
})
