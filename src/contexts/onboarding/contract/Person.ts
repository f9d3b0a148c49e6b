import { Schema } from "effect"
import { text } from "../../../kernel/contract/Values.ts"
import { ClientId } from "../../recipes/contract/Client.ts"
import { ResponseId } from "./FormResponse.ts"

/** Who is meant: any of these. */
export const PersonInput = Schema.Struct({
  email: Schema.optionalKey(text(3, 254)),
  phone: Schema.optionalKey(text(7, 50)),
  responseId: Schema.optionalKey(ResponseId),
  clientId: Schema.optionalKey(ClientId)
}).check(
  Schema.makeFilter((person) => Object.keys(person).length > 0 || "must name an email, phone, responseId or clientId")
).annotate({ identifier: "PersonInput" })
export type PersonInput = typeof PersonInput.Type

/** Everything that is kept of a person. */
export const PersonExport = Schema.Struct({
  exportedAt: Schema.String,
  responses: Schema.Array(Schema.JsonObject),
  suggestions: Schema.Array(Schema.JsonObject),
  clients: Schema.Array(Schema.JsonObject)
}).annotate({ identifier: "PersonExport" })
export type PersonExport = typeof PersonExport.Type

/** What was found of a person, and what was done. */
export const ErasureReport = Schema.Struct({
  responses: Schema.Array(ResponseId).annotate({ description: "Emptied: answers and identifiers are gone" }),
  suggestions: Schema.Int.annotate({ description: "Found; they go as soon as the event is delivered" }),
  clients: Schema.Array(ClientId).annotate({
    description:
      "Found; what the responses told goes from their onboarding history. They themselves are deleted with DELETE /v1/clients/{id}"
  })
}).annotate({ identifier: "ErasureReport" })
export type ErasureReport = typeof ErasureReport.Type

export const PurgeReport = Schema.Struct({ purged: Schema.Int }).annotate({ identifier: "PurgeReport" })
export type PurgeReport = typeof PurgeReport.Type
