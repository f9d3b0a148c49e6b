import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE forms (
      id uuid PRIMARY KEY,
      version integer NOT NULL DEFAULT 1,
      owner_id uuid NOT NULL,
      owner_disabled boolean NOT NULL DEFAULT false,
      provider text NOT NULL CHECK (provider IN ('native', 'typeform')),
      status text NOT NULL CHECK (status IN ('draft', 'active', 'paused', 'completed', 'deleted')),
      title text COLLATE text_order NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
      description text,
      language text NOT NULL CHECK (language IN ('pt-BR', 'en')),
      slug text CHECK ((slug IS NOT NULL) = (provider = 'native')),
      typeform_id text CHECK ((typeform_id IS NOT NULL) = (provider = 'typeform')),
      definition_version integer NOT NULL DEFAULT 1,
      fields jsonb NOT NULL,
      mapping jsonb NOT NULL DEFAULT '{}',
      consent_text text,
      retention_days integer NOT NULL CHECK (retention_days BETWEEN 1 AND 3650),
      paused_at timestamptz(3),
      webhook_url text,
      webhook_desired text CHECK (webhook_desired IN ('enabled', 'disabled', 'absent')),
      webhook_sync text CHECK (webhook_sync IN ('pending', 'applied', 'failed')),
      webhook_error text,
      webhook_generation integer NOT NULL DEFAULT 0,
      sealed_secret bytea,
      sealed_earlier_secrets bytea[] NOT NULL DEFAULT '{}',
      earlier_secrets_until timestamptz(3),
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`
  yield* sql`CREATE UNIQUE INDEX forms_slug ON forms (slug) WHERE status <> 'deleted'`
  yield* sql`CREATE UNIQUE INDEX forms_typeform_id ON forms (typeform_id) WHERE status <> 'deleted'`
  yield* sql`CREATE INDEX forms_of_owner ON forms (owner_id, created_at DESC, id DESC) WHERE status <> 'deleted'`
  yield* sql`CREATE INDEX forms_by_creation ON forms (created_at, id) WHERE status <> 'deleted'`
  yield* sql`
    CREATE TABLE form_definitions (
      form_id uuid NOT NULL REFERENCES forms,
      version integer NOT NULL,
      fields jsonb NOT NULL,
      consent_text text,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (form_id, version)
    )`
  yield* sql`
    CREATE TABLE form_responses (
      id uuid PRIMARY KEY,
      form_id uuid NOT NULL,
      definition_version integer NOT NULL,
      token_hash bytea NOT NULL,
      event_id text,
      status text NOT NULL CHECK (status IN ('received', 'processed', 'purged')),
      raw_body bytea,
      body_hash bytea,
      answers jsonb NOT NULL DEFAULT '[]',
      identifiers jsonb NOT NULL DEFAULT '[]',
      hidden jsonb NOT NULL DEFAULT '{}',
      variables jsonb NOT NULL DEFAULT '[]',
      score double precision,
      ending jsonb,
      warnings jsonb NOT NULL DEFAULT '[]',
      consent_text text,
      emails text[] NOT NULL DEFAULT '{}',
      phones text[] NOT NULL DEFAULT '{}',
      folded_name text,
      folded_text text,
      client_id uuid,
      submitted_at timestamptz(3) NOT NULL,
      landed_at timestamptz(3),
      received_at timestamptz(3) NOT NULL DEFAULT now(),
      UNIQUE (form_id, token_hash)
    )`
  yield* sql`CREATE UNIQUE INDEX form_responses_event ON form_responses (form_id, event_id) WHERE event_id IS NOT NULL`
  yield* sql`CREATE INDEX form_responses_by_submission ON form_responses (submitted_at DESC, id DESC)`
  yield* sql`CREATE INDEX form_responses_of_form ON form_responses (form_id, submitted_at DESC, id DESC)`
  yield* sql`CREATE INDEX form_responses_kept ON form_responses (form_id, received_at) WHERE status <> 'purged'`
  yield* sql`CREATE INDEX form_responses_emails ON form_responses USING gin (emails)`
  yield* sql`CREATE INDEX form_responses_phones ON form_responses USING gin (phones)`
  yield* sql`CREATE INDEX form_responses_name ON form_responses USING gin (folded_name gin_trgm_ops)`
  yield* sql`
    CREATE TABLE rate_limits (
      key text PRIMARY KEY,
      tokens double precision NOT NULL,
      refused boolean NOT NULL DEFAULT false,
      at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL
    )`
  yield* sql`CREATE INDEX rate_limits_expired ON rate_limits (expires_at)`
})
