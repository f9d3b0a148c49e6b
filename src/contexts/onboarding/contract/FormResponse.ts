import { Schema } from "effect"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { Uuid } from "../../../kernel/contract/Values.ts"

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

/** 404: no response that the caller may read has the id. */
export class ResponseNotFound extends declared<ResponseNotFound>()(
  "ResponseNotFound",
  problem("response_not_found", 404, "There is no such response", {
    cause: "No form response has that id, it was erased, or it is to a form of another's.",
    cure: "List the responses to your forms."
  })
) {}
