import { DateTime } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { Form, Webhook } from "../contract/Form.ts"
import type { FormField } from "../contract/FormField.ts"

/** A form as it is read. */
export interface FormRow extends Omit<Form, "webhook" | "createdAt" | "updatedAt"> {
  readonly pausedAt: Date | null
  readonly webhookUrl: string | null
  readonly webhookDesired: Webhook["desired"] | null
  readonly webhookSync: Webhook["sync"] | null
  readonly webhookError: string | null
  readonly webhookGeneration: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** How many responses a form has that say something. */
export const responseCount =
  "(SELECT count(*) FROM form_responses n WHERE n.form_id = f.id AND n.status <> 'purged')::integer"

/** The columns of a `FormRow` over `forms f`. */
export const formColumns = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`f.id, f.version, f.owner_id, f.owner_disabled, f.provider, f.status, f.title, f.description, f.language, f.slug,
    f.typeform_id, f.definition_version, f.fields, f.mapping, f.consent_text, f.retention_days, f.paused_at, f.webhook_url,
    f.webhook_desired, f.webhook_sync, f.webhook_error, f.webhook_generation, ${
    sql.literal(responseCount)
  } AS response_count,
    f.created_at, f.updated_at`

/** How Typeform is to send the responses of a form; nothing of a native one. */
export const webhookOf = (row: FormRow): Webhook | null =>
  row.webhookDesired === null || row.webhookSync === null
    ? null
    : { url: row.webhookUrl, desired: row.webhookDesired, sync: row.webhookSync, lastError: row.webhookError }

/** A row as it is answered. */
export const toForm = (row: FormRow): Form => {
  const {
    pausedAt: _paused,
    webhookDesired: _desired,
    webhookError: _error,
    webhookGeneration: _generation,
    webhookSync: _sync,
    webhookUrl: _url,
    ...form
  } = row
  return {
    ...form,
    webhook: webhookOf(row),
    createdAt: DateTime.makeUnsafe(row.createdAt),
    updatedAt: DateTime.makeUnsafe(row.updatedAt)
  }
}

/** The questions of a native form. */
export const questionsOf = ({ fields, provider }: Pick<FormRow, "fields" | "provider">): ReadonlyArray<FormField> =>
  provider === "native" ? fields.filter((field): field is FormField => "type" in field) : []
