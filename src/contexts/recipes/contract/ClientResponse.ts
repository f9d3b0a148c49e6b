import { Schema } from "effect"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { Instant, Uuid } from "../../../kernel/contract/Values.ts"
import { ResponseId } from "../../onboarding/contract/FormResponse.ts"
import { ClientId, ClientPatch } from "./Client.ts"

/** The fields of a client that a form response can tell. */
export const toldFields = [
  "name",
  "birthday",
  "sex",
  "contact.emails",
  "contact.phones",
  "address.street",
  "address.complement",
  "address.city",
  "address.state",
  "address.region",
  "address.postalCode",
  "address.country",
  "restrictions.allergens",
  "restrictions.dislikedProductIds",
  "restrictions.note",
  "notes"
] as const
export type ToldField = (typeof toldFields)[number]

export const FieldAction = Schema.Literals(["keep", "replace", "append"])
export type FieldAction = typeof FieldAction.Type

function byField<S extends Schema.Constraint>(schema: S): { readonly [F in ToldField]: Schema.optionalKey<S> }
function byField(schema: Schema.Constraint): Record<string, Schema.Constraint> {
  return Object.fromEntries(toldFields.map((field) => [field, Schema.optionalKey(schema)]))
}

const use = {
  actions: Schema.optionalKey(Schema.Struct(byField(FieldAction)).annotate({ identifier: "FieldActions" })).annotate({
    description:
      "What to do with a field: `keep` (default where the client has a value), `replace` (where it has none), `append` (lists and texts; default for `notes` and `restrictions.note`)"
  }),
  overrides: Schema.optionalKey(ClientPatch).annotate({ description: "What wins over all that the response tells" })
}

/** A response, and how it is to be used. */
export const ResponseUse = Schema.Struct({ responseId: ResponseId, ...use }).annotate({ identifier: "ResponseUse" })
export type ResponseUse = typeof ResponseUse.Type

export const PreviewInput = Schema.Struct({
  ...ResponseUse.fields,
  clientId: Schema.optionalKey(ClientId).annotate({ description: "The client to merge into. Default: a new one" })
}).annotate({ identifier: "PreviewInput" })
export type PreviewInput = typeof PreviewInput.Type

export const AcceptInput = Schema.Struct({
  clientId: Schema.optionalKey(ClientId).annotate({ description: "The client to merge into. Default: a new one" }),
  ...use
}).annotate({ identifier: "AcceptInput" })
export type AcceptInput = typeof AcceptInput.Type

const ProposedField = Schema.Struct({
  field: Schema.Literals(toldFields),
  question: Schema.NullOr(Schema.String),
  answer: Schema.String,
  confidence: Schema.Finite.annotate({
    description: "0 to 1; up to 0.5 it is proposed only, and kept unless asked for"
  }),
  proposed: Schema.Json,
  current: Schema.Json,
  action: FieldAction
}).annotate({ identifier: "ProposedField" })
export type ProposedField = typeof ProposedField.Type

/** What would come of a response. */
export const ClientProposal = Schema.Struct({
  responseId: ResponseId,
  formTitle: Schema.String,
  submittedAt: Instant,
  fields: Schema.Array(ProposedField),
  client: Schema.JsonObject.annotate({
    description: "The body that would create the client, or what would be changed"
  }),
  warnings: Schema.Array(Schema.String)
}).annotate({ identifier: "ClientProposal" })
export type ClientProposal = typeof ClientProposal.Type

export const SuggestionId = Uuid.pipe(Schema.brand("SuggestionId"))
export type SuggestionId = typeof SuggestionId.Type

export const suggestionStatuses = ["open", "accepted", "dismissed"] as const

/** A response that could become a client, or belongs to one. */
export const Suggestion = Schema.Struct({
  id: SuggestionId,
  responseId: ResponseId,
  formTitle: Schema.String,
  name: Schema.NullOr(Schema.String),
  status: Schema.Literals(suggestionStatuses),
  matches: Schema.Array(
    Schema.Struct({
      clientId: ClientId,
      name: Schema.String,
      score: Schema.Finite,
      by: Schema.Array(Schema.Literals(["email", "phone", "nameAndBirthday"]))
    })
  ).annotate({ description: "Clients of the form's owner who may be the same person, the likeliest first" }),
  clientId: Schema.NullOr(ClientId),
  createdAt: Instant
}).annotate({ identifier: "Suggestion" })
export type Suggestion = typeof Suggestion.Type

/** 404: the caller has no such suggestion. */
export class SuggestionNotFound extends declared<SuggestionNotFound>()(
  "SuggestionNotFound",
  problem("suggestion_not_found", 404, "There is no such suggestion", {
    cause: "No suggestion for you has that id, or it was accepted or dismissed already.",
    cure: "List them with GET /v1/clients/suggestions."
  })
) {}

/** 409: another client came from the response. */
export class ResponseAlreadyUsed extends declared<ResponseAlreadyUsed>()(
  "ResponseAlreadyUsed",
  problem("response_already_used", 409, "Another client came from the response", {
    cause: "A response tells of one person, and another client was made from it or took it in.",
    cure: "Look that client up with GET /v1/clients?responseId=…"
  })
) {}
