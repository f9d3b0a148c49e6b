import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Logins and API keys, which every request asks about; and who sent a kept answer's request, or an audit entry's command. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE sessions (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users,
      via text NOT NULL CHECK (via IN ('password', 'operator')),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      expires_at timestamptz(3) NOT NULL,
      last_used_at timestamptz(3) NOT NULL DEFAULT now(),
      revoked_at timestamptz(3),
      address text,
      user_agent text CHECK (length(user_agent) <= 500)
    )`
  yield* sql`CREATE INDEX sessions_user ON sessions (user_id)`
  yield* sql`CREATE INDEX sessions_expired ON sessions (expires_at)`
  yield* sql`
    CREATE TABLE api_keys (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
      prefix text NOT NULL UNIQUE,
      secret_hash bytea NOT NULL,
      permissions text[] NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      expires_at timestamptz(3) NOT NULL,
      last_used_at timestamptz(3),
      revoked_at timestamptz(3)
    )`
  yield* sql`CREATE INDEX api_keys_user ON api_keys (user_id)`

  yield* sql`DELETE FROM idempotency_keys`
  yield* sql`ALTER TABLE idempotency_keys RENAME COLUMN user_id TO caller`
  yield* sql`ALTER TABLE idempotency_keys DROP COLUMN body, ADD COLUMN sealed_body bytea`

  yield* sql`ALTER TABLE audit_log ADD COLUMN api_key_id uuid`
  yield* sql`ALTER TABLE audit_log DROP CONSTRAINT audit_log_actor_type_check`
  yield* sql`
    ALTER TABLE audit_log ADD CONSTRAINT audit_log_actor_type_check CHECK (actor_type IN ('user', 'apiKey', 'system'))`
})
