import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Columns of what is computed of a dish, and searched by: recipes and meals have the same. */
export const derived = `
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
  total_minutes integer`

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE recipes (
      id uuid PRIMARY KEY,
      version integer NOT NULL DEFAULT 1,
      author_id uuid NOT NULL,
      name text COLLATE text_order NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
      folded_name text NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
      searched text NOT NULL,
      folded_searched text NOT NULL GENERATED ALWAYS AS (fold(searched)) STORED,
      description text,
      notes text,
      image_url text,
      source_url text,
      source_author text,
      privacy text NOT NULL CHECK (privacy IN ('private', 'public')),
      instructions jsonb NOT NULL,
      ingredients jsonb NOT NULL,
      servings double precision NOT NULL CHECK (servings > 0),
      servings_assumed boolean NOT NULL,
      yield_text text,
      yield_grams double precision CHECK (yield_grams > 0),
      utensils jsonb NOT NULL,
      prep_minutes integer,
      cook_minutes integer,
      given_total_minutes integer,
      nutrition_override jsonb,
      ${sql.literal(derived)},
      rating_count integer NOT NULL DEFAULT 0,
      average_taste double precision,
      average_convenience double precision,
      discarded_at timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`
  // What is long lies apart, so that what is searched is read in few pages.
  yield* sql`ALTER TABLE recipes SET (toast_tuple_target = 1024)`
  yield* sql`CREATE INDEX recipes_of_author ON recipes (author_id, created_at DESC, id DESC) WHERE discarded_at IS NULL`
  yield* sql`CREATE INDEX recipes_by_creation ON recipes (created_at, id) WHERE discarded_at IS NULL`
  yield* sql`CREATE INDEX recipes_products ON recipes USING gin (product_ids)`
  yield* sql`CREATE INDEX recipes_searched ON recipes USING gin (folded_searched gin_trgm_ops)`
  yield* sql`CREATE INDEX recipes_discarded ON recipes (discarded_at) WHERE discarded_at IS NOT NULL`

  yield* sql`
    CREATE TABLE recipe_ratings (
      recipe_id uuid NOT NULL REFERENCES recipes ON DELETE CASCADE,
      user_id uuid NOT NULL,
      taste integer NOT NULL CHECK (taste BETWEEN 0 AND 5),
      convenience integer NOT NULL CHECK (convenience BETWEEN 0 AND 5),
      comment text CHECK (length(comment) <= 1000),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (recipe_id, user_id)
    )`

  yield* sql`
    CREATE TABLE tags (
      id uuid PRIMARY KEY,
      author_id uuid NOT NULL,
      type text NOT NULL CHECK (type IN ('recipe', 'meal', 'menu', 'client')),
      key text COLLATE text_order NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
      value text COLLATE text_order NOT NULL CHECK (length(value) BETWEEN 1 AND 200),
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      UNIQUE (author_id, type, key, value)
    )`
  yield* sql`CREATE INDEX tags_of_type ON tags (type, key, value)`
  yield* sql`
    CREATE TABLE tag_uses (
      item_id uuid NOT NULL,
      tag_id uuid NOT NULL REFERENCES tags,
      PRIMARY KEY (item_id, tag_id)
    )`
  yield* sql`CREATE INDEX tag_uses_of_tag ON tag_uses (tag_id, item_id)`
})
