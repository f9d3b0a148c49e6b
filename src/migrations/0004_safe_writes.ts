import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The audit log, which nobody changes, and the answers of requests that carried an idempotency key. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE audit_log (
      id uuid PRIMARY KEY,
      at timestamptz(3) NOT NULL DEFAULT now(),
      actor_type text NOT NULL CHECK (actor_type IN ('user', 'system')),
      actor_id uuid,
      context text NOT NULL,
      command text NOT NULL,
      target_type text,
      target_id text,
      version_before integer,
      version_after integer,
      changed_fields text[] NOT NULL DEFAULT '{}',
      outcome text NOT NULL CHECK (outcome IN ('ok', 'denied', 'failed_login')),
      suppressed integer NOT NULL DEFAULT 0,
      correlation_id text,
      address text
    )
  `
  yield* sql`CREATE INDEX audit_log_at ON audit_log (at, id)`
  yield* sql`CREATE INDEX audit_log_target ON audit_log (target_type, target_id, at)`
  yield* sql`CREATE INDEX audit_log_correlation ON audit_log (correlation_id)`
  yield* sql`CREATE INDEX audit_log_actor ON audit_log (actor_id, at)`
  yield* sql`
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$
  `
  yield* sql`
    CREATE TRIGGER audit_log_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  `
  yield* sql`ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_immutable`

  yield* sql`
    CREATE TABLE idempotency_keys (
      user_id uuid NOT NULL,
      key text NOT NULL,
      request_hash text NOT NULL,
      status integer,
      headers jsonb,
      body text,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (user_id, key)
    )
  `
  yield* sql`CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at)`
})
