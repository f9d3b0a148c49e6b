import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE menus (
      id uuid PRIMARY KEY,
      version integer NOT NULL DEFAULT 1,
      author_id uuid NOT NULL,
      client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
      name text COLLATE text_order NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
      folded_name text NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
      description text,
      start_date date,
      weeks integer NOT NULL CHECK (weeks BETWEEN 1 AND 52),
      status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
      people integer NOT NULL CHECK (people BETWEEN 1 AND 100000),
      pattern jsonb NOT NULL,
      targets jsonb,
      days jsonb NOT NULL DEFAULT '[]',
      week_totals jsonb NOT NULL DEFAULT '[]',
      conflicts jsonb NOT NULL DEFAULT '[]',
      target_status text[] NOT NULL DEFAULT '{}',
      empty_slot_count integer NOT NULL DEFAULT 0,
      conflict_count integer NOT NULL DEFAULT 0,
      slot_count integer NOT NULL DEFAULT 0,
      product_ids uuid[] NOT NULL DEFAULT '{}',
      discarded_at timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`
  yield* sql`CREATE INDEX menus_of_author ON menus (author_id, created_at DESC, id DESC) WHERE discarded_at IS NULL`
  yield* sql`CREATE INDEX menus_by_creation ON menus (created_at, id) WHERE discarded_at IS NULL`
  yield* sql`CREATE INDEX menus_of_client ON menus (client_id)`
  yield* sql`CREATE INDEX menus_products ON menus USING gin (product_ids)`
  yield* sql`CREATE INDEX menus_searched ON menus USING gin (folded_name gin_trgm_ops)`
  yield* sql`CREATE INDEX menus_discarded ON menus (discarded_at) WHERE discarded_at IS NOT NULL`

  yield* sql`
    CREATE TABLE menu_slots (
      id uuid PRIMARY KEY,
      menu_id uuid NOT NULL REFERENCES menus ON DELETE CASCADE,
      week integer NOT NULL CHECK (week BETWEEN 1 AND 52),
      weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
      meal_type text NOT NULL,
      meal_type_key text NOT NULL,
      hour text,
      meal_id uuid NOT NULL,
      meal_name text NOT NULL,
      portions double precision NOT NULL CHECK (portions > 0),
      note text,
      UNIQUE (menu_id, week, weekday, meal_type_key)
    )`
  yield* sql`CREATE INDEX menu_slots_of_meal ON menu_slots (meal_id)`
})
