import { Effect } from "effect"
import { SqlClient } from "effect/sql"

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
      computed jsonb NOT NULL,
      summary jsonb NOT NULL,
      energy_kcal double precision,
      protein double precision,
      carbohydrate double precision,
      total_fat double precision,
      saturated_fat double precision,
      trans_fat double precision,
      sugar double precision,
      sodium double precision,
      complete text[] NOT NULL,
      calorie_density double precision,
      carbohydrate_percentage double precision,
      protein_percentage double precision,
      total_fat_percentage double precision,
      energy_share_carbohydrate double precision,
      energy_share_protein double precision,
      energy_share_fat double precision,
      energy_share_alcohol double precision,
      energy_coverage double precision,
      weight_grams double precision,
      allergen_free text[] NOT NULL,
      product_ids uuid[] NOT NULL,
      total_minutes integer,
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
