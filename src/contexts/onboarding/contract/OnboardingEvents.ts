import { Schema } from "effect"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { providers, webhookStates } from "./Form.ts"
import { FormId, ResponseId } from "./FormResponse.ts"

const form = { formId: FormId, ownerId: UserId }

export class FormRegistered extends Schema.TaggedClass<FormRegistered>()("onboarding/FormRegistered", {
  ...form,
  provider: Schema.Literals(providers)
}) {}

export class FormChanged extends Schema.TaggedClass<FormChanged>()("onboarding/FormChanged", {
  ...form,
  version: Schema.Int,
  changedFields: Schema.Array(Schema.String)
}) {}

export class FormActivated extends Schema.TaggedClass<FormActivated>()("onboarding/FormActivated", form) {}

export class FormPaused extends Schema.TaggedClass<FormPaused>()("onboarding/FormPaused", form) {}

export class FormCompleted extends Schema.TaggedClass<FormCompleted>()("onboarding/FormCompleted", form) {}

export class FormDeleted extends Schema.TaggedClass<FormDeleted>()("onboarding/FormDeleted", form) {}

/** Typeform is to be told how to send responses; `attempt` counts those that it was too busy for. */
export class FormWebhookDesired extends Schema.TaggedClass<FormWebhookDesired>()("onboarding/FormWebhookDesired", {
  formId: FormId,
  attempt: Schema.optionalKey(Schema.Int)
}) {}

export class FormWebhookApplied extends Schema.TaggedClass<FormWebhookApplied>()("onboarding/FormWebhookApplied", {
  formId: FormId,
  desired: Schema.Literals(webhookStates)
}) {}

export class FormWebhookFailed extends Schema.TaggedClass<FormWebhookFailed>()("onboarding/FormWebhookFailed", {
  formId: FormId,
  error: Schema.String
}) {}

/** A delivery is stored, and to be read. */
export class WebhookReceived extends Schema.TaggedClass<WebhookReceived>()("onboarding/WebhookReceived", {
  formId: FormId,
  responseId: ResponseId
}) {}

/** A response is there, and read; exactly one for each. */
export class FormResponseReceived extends Schema.TaggedClass<FormResponseReceived>()(
  "onboarding/FormResponseReceived",
  { formId: FormId, responseId: ResponseId, ownerId: UserId }
) {}

export class FormResponseReprocessed extends Schema.TaggedClass<FormResponseReprocessed>()(
  "onboarding/FormResponseReprocessed",
  { formId: FormId, responseId: ResponseId, ownerId: UserId }
) {}

/** What these responses said is forgotten. */
export class FormResponsePurged extends Schema.TaggedClass<FormResponsePurged>()("onboarding/FormResponsePurged", {
  responseIds: Schema.NonEmptyArray(ResponseId)
}) {}

/** What these responses told of a person is to be forgotten. */
export class PersonErased extends Schema.TaggedClass<PersonErased>()("onboarding/PersonErased", {
  responseIds: Schema.NonEmptyArray(ResponseId)
}) {}
