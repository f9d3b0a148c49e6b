import { Effect } from "effect"
import { SqlClient } from "effect/sql"

const sources: ReadonlyArray<
  { key: string; name: string; rank: number; licence?: string; attribution?: string; url?: string }
> = [
  { key: "manual", name: "Manual", rank: 10 },
  {
    key: "tbca",
    name: "TBCA",
    rank: 20,
    attribution: "Tabela Brasileira de Composição de Alimentos (TBCA), USP / FoRC",
    url: "https://www.tbca.net.br"
  },
  {
    key: "taco",
    name: "TACO",
    rank: 30,
    licence: "Reproduction permitted with the source cited",
    attribution: "Tabela Brasileira de Composição de Alimentos (TACO), 4. ed., NEPA-UNICAMP, 2011",
    url: "https://nepa.unicamp.br"
  },
  { key: "private", name: "Private", rank: 40 },
  { key: "gs1", name: "GS1", rank: 50, url: "https://www.gs1.org" },
  { key: "auto", name: "Automatic", rank: 60 },
  {
    key: "usda-sr28",
    name: "USDA SR28",
    rank: 70,
    licence: "Public domain",
    attribution: "US Department of Agriculture, National Nutrient Database for Standard Reference, Release 28 (2016)",
    url: "https://www.ars.usda.gov"
  },
  {
    key: "ciqual",
    name: "Ciqual",
    rank: 80,
    licence: "Licence Ouverte / Etalab 2.0",
    attribution: "Anses. 2020. Ciqual French food composition table",
    url: "https://ciqual.anses.fr"
  },
  {
    key: "off",
    name: "Open Food Facts",
    rank: 90,
    licence: "ODbL 1.0 (database), DbCL 1.0 (contents)",
    attribution: "Open Food Facts contributors",
    url: "https://world.openfoodfacts.org"
  }
]

const createClassifications = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE classifications (
      id uuid PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('source', 'brand', 'category', 'parentCategory', 'foodGroup', 'processType')),
      name text COLLATE text_order NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
      name_key text NOT NULL GENERATED ALWAYS AS (fold_name(name)) STORED,
      description text CHECK (length(description) <= 1000),
      key text UNIQUE,
      rank integer NOT NULL DEFAULT 1000,
      licence text,
      attribution text,
      url text,
      author_id uuid,
      version integer NOT NULL DEFAULT 1,
      deleted boolean NOT NULL DEFAULT false,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )
  `
  yield* sql`CREATE UNIQUE INDEX classifications_name ON classifications (kind, name_key) WHERE NOT deleted`
  yield* sql`CREATE INDEX classifications_sorted ON classifications (kind, name, id) WHERE NOT deleted`
  const rows = sources.map((source, n) => ({
    ...source,
    id: `01980000-0000-7000-8002-${String(n + 1).padStart(12, "0")}`
  }))
  yield* sql`
    INSERT INTO classifications (id, kind, key, name, rank, licence, attribution, url)
    SELECT id, 'source', key, name, rank, licence, attribution, url
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r(id uuid, key text, name text, rank integer, licence text, attribution text, url text)
  `
})

const createProducts = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE products (
      id uuid PRIMARY KEY,
      version integer NOT NULL DEFAULT 1,
      name text COLLATE text_order NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
      normalised_name text NOT NULL,
      language text NOT NULL,
      aliases jsonb NOT NULL DEFAULT '[]',
      source_id uuid NOT NULL REFERENCES classifications,
      source_ref text NOT NULL CHECK (length(source_ref) BETWEEN 1 AND 100),
      attribution text,
      barcode text,
      gtin14 text GENERATED ALWAYS AS (lpad(barcode, 14, '0')) STORED,
      is_food boolean,
      food_votes_yes integer NOT NULL DEFAULT 0,
      food_votes_no integer NOT NULL DEFAULT 0,
      food_vote_decision boolean GENERATED ALWAYS AS (food_vote_decision(food_votes_yes, food_votes_no)) STORED,
      effective_is_food boolean GENERATED ALWAYS AS (
        coalesce(is_food, food_vote_decision(food_votes_yes, food_votes_no))
      ) STORED,
      brand_id uuid REFERENCES classifications,
      category_id uuid REFERENCES classifications,
      parent_category_id uuid REFERENCES classifications,
      food_group_id uuid REFERENCES classifications,
      process_type_id uuid REFERENCES classifications,
      nutrient_basis text NOT NULL DEFAULT 'per100g' CHECK (nutrient_basis IN ('per100g', 'per100ml')),
      nutrients jsonb NOT NULL DEFAULT '{}',
      nutrient_marks jsonb NOT NULL DEFAULT '{}',
      shopping_name text,
      store_department_name text,
      recommended_brands_and_products text,
      substitutes text,
      edible_yield double precision CHECK (edible_yield > 0 AND edible_yield <= 1),
      kg_per_unit double precision CHECK (kg_per_unit > 0),
      liters_per_kg double precision CHECK (liters_per_kg > 0),
      cooking_factor double precision CHECK (cooking_factor > 0),
      conservation_days integer CHECK (conservation_days BETWEEN 0 AND 36500),
      nutrition_group text,
      portions jsonb NOT NULL DEFAULT '[]',
      allergens jsonb NOT NULL DEFAULT '{}',
      package_size double precision CHECK (package_size > 0),
      package_size_unit text,
      ingredients text,
      image_url text,
      score jsonb,
      manual_fields text[] NOT NULL DEFAULT '{}',
      record_hashes text[] NOT NULL DEFAULT '{}',
      import_run_id uuid,
      discarded boolean NOT NULL DEFAULT false,
      created_by uuid,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now(),
      CHECK ((package_size IS NULL) = (package_size_unit IS NULL)),
      CONSTRAINT products_source_ref UNIQUE (source_id, source_ref)
    )
  `
  yield* sql`CREATE UNIQUE INDEX products_gtin ON products (gtin14, source_id) WHERE gtin14 IS NOT NULL AND NOT discarded`
  yield* sql`CREATE INDEX products_updated ON products (updated_at, id) WHERE NOT discarded`
  yield* sql`CREATE INDEX products_created ON products (created_at, id) WHERE NOT discarded`
  yield* sql`CREATE INDEX products_named ON products (name, id) WHERE NOT discarded`
  yield* sql`CREATE INDEX products_name_trigrams ON products USING gin (fold(name) gin_trgm_ops)`
  yield* Effect.forEach(
    ["brand_id", "category_id", "parent_category_id", "food_group_id", "process_type_id"],
    (column) => sql`CREATE INDEX ON products (${sql(column)}) WHERE ${sql(column)} IS NOT NULL`,
    { discard: true }
  )
})

/** With n votes: undecided up to 2; 3 or 4 decide if unanimous; from 5 on, 70 % decide. */
const createVoteRule = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql`
    CREATE FUNCTION food_vote_decision(yes integer, no integer) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
      WHEN yes + no <= 2 THEN NULL
      WHEN yes + no <= 4 THEN CASE WHEN no = 0 THEN true WHEN yes = 0 THEN false END
      WHEN yes * 10 >= (yes + no) * 7 THEN true
      WHEN no * 10 >= (yes + no) * 7 THEN false
    END
  `
)

const createImportRuns = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql`
    CREATE TABLE import_runs (
      id uuid PRIMARY KEY,
      format text NOT NULL,
      path text NOT NULL,
      state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished')),
      checkpoint_offset double precision NOT NULL,
      checkpoint_sha256 text NOT NULL,
      report jsonb NOT NULL,
      started_by uuid,
      started_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )
  `
)

const createImportIndex = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`CREATE INDEX import_runs_unfinished ON import_runs (format, path, started_at) WHERE state = 'running'`
)

export default Effect.all(
  [createVoteRule, createClassifications, createProducts, createImportRuns, createImportIndex],
  { discard: true }
)
