import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError } from "effect/sql"
import { createHash } from "node:crypto"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { Form } from "../contract/Form.ts"
import type { FormId, FoundIdentifier, NormalisedAnswer } from "../contract/FormResponse.ts"
import { ResponseId } from "../contract/FormResponse.ts"
import { identify, readable } from "./identify.ts"
import type { Normalised } from "./normalise.ts"
import { responseColumns, type ResponseRow } from "./ResponseRow.ts"

const hashed = (content: string | Uint8Array) => createHash("sha256").update(content).digest()

/** What is kept of answers to be found by. */
interface Findable {
  readonly identifiers: ReadonlyArray<FoundIdentifier>
  readonly emails: ReadonlyArray<string>
  readonly phones: ReadonlyArray<string>
  readonly name: string | null
  readonly text: string
}

const findable = (answers: ReadonlyArray<NormalisedAnswer>): Findable => {
  const identifiers = identify(answers)
  const sure = identifiers.filter(({ confidence }) => confidence >= 0.5)
  const of = (kind: FoundIdentifier["kind"]) => sure.filter((each) => each.kind === kind)
  const [full] = of("fullName")
  const parts = [...of("firstName").slice(0, 1), ...of("lastName").slice(0, 1)].map(({ value }) => value)
  const typed = answers.flatMap(({ answer, e164, type }) =>
    typeof answer !== "string" ? [] : type === "phone_number"
      ? [answer.replace(/\D/g, ""), (e164 ?? "").replace(/\D/g, "")]
      : []
  )
  const emails = answers.flatMap(({ answer, type }) =>
    type === "email" && typeof answer === "string" ? [answer.trim().toLowerCase()] : []
  )
  return {
    identifiers,
    emails: [...new Set([...emails, ...of("email").map(({ normalised }) => normalised)])],
    phones: [...new Set([...typed, ...of("phone").map(({ normalised }) => normalised)])].filter((digits) =>
      digits !== ""
    ),
    name: full?.value ?? (parts.length > 0 ? parts.join(" ") : null),
    text: answers.map(readable).filter((each) => each !== "").join("\n").slice(0, 50_000)
  }
}

/** A response that came from somewhere. */
export interface Arrived {
  readonly formId: FormId
  readonly provider: Form["provider"]
  /** The one that was answered; `null`: the present one. */
  readonly definitionVersion: number | null
  readonly token: string
  readonly eventId: string | null
  readonly body: Uint8Array
  readonly submittedAt: Date
  readonly landedAt: Date | null
  readonly consentText: string | null
}

/** A response that is to be read, with what is known of its form. */
export interface Unread extends ResponseRow {
  readonly rawBody: Uint8Array | null
  readonly provider: Form["provider"]
  readonly language: Form["language"]
  readonly fields: Form["fields"]
}

export class ResponseRepo extends Context.Service<ResponseRepo, {
  /**
   * Stores what arrived as it is; nothing where the form takes none, or has it already. What was submitted before a pause still comes
   * in. The form's row is not locked: those whose answers come in at once would wait for it, and what meets a pause may as well have
   * come before it.
   */
  insert(
    arrived: Arrived
  ): Effect.Effect<{ readonly id: ResponseId; readonly ownerId: UserId } | undefined, SqlError.SqlError>
  statusOf(arrived: Arrived): Effect.Effect<Form["status"] | undefined, SqlError.SqlError>
  /** The response that has the token or the event already. */
  earlier(arrived: Arrived): Effect.Effect<ResponseId | undefined, SqlError.SqlError>
  /** Held until the end of the transaction. */
  lock(id: ResponseId): Effect.Effect<Unread | undefined, SqlError.SqlError>
  /** Writes what was read. */
  write(
    id: ResponseId,
    read: Normalised
  ): Effect.Effect<ReadonlyArray<FoundIdentifier>, SqlError.SqlError>
  /** Forgets what responses say; the ids of those that said something. */
  empty(ids: ReadonlyArray<ResponseId>): Effect.Effect<ReadonlyArray<ResponseId>, SqlError.SqlError>
}>()("cardapio/contexts/onboarding/response/ResponseRepo") {
  static readonly layer = Layer.effect(
    ResponseRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      return ResponseRepo.of({
        insert: Effect.fnUntraced(function*(arrived) {
          const id = ResponseId.make(SecureRandom.uuidV7Unsafe())
          const [made] = yield* sql<{ ownerId: UserId }>`
            WITH form AS (
              SELECT owner_id, definition_version FROM forms
              WHERE id = ${arrived.formId} AND provider = ${arrived.provider} AND (status = 'active'
                OR status = 'draft' AND provider = 'typeform' OR status = 'paused' AND paused_at > ${arrived.submittedAt})
            ), made AS (
              INSERT INTO form_responses (id, form_id, definition_version, token_hash, event_id, status, raw_body, body_hash,
                submitted_at, landed_at, consent_text)
              SELECT ${id}, ${arrived.formId}, coalesce(${arrived.definitionVersion}::integer, definition_version),
                ${hashed(arrived.token)}, ${arrived.eventId}, 'received', ${arrived.body}, ${hashed(arrived.body)},
                ${arrived.submittedAt}, ${arrived.landedAt}, ${arrived.consentText} FROM form
              ON CONFLICT DO NOTHING RETURNING id
            )
            SELECT owner_id FROM form, made`
          return made === undefined ? undefined : { id, ownerId: made.ownerId }
        }),
        statusOf: ({ formId, provider }) =>
          Effect.map(
            sql<{ status: Form["status"] }>`
              SELECT status FROM forms WHERE id = ${formId} AND provider = ${provider} AND status <> 'deleted'`,
            ([row]) => row?.status
          ),
        earlier: ({ eventId, formId, token }) =>
          Effect.map(
            sql<{ id: ResponseId }>`
              SELECT id FROM form_responses
              WHERE form_id = ${formId} AND (token_hash = ${
              hashed(token)
            } OR event_id = ${eventId}) ORDER BY received_at LIMIT 1`,
            ([row]) => row?.id
          ),
        lock: (id) =>
          Effect.map(
            sql<Unread>`
              SELECT ${responseColumns(sql)}, r.raw_body, f.provider, f.language, coalesce(d.fields, f.fields) AS fields
              FROM form_responses r JOIN forms f ON f.id = r.form_id
                LEFT JOIN form_definitions d ON d.form_id = r.form_id AND d.version = r.definition_version
              WHERE r.id = ${id} AND r.status <> 'purged' FOR UPDATE OF r`,
            ([row]) => row
          ),
        write: Effect.fnUntraced(function*(id, read) {
          const found = findable(read.answers)
          yield* sql`
            UPDATE form_responses SET status = 'processed', answers = ${JSON.stringify(read.answers)}::jsonb,
              identifiers = ${JSON.stringify(found.identifiers)}::jsonb, hidden = ${JSON.stringify(read.hidden)}::jsonb,
              variables = ${JSON.stringify(read.variables)}::jsonb, score = ${read.score},
              ending = ${JSON.stringify(read.ending)}::jsonb, warnings = ${JSON.stringify(read.warnings)}::jsonb,
              emails = ${[...found.emails]}::text[], phones = ${[
            ...found.phones
          ]}::text[], folded_name = fold(${found.name}),
              folded_text = fold(${found.text})
            WHERE id = ${id}`
          return found.identifiers
        }),
        empty: (ids) =>
          ids.length === 0 ? Effect.succeed([]) : Effect.map(
            sql<{ id: ResponseId }>`
              UPDATE form_responses SET status = 'purged', raw_body = NULL, body_hash = NULL, answers = '[]', identifiers = '[]', hidden = '{}',
                variables = '[]', score = NULL, ending = NULL, warnings = '[]', consent_text = NULL, emails = '{}', phones = '{}',
                folded_name = NULL, folded_text = NULL
              WHERE id = ANY(${[...ids]}::uuid[]) AND status <> 'purged' RETURNING id`,
            (rows) => rows.map(({ id }) => id)
          )
      })
    })
  )
}
