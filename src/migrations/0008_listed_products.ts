import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * What a list shows by itself: all but products of `auto` of which nobody knows whether they are food. A column, because the
 * planner knows how many there are of either; and an index, so that they are counted without their rows.
 */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [auto] = yield* sql<{ id: string }>`SELECT id FROM classifications WHERE key = 'auto'`
  if (auto === undefined) return yield* Effect.die("the source `auto` is missing")
  yield* sql`
    ALTER TABLE products ADD COLUMN listed boolean NOT NULL GENERATED ALWAYS AS (
      source_id <> ${sql.literal(`'${auto.id}'`)}::uuid
        OR coalesce(is_food, food_vote_decision(food_votes_yes, food_votes_no)) IS NOT NULL
    ) STORED`
  yield* sql`CREATE INDEX products_listed ON products (listed) WHERE NOT discarded`
})
