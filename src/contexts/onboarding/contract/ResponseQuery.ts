import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { QueryBoolean, QueryText } from "../../../kernel/contract/QueryValues.ts"
import { integer } from "../../../kernel/contract/Values.ts"
import { Form } from "./Form.ts"
import { FormId, ResponseDetail, ResponseId, responseStatuses, ResponseSummary } from "./FormResponse.ts"

export const responseFilters = {
  id: filter.uuid,
  formId: filter.uuid,
  status: oneOf(responseStatuses),
  submittedAt: filter.instant,
  receivedAt: filter.instant
} as const

const sortable = ["submittedAt", "receivedAt", "status"] as const

export const ResponseListQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(responseFilters),
  email: Schema.optionalKey(QueryText).annotate({ description: "An e-mail address that it tells, in any case" }),
  phone: Schema.optionalKey(QueryText).annotate({ description: "Digits that a telephone number of it holds" }),
  "name[like]": Schema.optionalKey(QueryText).annotate({ description: "Part of the person's name" }),
  hasClient: Schema.optionalKey(QueryBoolean).annotate({ description: "Whether it became a client" }),
  q: Schema.optionalKey(QueryText).annotate({ description: "Words that its answers hold" }),
  sort: sortParameter(Schema.Literals(sortable), `Fields: ${sortable.join(", ")}. Default: -submittedAt`)
})
export type ResponseListQuery = typeof ResponseListQuery.Type

const page = {
  limit: Schema.optionalKey(integer(1, 100)).annotate({ description: "Default: 50" }),
  offset: Schema.optionalKey(integer(0, 10_000)).annotate({ description: "Default: 0" })
}

/** One question about the caller's own forms and responses. */
export const OwnQuery = Schema.Union([
  Schema.Struct({ queryType: Schema.Literal("responses_by_form"), formId: FormId, ...page }),
  Schema.Struct({ queryType: Schema.Literal("response_by_id"), responseId: ResponseId }),
  Schema.Struct({ queryType: Schema.Literals(["forms_by_user", "responses_by_user"]), ...page })
]).annotate({ identifier: "OwnQuery" })
export type OwnQuery = typeof OwnQuery.Type

/** What such a question is answered with. */
export const OwnResult = Schema.Union([
  Schema.Struct({
    queryType: Schema.Literals(["responses_by_form", "responses_by_user"]),
    total: Schema.Int,
    responses: Schema.Array(ResponseSummary)
  }),
  Schema.Struct({ queryType: Schema.Literal("forms_by_user"), total: Schema.Int, forms: Schema.Array(Form) }),
  Schema.Struct({ queryType: Schema.Literal("response_by_id"), response: ResponseDetail })
]).annotate({ identifier: "OwnResult" })
export type OwnResult = typeof OwnResult.Type

/** Up to twenty questions; one that cannot be understood is told of in its place. */
export const BulkQuery = Schema.Struct({
  queries: Schema.Array(Schema.Json).check(
    Schema.isMinLength(1, { message: "must hold at least one query" }),
    Schema.isMaxLength(20, { message: "must hold at most 20 queries" })
  ).annotate({ description: "Each as the body of /responses/query" })
}).annotate({ identifier: "BulkQuery" })

const BulkProblem = Schema.Struct({
  code: Schema.String,
  status: Schema.Int,
  title: Schema.String,
  errors: Schema.optionalKey(Schema.Array(Schema.Struct({ pointer: Schema.String, detail: Schema.String })))
})

export const BulkResult = Schema.Union([
  Schema.Struct({ index: Schema.Int, ok: Schema.Literal(true), result: OwnResult }),
  Schema.Struct({ index: Schema.Int, ok: Schema.Literal(false), problem: BulkProblem })
]).annotate({ identifier: "BulkResult" })
export type BulkResult = typeof BulkResult.Type
