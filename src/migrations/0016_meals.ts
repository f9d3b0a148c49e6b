import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { derived } from "./0015_recipes.ts"

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE meals (
      id uuid PRIMARY KEY,
      version integer NOT NULL DEFAULT 1,
      author_id uuid NOT NULL,
      name text COLLATE text_order NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
      folded_name text NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
      description text,
      notes text,
      image_url text,
      privacy text NOT NULL CHECK (privacy IN ('private', 'public')),
      liked boolean,
      kept jsonb NOT NULL,
      components jsonb NOT NULL,
      recipe_ids uuid[] NOT NULL,
      ${sql.literal(derived)},
      discarded_at timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`
  // What is long lies apart, so that what is searched is read in few pages.
  yield* sql`ALTER TABLE meals SET (toast_tuple_target = 1024)`
  yield* sql`CREATE INDEX meals_of_author ON meals (author_id, created_at DESC, id DESC) WHERE discarded_at IS NULL`
  yield* sql`CREATE INDEX meals_by_creation ON meals (created_at, id) WHERE discarded_at IS NULL`
  yield* sql`CREATE INDEX meals_recipes ON meals USING gin (recipe_ids)`
  yield* sql`CREATE INDEX meals_products ON meals USING gin (product_ids)`
  yield* sql`CREATE INDEX meals_searched ON meals USING gin (folded_name gin_trgm_ops)`
  yield* sql`CREATE INDEX meals_discarded ON meals (discarded_at) WHERE discarded_at IS NOT NULL`
})
