import { Schema } from "effect"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { FormId, ResponseId } from "./FormResponse.ts"

/** A response is there, and read; exactly one for each. */
export class FormResponseReceived extends Schema.TaggedClass<FormResponseReceived>()(
  "onboarding/FormResponseReceived",
  { formId: FormId, responseId: ResponseId, ownerId: UserId }
) {}

/** What these responses told of a person is to be forgotten. */
export class PersonErased extends Schema.TaggedClass<PersonErased>()("onboarding/PersonErased", {
  responseIds: Schema.NonEmptyArray(ResponseId)
}) {}
