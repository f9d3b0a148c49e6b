import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE shopping_lists (
      id uuid PRIMARY KEY,
      version integer NOT NULL DEFAULT 1,
      client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
      input jsonb NOT NULL,
      computed jsonb NOT NULL,
      own_lines jsonb NOT NULL,
      ticked uuid[] NOT NULL DEFAULT '{}',
      stale boolean NOT NULL DEFAULT false,
      menu_ids uuid[] NOT NULL,
      meal_ids uuid[] NOT NULL,
      recipe_ids uuid[] NOT NULL,
      product_ids uuid[] NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`
  yield* sql`CREATE INDEX shopping_lists_of_client ON shopping_lists (client_id)`
  yield* sql`CREATE INDEX shopping_lists_menus ON shopping_lists USING gin (menu_ids) WHERE NOT stale`
  yield* sql`CREATE INDEX shopping_lists_meals ON shopping_lists USING gin (meal_ids) WHERE NOT stale`
  yield* sql`CREATE INDEX shopping_lists_recipes ON shopping_lists USING gin (recipe_ids) WHERE NOT stale`
  yield* sql`CREATE INDEX shopping_lists_products ON shopping_lists USING gin (product_ids) WHERE NOT stale`
})
