import { DateTime } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { FoundIdentifier, NormalisedAnswer, ResponseDetail, ResponseSummary } from "../contract/FormResponse.ts"

/** A response as it is read without its answers. */
export interface SummaryRow extends Omit<ResponseSummary, "submittedAt" | "receivedAt"> {
  readonly submittedAt: Date
  readonly receivedAt: Date
}

/** A response as it is read with them. */
export interface ResponseRow extends SummaryRow {
  readonly definitionVersion: number
  readonly landedAt: Date | null
  readonly answers: ReadonlyArray<NormalisedAnswer>
  readonly identifiers: ReadonlyArray<FoundIdentifier>
  readonly hidden: ResponseDetail["hidden"]
  readonly variables: ResponseDetail["variables"]
  readonly score: number | null
  readonly ending: ResponseDetail["ending"]
  readonly warnings: ReadonlyArray<string>
  readonly consentText: string | null
}

/** The columns of a `SummaryRow` over `form_responses r JOIN forms f`. */
export const summaryColumns = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`r.id, r.form_id, f.title AS form_title, f.owner_id, r.status, r.submitted_at, r.received_at, r.client_id`

/** The columns of a `ResponseRow` over the same. */
export const responseColumns = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`${
    summaryColumns(sql)
  }, r.definition_version, r.landed_at, r.answers, r.identifiers, r.hidden, r.variables, r.score,
    r.ending, r.warnings, r.consent_text`

export const toSummary = ({ receivedAt, submittedAt, ...row }: SummaryRow): ResponseSummary => ({
  ...row,
  submittedAt: DateTime.makeUnsafe(submittedAt),
  receivedAt: DateTime.makeUnsafe(receivedAt)
})

export const toDetail = ({ consentText, landedAt, receivedAt, submittedAt, ...row }: ResponseRow): ResponseDetail => ({
  ...row,
  submittedAt: DateTime.makeUnsafe(submittedAt),
  receivedAt: DateTime.makeUnsafe(receivedAt),
  landedAt: landedAt === null ? null : DateTime.makeUnsafe(landedAt),
  consent: consentText === null ? null : { text: consentText, at: DateTime.makeUnsafe(submittedAt) }
})

/** What those see of others' responses who may not read what people answered. */
export const withoutAnswers = (response: ResponseDetail): ResponseDetail => ({
  ...response,
  answers: null,
  identifiers: null,
  hidden: {},
  variables: [],
  score: null,
  ending: null,
  consent: null,
  warnings: []
})
