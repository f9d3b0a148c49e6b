import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Passwords, refresh tokens, codes for a new password, and what keeps passwords from being guessed. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE passwords (
      user_id uuid PRIMARY KEY REFERENCES users,
      hash text NOT NULL,
      changed_at timestamptz(3) NOT NULL DEFAULT now()
    )`
  yield* sql`
    CREATE TABLE reset_codes (
      user_id uuid PRIMARY KEY REFERENCES users,
      code_hash bytea NOT NULL,
      expires_at timestamptz(3) NOT NULL
    )`
  yield* sql`
    CREATE TABLE refresh_tokens (
      token_hash bytea PRIMARY KEY,
      session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
      expires_at timestamptz(3) NOT NULL,
      used_at timestamptz(3),
      idempotency_key text,
      sealed_answer bytea
    )`
  yield* sql`CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id)`
  // Attempts of the last 15 minutes that have failed or not ended yet, by account or address.
  yield* sql`
    CREATE TABLE login_throttles (
      subject text PRIMARY KEY,
      attempts timestamptz[] NOT NULL,
      waits integer NOT NULL DEFAULT 0,
      blocked_until timestamptz
    )`
  yield* sql`ALTER TABLE signing_keys ADD COLUMN activated_at timestamptz(3)`
  yield* sql`UPDATE signing_keys SET activated_at = created_at WHERE state = 'active'`
  yield* sql`CREATE UNIQUE INDEX signing_keys_next ON signing_keys (state) WHERE state = 'next'`
})
