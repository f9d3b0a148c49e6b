import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE client_responses (
      response_id uuid PRIMARY KEY,
      client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE
    )`
  yield* sql`
    CREATE TABLE client_suggestions (
      id uuid PRIMARY KEY,
      response_id uuid NOT NULL UNIQUE,
      owner_id uuid NOT NULL,
      form_title text NOT NULL,
      name text,
      status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'accepted', 'dismissed')),
      matches jsonb NOT NULL,
      client_id uuid,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`
  yield* sql`CREATE INDEX client_suggestions_of_owner ON client_suggestions (owner_id, status, created_at DESC)`
})
