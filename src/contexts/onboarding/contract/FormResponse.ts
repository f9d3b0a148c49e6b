import { Schema } from "effect"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, Uuid } from "../../../kernel/contract/Values.ts"

export const FormId = Uuid.pipe(Schema.brand("FormId"))
export type FormId = typeof FormId.Type

export const ResponseId = Uuid.pipe(Schema.brand("ResponseId"))
export type ResponseId = typeof ResponseId.Type

/** What an answer tells of a person. */
export const identifierKinds = [
  "email",
  "phone",
  "fullName",
  "firstName",
  "lastName",
  "birthday",
  "gender",
  "company",
  "street",
  "complement",
  "city",
  "state",
  "postalCode",
  "country",
  "allergy",
  "dislike"
] as const
export type IdentifierKind = (typeof identifierKinds)[number]

/** Where a form's field map sends the answer of a field. */
export type MappedTo = IdentifierKind | "notes" | "ignore"

/** What a response came to. */
export const responseStatuses = ["received", "processed", "purged"] as const

export const answerTypes = [
  "text",
  "email",
  "phone_number",
  "number",
  "boolean",
  "date",
  "choice",
  "choices",
  "url",
  "file_url",
  "payment",
  "unreadable",
  "other"
] as const
export type AnswerType = (typeof answerTypes)[number]

const none = Schema.NullOr(Schema.String)

/** An answer, in the same form whatever it came from. */
export const NormalisedAnswer = Schema.Struct({
  fieldId: Schema.String,
  ref: Schema.String,
  type: Schema.Literals(answerTypes),
  fieldType: none,
  question: none,
  answer: Schema.Json.annotate({
    description:
      "Text, number, true or false, a date, `{ id?, ref?, label?, other? }` of a choice, a list of such, or a payment"
  }),
  e164: Schema.optionalKey(Schema.String).annotate({ description: "Of a telephone number that is one" }),
  raw: Schema.optionalKey(Schema.Json).annotate({ description: "What could not be read" })
}).annotate({ identifier: "NormalisedAnswer" })
export type NormalisedAnswer = typeof NormalisedAnswer.Type

/** What an answer tells of a person. */
export const FoundIdentifier = Schema.Struct({
  kind: Schema.Literals(identifierKinds),
  value: Schema.String,
  normalised: Schema.String,
  fieldId: Schema.String,
  ref: Schema.String,
  rule: Schema.Literals(["type", "ref", "refPhrase", "question", "longQuestion", "elimination", "split"]),
  confidence: Schema.Finite.annotate({ description: "0 to 1; those of at least 0.5 are used" })
}).annotate({ identifier: "Identifier" })
export type FoundIdentifier = typeof FoundIdentifier.Type

const summary = {
  id: ResponseId,
  formId: FormId,
  formTitle: Schema.String,
  ownerId: UserId,
  status: Schema.Literals(responseStatuses),
  submittedAt: Instant,
  receivedAt: Instant,
  clientId: none.annotate({ description: "The client that it became, or was taken into" })
}

/** A response without its answers. */
export const ResponseSummary = Schema.Struct(summary).annotate({ identifier: "ResponseSummary" })
export type ResponseSummary = typeof ResponseSummary.Type

/** A response with what it says. */
export const ResponseDetail = Schema.Struct({
  ...summary,
  definitionVersion: Schema.Int,
  landedAt: Schema.NullOr(Instant),
  answers: Schema.NullOr(Schema.Array(NormalisedAnswer)).annotate({
    description: "null to others' forms without `access_client_data`; what follows is empty then"
  }),
  identifiers: Schema.NullOr(Schema.Array(FoundIdentifier)),
  hidden: Schema.JsonObject,
  variables: Schema.Array(Schema.Json),
  score: Schema.NullOr(Schema.Finite),
  ending: Schema.Json,
  consent: Schema.NullOr(Schema.Struct({ text: Schema.String, at: Instant })),
  warnings: Schema.Array(Schema.String)
}).annotate({ identifier: "ResponseDetail" })
export type ResponseDetail = typeof ResponseDetail.Type

/** 404: no response that the caller may read has the id. */
export class ResponseNotFound extends declared<ResponseNotFound>()(
  "ResponseNotFound",
  problem("response_not_found", 404, "There is no such response", {
    cause: "No form response has that id, it was erased, or it is to a form of another's.",
    cure: "List the responses to your forms."
  })
) {}
