import { declared, problem } from "../../../kernel/contract/Problem.ts"

/** 404: no form that the caller may see has the id. */
export class FormNotFound extends declared<FormNotFound>()(
  "FormNotFound",
  problem("form_not_found", 404, "There is no such form", {
    cause: "No form has that id or address, it was deleted, it is not open, or it is another's.",
    cure: "List your forms with GET /v1/onboarding/forms; only an active form has a page."
  })
) {}

/** 409: the form's state does not lead there. */
export class FormTransitionNotAllowed extends declared<FormTransitionNotAllowed>()(
  "FormTransitionNotAllowed",
  problem("form_transition_not_allowed", 409, "The form is in another state", {
    cause: "A draft can be activated, an active form paused or completed, a paused one activated or completed.",
    cure: "Read the form's status first; what was completed stays so."
  })
) {}

/** 409: a native form without a question. */
export class FormHasNoFields extends declared<FormHasNoFields>()(
  "FormHasNoFields",
  problem("form_has_no_fields", 409, "The form asks nothing", {
    cause: "A native form needs at least one field before it is activated.",
    cure: "Give it fields with PATCH /v1/onboarding/forms/{id}."
  })
) {}

/** 409: another form's page has the address. */
export class SlugTaken extends declared<SlugTaken>()(
  "SlugTaken",
  problem("slug_taken", 409, "Another form has that address", {
    cause: "The slug names the page of a form that was not deleted.",
    cure: "Choose another slug, or leave it out to get one of its own."
  })
) {}

/** 409: the form at Typeform is set up already. */
export class FormAlreadyRegistered extends declared<FormAlreadyRegistered>()(
  "FormAlreadyRegistered",
  problem("form_already_registered", 409, "The form at Typeform is set up already", {
    cause: "A form here that was not deleted has this Typeform id.",
    cure: "Use that form, or delete it first."
  })
) {}

/** 409: this server has no access to Typeform. */
export class TypeformNotConfigured extends declared<TypeformNotConfigured>()(
  "TypeformNotConfigured",
  problem("typeform_not_configured", 409, "Typeform is not set up on this server", {
    cause: "TYPEFORM_TOKEN or PUBLIC_URL is not set.",
    cure: "Set both and start the server again; native forms work without."
  })
) {}

/** 409: the form's responses do not come from Typeform. */
export class NotATypeform extends declared<NotATypeform>()(
  "NotATypeform",
  problem("not_a_typeform", 409, "The form is not at Typeform", {
    cause: "A native form has no webhook.",
    cure: "Its responses come in by its page, /forms/{slug}."
  })
) {}

/** 410: the form takes no responses. */
export class FormDisabled extends declared<FormDisabled>()(
  "FormDisabled",
  problem("form_disabled", 410, "The form takes no responses", {
    cause: "The form is paused, or was completed.",
    cure: "Its owner can activate it again while it is paused."
  })
) {}

/** 422: Typeform knows no such form. */
export class TypeformFormNotFound extends declared<TypeformFormNotFound>()(
  "TypeformFormNotFound",
  problem("typeform_form_not_found", 422, "Typeform knows no such form", {
    cause: "No form of the account whose token this server has has that id.",
    cure: "Copy the id from the form's address at Typeform, after /to/."
  })
) {}

/** 422: a field's parts do not fit together. */
export class FieldDefinitionInvalid extends declared<FieldDefinitionInvalid>()(
  "FieldDefinitionInvalid",
  problem("field_definition_invalid", 422, "A field is not well defined", {
    cause: "A reference stands twice, a choice has no choices, a bound is upside down, or a pattern is none of RE2.",
    cure: "Mend each entry of `errors`."
  })
) {}

/** 502: Typeform refuses this server's token. */
export class TypeformUnauthorized extends declared<TypeformUnauthorized>()(
  "TypeformUnauthorized",
  problem("typeform_unauthorized", 502, "Typeform refuses this server's token", {
    cause: "TYPEFORM_TOKEN has expired, was revoked, or may not do this.",
    cure: "Make a token that may read forms and write webhooks, and start the server again."
  })
) {}

/** 503: Typeform does not answer. */
export class TypeformUnavailable extends declared<TypeformUnavailable>()(
  "TypeformUnavailable",
  problem("typeform_unavailable", 503, "Typeform does not answer", {
    cause: "Typeform failed, was too slow or asked for patience, and is left alone for a while.",
    cure: "Send the request again after the seconds of `Retry-After`."
  })
) {}

/** 401: whoever sent this does not know the webhook's secret. */
export class SignatureInvalid extends declared<SignatureInvalid>()(
  "SignatureInvalid",
  problem("signature_invalid", 401, "The signature is not valid", {
    cause: "`Typeform-Signature` is missing, or was not made of this very body with the webhook's secret.",
    cure: "Sign the raw bytes of the body: sha256= and the base64 of HMAC-SHA256."
  })
) {}

/** 422: the delivery is not what Typeform sends. */
export class WebhookPayloadInvalid extends declared<WebhookPayloadInvalid>()(
  "WebhookPayloadInvalid",
  problem("webhook_payload_invalid", 422, "The delivery cannot be read", {
    cause: "The body is not JSON, or lacks event_id, event_type, or form_response with form_id, token, submitted_at.",
    cure: "Send what Typeform sends: a form_response event."
  })
) {}

/** 422: the delivery is of another form. */
export class FormMismatch extends declared<FormMismatch>()(
  "FormMismatch",
  problem("form_mismatch", 422, "The delivery is of another form", {
    cause: "form_response.form_id is not the Typeform id of the form that the address names.",
    cure: "Give each form at Typeform the webhook address of its own form here."
  })
) {}
