import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE clients (
      id uuid PRIMARY KEY,
      version integer NOT NULL DEFAULT 1,
      author_id uuid NOT NULL,
      name text COLLATE text_order NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
      folded_name text NOT NULL GENERATED ALWAYS AS (fold(name)) STORED,
      notes text,
      birthday date,
      sex text NOT NULL CHECK (sex IN ('female', 'male', 'other', 'undisclosed')),
      contact jsonb NOT NULL,
      address jsonb NOT NULL,
      restrictions jsonb NOT NULL,
      targets jsonb NOT NULL,
      onboarding jsonb NOT NULL DEFAULT '[]',
      emails text[] NOT NULL,
      phones text[] NOT NULL,
      allergens text[] NOT NULL,
      discarded_at timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`
  yield* sql`CREATE INDEX clients_of_author ON clients (author_id, created_at DESC, id DESC) WHERE discarded_at IS NULL`
  yield* sql`CREATE INDEX clients_by_creation ON clients (created_at, id) WHERE discarded_at IS NULL`
  yield* sql`CREATE INDEX clients_searched ON clients USING gin (folded_name gin_trgm_ops)`
  yield* sql`CREATE INDEX clients_emails ON clients USING gin (emails)`
  yield* sql`CREATE INDEX clients_discarded ON clients (discarded_at) WHERE discarded_at IS NOT NULL`
})
