import { Schema } from "effect"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, integer, text, textOrNull } from "../../../kernel/contract/Values.ts"
import { FormField } from "./FormField.ts"
import { FormId, identifierKinds } from "./FormResponse.ts"

export const formStatuses = ["draft", "active", "paused", "completed", "deleted"] as const
export type FormStatus = (typeof formStatuses)[number]

export const providers = ["native", "typeform"] as const
export type Provider = (typeof providers)[number]

export const webhookStates = ["enabled", "disabled", "absent"] as const
export const webhookSyncs = ["pending", "applied", "failed"] as const

const Language = Schema.Literals(["pt-BR", "en"])
const Title = text(1, 200)
const Description = textOrNull(2000)

export const Slug = Schema.String.check(
  Schema.isPattern(/^[a-z0-9-]{3,60}$/, { message: "must be 3 to 60 of a to z, 0 to 9 and -" })
)

const RetentionDays = integer(1, 3650).annotate({
  description: "After so many days answers and identifiers are forgotten. Default: 365"
})
const ConsentText = textOrNull(2000).annotate({
  description: "Of a checkbox that has to be ticked; another text is another version of the definition"
})

/** Where the answer to a field goes. */
export const MappingTarget = Schema.Literals([...identifierKinds, "notes", "ignore"])

/** By the field's reference: those of Typeform are any text. */
export const Mapping = Schema.Record(Schema.String, MappingTarget).check(
  Schema.makeFilter((mapping) => {
    const refs = Object.keys(mapping)
    return refs.length > 500
      ? "must name at most 500 fields"
      : refs.every((ref) => ref !== "" && ref.length <= 255 && !ref.includes("\u0000") && ref.isWellFormed()) ||
        "must name fields by references of 1 to 255 characters"
  })
).annotate({ identifier: "FieldMapping" })
export type Mapping = typeof Mapping.Type

const Fields = Schema.Array(FormField).check(Schema.isMaxLength(100, { message: "must be at most 100" }))

const common = {
  title: Title,
  description: Schema.optionalKey(Description),
  language: Schema.optionalKey(Language).annotate({ description: "Of the page. Default: pt-BR" }),
  retentionDays: Schema.optionalKey(RetentionDays),
  mapping: Schema.optionalKey(Mapping)
}

/** A form with a page of its own here. */
const NativeInput = Schema.Struct({
  provider: Schema.optionalKey(Schema.Literal("native")),
  ...common,
  slug: Schema.optionalKey(Slug).annotate({ description: "Of the page's address. Default: title and a random end" }),
  consentText: Schema.optionalKey(ConsentText),
  fields: Schema.optionalKey(Fields)
}).annotate({ identifier: "NativeFormInput" })

const typeformId = /^[A-Za-z0-9_-]{3,50}$/
const typeformAddress = /^https:\/\/(?:[a-z0-9-]+\.)+typeform\.com\/to\/([A-Za-z0-9_-]{3,50})\/?(?:[?#].*)?$/

/** The id of what is given as an id or as the address of a form. */
export const typeformIdOf = (given: string) => typeformAddress.exec(given)?.[1] ?? given

/** A form at Typeform, whose responses come in through a webhook. */
const TypeformInput = Schema.Struct({
  provider: Schema.Literal("typeform"),
  ...common,
  title: Schema.optionalKey(Title).annotate({ description: "Default: the title that it has there" }),
  typeformId: Schema.String.check(
    Schema.makeFilter((given) =>
      typeformId.test(given) || typeformAddress.test(given) ||
      "must be the id of a form, or its address such as https://example.typeform.com/to/AbCd1234"
    )
  )
}).annotate({ identifier: "TypeformFormInput" })

export const FormInput = Schema.Union([NativeInput, TypeformInput]).annotate({ identifier: "FormInput" })
export type FormInput = typeof FormInput.Type

/** A JSON Merge Patch (RFC 7396); what it gives has to fit the form's provider. */
export const FormPatch = Schema.Struct({
  title: Schema.optionalKey(Title),
  description: Schema.optionalKey(Description),
  language: Schema.optionalKey(Language),
  retentionDays: Schema.optionalKey(RetentionDays),
  slug: Schema.optionalKey(Slug),
  consentText: Schema.optionalKey(ConsentText),
  fields: Schema.optionalKey(Fields).annotate({ description: "All of them: another version of the definition" })
}).annotate({ identifier: "FormPatch" })
export type FormPatch = typeof FormPatch.Type

/** A question of a form at Typeform, as far as it is known here. */
export const KnownField = Schema.Struct({
  ref: Schema.String,
  type: Schema.String,
  title: Schema.String
}).annotate({ identifier: "KnownField" })
export type KnownField = typeof KnownField.Type

/** How Typeform is to send responses, and whether it was told. */
export const Webhook = Schema.Struct({
  url: Schema.NullOr(Schema.String),
  desired: Schema.Literals(webhookStates),
  sync: Schema.Literals(webhookSyncs),
  lastError: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Webhook" })
export type Webhook = typeof Webhook.Type

const none = Schema.NullOr(Schema.String)

/** A form as it is answered. */
export const Form = Schema.Struct({
  id: FormId,
  version: Schema.Int,
  ownerId: UserId,
  ownerDisabled: Schema.Boolean,
  provider: Schema.Literals(providers),
  status: Schema.Literals(formStatuses),
  title: Schema.String,
  description: none,
  language: Language,
  slug: none.annotate({ description: "native: the page is at /forms/{slug}" }),
  typeformId: none,
  definitionVersion: Schema.Int,
  fields: Schema.Array(Schema.Union([FormField, KnownField])),
  mapping: Mapping,
  consentText: none,
  retentionDays: Schema.Int,
  webhook: Schema.NullOr(Webhook),
  responseCount: Schema.Int,
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Form" })
export type Form = typeof Form.Type

/** How a field's answer would be used, and how sure that is. */
export const MappingSuggestion = Schema.Struct({
  ref: Schema.String,
  title: Schema.String,
  target: MappingTarget,
  confidence: Schema.Finite
}).annotate({ identifier: "MappingSuggestion" })
export type MappingSuggestion = typeof MappingSuggestion.Type

/** What Typeform itself says of the webhook, and in what it differs from what it should be. */
export const WebhookStatus = Schema.Struct({
  ...Webhook.fields,
  live: Schema.optionalKey(Schema.NullOr(Schema.Struct({ url: Schema.String, enabled: Schema.Boolean }))),
  drift: Schema.optionalKey(Schema.Array(Schema.String))
}).annotate({ identifier: "WebhookStatus" })
export type WebhookStatus = typeof WebhookStatus.Type

export const WebhookInput = Schema.Struct({ enabled: Schema.Boolean }).annotate({ identifier: "WebhookInput" })
