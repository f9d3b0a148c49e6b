import { Context, Effect, Layer } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import type { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { orConflict } from "../../../kernel/orConflict.ts"
import type { Form } from "../contract/Form.ts"
import { FormAlreadyRegistered, SlugTaken } from "../contract/FormProblems.ts"
import type { FormId } from "../contract/FormResponse.ts"
import { formColumns, type FormRow } from "./FormRow.ts"

/** What is written of a form at once. */
export type FormFields = Pick<
  FormRow,
  | "provider"
  | "status"
  | "title"
  | "description"
  | "language"
  | "slug"
  | "typeformId"
  | "definitionVersion"
  | "fields"
  | "mapping"
  | "consentText"
  | "retentionDays"
  | "webhookUrl"
  | "webhookDesired"
  | "webhookSync"
>

const isTaken = (error: unknown): error is SqlError.SqlError =>
  SqlError.isSqlError(error) && error.reason._tag === "UniqueViolation"

const slugTaken = () => new SlugTaken({ errors: [{ pointer: "/slug", detail: "names another form's page" }] })

export class FormRepo extends Context.Service<FormRepo, {
  /** Held until the end of the transaction; not a deleted one. */
  lock(id: FormId): Effect.Effect<FormRow | undefined, SqlError.SqlError>
  insert(
    id: FormId,
    owner: UserId,
    fields: FormFields,
    secret: Uint8Array | null
  ): Effect.Effect<FormRow, SqlError.SqlError | SlugTaken | FormAlreadyRegistered>
  /** Writes the fields as the version after that of the row; a changed definition is kept beside the earlier ones. */
  update(
    row: FormRow,
    fields: Partial<FormFields>
  ): Effect.Effect<FormRow, SqlError.SqlError | VersionConflict | SlugTaken>
  /** The webhook is to be another one: Typeform has to be told. With another secret, the present one is an earlier one. */
  desire(
    row: FormRow,
    desired: NonNullable<Form["webhook"]>["desired"],
    url: string | null,
    secret?: Uint8Array
  ): Effect.Effect<FormRow, SqlError.SqlError | VersionConflict>
}>()("cardapio/contexts/onboarding/form/FormRepo") {
  static readonly layer = Layer.effect(
    FormRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const defined = ({ consentText, definitionVersion, fields, id }: FormRow) =>
        sql`
          INSERT INTO form_definitions (form_id, version, fields, consent_text)
          VALUES (${id}, ${definitionVersion}, ${JSON.stringify(fields)}::jsonb, ${consentText}) ON CONFLICT DO NOTHING`

      return FormRepo.of({
        lock: (id) =>
          Effect.map(
            sql<FormRow>`SELECT ${
              formColumns(sql)
            } FROM forms f WHERE f.id = ${id} AND f.status <> 'deleted' FOR UPDATE OF f`,
            ([row]) => row
          ),
        insert: Effect.fnUntraced(function*(id, owner, fields, secret) {
          const [row] = yield* sql<FormRow>`
            WITH f AS (
              INSERT INTO forms (id, owner_id, provider, status, title, description, language, slug, typeform_id,
                definition_version, fields, mapping, consent_text, retention_days, webhook_url, webhook_desired, webhook_sync,
                webhook_generation, sealed_secret)
              VALUES (${id}, ${owner}, ${fields.provider}, ${fields.status}, ${fields.title}, ${fields.description},
                ${fields.language}, ${fields.slug}, ${fields.typeformId}, ${fields.definitionVersion},
                ${JSON.stringify(fields.fields)}::jsonb, ${
            JSON.stringify(fields.mapping)
          }::jsonb, ${fields.consentText},
                ${fields.retentionDays}, ${fields.webhookUrl}, ${fields.webhookDesired}, ${fields.webhookSync},
                ${secret === null ? 0 : 1}, ${secret})
              RETURNING *
            )
            SELECT ${formColumns(sql)} FROM f`.pipe(
            Effect.catchIf(
              isTaken,
              () => Effect.fail(fields.provider === "native" ? slugTaken() : new FormAlreadyRegistered({}))
            )
          )
          if (row === undefined) return yield* Effect.die("nothing was inserted")
          yield* defined(row)
          return row
        }),
        update: Effect.fnUntraced(function*(row, changed) {
          const fields = { ...row, ...changed }
          const after = yield* orConflict(sql<FormRow>`
            WITH f AS (
              UPDATE forms SET title = ${fields.title}, description = ${fields.description}, language = ${fields.language},
                slug = ${fields.slug}, definition_version = ${fields.definitionVersion},
                fields = ${JSON.stringify(fields.fields)}::jsonb, mapping = ${JSON.stringify(fields.mapping)}::jsonb,
                consent_text = ${fields.consentText}, retention_days = ${fields.retentionDays}, status = ${fields.status},
                paused_at = CASE WHEN ${fields.status} <> 'paused' THEN NULL ELSE coalesce(paused_at, now()) END,
                version = version + 1, updated_at = now()
              WHERE id = ${row.id} AND version = ${row.version} RETURNING *
            )
            SELECT ${formColumns(sql)} FROM f`).pipe(Effect.catchIf(isTaken, () => Effect.fail(slugTaken())))
          if (after.definitionVersion !== row.definitionVersion) yield* defined(after)
          return after
        }),
        desire: (row, desired, url, secret) =>
          orConflict(sql<FormRow>`
            WITH f AS (
              UPDATE forms SET webhook_desired = ${desired}, webhook_url = ${url}, webhook_sync = 'pending', webhook_error = NULL,
                webhook_generation = webhook_generation + 1, sealed_secret = coalesce(${secret ?? null}, sealed_secret),
                sealed_earlier_secrets = CASE WHEN ${secret !== undefined} THEN sealed_earlier_secrets || sealed_secret
                  ELSE sealed_earlier_secrets END,
                earlier_secrets_until = CASE WHEN ${secret === undefined} THEN earlier_secrets_until END,
                version = version + 1, updated_at = now()
              WHERE id = ${row.id} AND version = ${row.version} RETURNING *
            )
            SELECT ${formColumns(sql)} FROM f`)
      })
    })
  )
}
