import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What each house says of a product: is it food? The counts stand in the product's row, and its columns follow from them. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE food_votes (
      product_id uuid NOT NULL REFERENCES products ON DELETE CASCADE,
      house_id uuid NOT NULL,
      is_food boolean NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (product_id, house_id)
    )
  `
})
