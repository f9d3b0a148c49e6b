import { Schema } from "effect"
import { eachOnce } from "../../../kernel/contract/eachOnce.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { CalendarDate, Instant, text, textOrNull, Uuid } from "../../../kernel/contract/Values.ts"
import { allergenCodes, ProductId } from "../../products/contract/Product.ts"
import { brazilianStates } from "./brazilianStates.ts"
import { Tag, Tags } from "./Tags.ts"
import { Target, Targets } from "./Target.ts"

export const ClientId = Uuid.pipe(Schema.brand("ClientId"))
export type ClientId = typeof ClientId.Type

export const sexes = ["female", "male", "other", "undisclosed"] as const

/** An e-mail address, as it is typed. */
export const ContactEmail = text(3, 254).annotate({ format: "email" }).check(
  Schema.isPattern(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, { message: "must be an e-mail address" })
)
const PhoneText = text(3, 50).check(Schema.isPattern(/\d/, { message: "must hold a digit" }))

const AllergenCode = Schema.Literals(allergenCodes)

const upTo = <S extends Schema.Constraint>(item: S, max: number) =>
  Schema.Array(item).check(Schema.isMaxLength(max, { message: `must be at most ${max}` }))

const today = () => new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10)

/** A day from 1900 to today, wherever on earth it is asked. */
export const Birthday = CalendarDate.check(
  Schema.makeFilter((day) => (day >= "1900-01-01" && day <= today()) || "must be from 1900-01-01 to today")
)

const ContactInput = Schema.Struct({
  mainEmail: Schema.optionalKey(Schema.NullOr(ContactEmail)),
  mainPhone: Schema.optionalKey(Schema.NullOr(PhoneText)),
  emails: Schema.optionalKey(upTo(ContactEmail, 20)),
  phones: Schema.optionalKey(upTo(PhoneText, 20))
}).annotate({ identifier: "ContactInput" })

const AddressInput = Schema.Struct({
  street: Schema.optionalKey(textOrNull(255)),
  number: Schema.optionalKey(textOrNull(50)),
  complement: Schema.optionalKey(textOrNull(255)),
  district: Schema.optionalKey(textOrNull(255)),
  city: Schema.optionalKey(textOrNull(255)),
  postalCode: Schema.optionalKey(textOrNull(20)),
  state: Schema.optionalKey(Schema.NullOr(Schema.Literals(brazilianStates))).annotate({
    description: "Unidade federativa, where the country is BR"
  }),
  region: Schema.optionalKey(textOrNull(255)).annotate({ description: "Elsewhere: state, province or the like" }),
  country: Schema.optionalKey(
    Schema.NullOr(
      Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/, { message: "must be a country code (ISO 3166-1 alpha-2)" }))
    )
  ).annotate({ description: "ISO 3166-1 alpha-2. Default: BR where there is a state" }),
  note: Schema.optionalKey(textOrNull(1000))
}).check(
  Schema.makeFilter(({ country, state }) =>
    (state ?? null) === null || (country ?? "BR") === "BR" || { path: ["state"], issue: "is for the country BR alone" }
  )
).annotate({ identifier: "AddressInput" })

const RestrictionsInput = Schema.Struct({
  allergens: Schema.optionalKey(
    upTo(AllergenCode, allergenCodes.length).check(
      eachOnce((code) => code)
    )
  ),
  dislikedProductIds: Schema.optionalKey(upTo(ProductId, 200)),
  dislikedTags: Schema.optionalKey(Tags).annotate({ description: "Tags of recipes" }),
  diets: Schema.optionalKey(upTo(text(1, 100), 20)),
  note: Schema.optionalKey(textOrNull(10_000))
}).annotate({ identifier: "RestrictionsInput" })

/** A person, or a house, for whom menus are made. */
export const ClientInput = Schema.Struct({
  name: text(1, 255),
  notes: Schema.optionalKey(textOrNull(10_000)),
  tags: Schema.optionalKey(Tags),
  targets: Schema.optionalKey(Targets).annotate({ description: "What menus without targets of their own aim at" }),
  birthday: Schema.optionalKey(Schema.NullOr(Birthday)),
  sex: Schema.optionalKey(Schema.Literals(sexes)).annotate({ description: "Default: undisclosed" }),
  contact: Schema.optionalKey(ContactInput),
  address: Schema.optionalKey(AddressInput),
  restrictions: Schema.optionalKey(RestrictionsInput)
}).annotate({ identifier: "ClientInput" })
export type ClientInput = typeof ClientInput.Type

const Phone = Schema.Struct({
  number: Schema.String.annotate({ description: "As it was typed" }),
  e164: Schema.NullOr(Schema.String).annotate({ description: "E.164; null where it is no number of its country" })
}).annotate({ identifier: "Phone" })

const none = Schema.NullOr(Schema.String)

export const Restrictions = Schema.Struct({
  allergens: Schema.Array(AllergenCode),
  dislikedProductIds: Schema.Array(ProductId),
  dislikedTags: Schema.Array(Tag),
  diets: Schema.Array(Schema.String),
  note: none
}).annotate({ identifier: "Restrictions" })
export type Restrictions = typeof Restrictions.Type

/** A form response that became a client, or was merged into one. */
export const OnboardingEntry = Schema.Struct({
  responseId: Uuid,
  formTitle: Schema.String,
  submittedAt: Instant,
  appliedAt: Instant,
  kind: Schema.Literals(["created", "merged"]),
  applied: Schema.Array(Schema.String).annotate({ description: "Fields that it changed" }),
  answers: Schema.Array(Schema.Struct({ question: none, answer: Schema.String }))
}).annotate({ identifier: "OnboardingEntry" })
export type OnboardingEntry = typeof OnboardingEntry.Type

export const Contact = Schema.Struct({
  mainEmail: none,
  mainPhone: Schema.NullOr(Phone),
  emails: Schema.Array(Schema.String),
  phones: Schema.Array(Phone)
}).annotate({ identifier: "Contact" })
export type Contact = typeof Contact.Type

export const Address = Schema.Struct({
  street: none,
  number: none,
  complement: none,
  district: none,
  city: none,
  postalCode: none,
  state: Schema.NullOr(Schema.Literals(brazilianStates)),
  region: none,
  country: none,
  note: none
}).annotate({ identifier: "Address" })
export type Address = typeof Address.Type

/** A client as it is answered. */
export const Client = Schema.Struct({
  id: ClientId,
  version: Schema.Int,
  authorId: UserId,
  name: Schema.String,
  notes: none,
  tags: Schema.Array(Tag),
  targets: Schema.Array(Target),
  birthday: Schema.NullOr(CalendarDate),
  sex: Schema.Literals(sexes),
  contact: Contact,
  address: Address,
  restrictions: Restrictions,
  onboarding: Schema.Array(OnboardingEntry),
  authorDisabled: Schema.Boolean.annotate({ description: "The author may do nothing any more" }),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Client" })
export type Client = typeof Client.Type

const nullable = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** A JSON Merge Patch (RFC 7396) of a `ClientInput`: objects are merged, lists are replaced whole. */
export const ClientPatch = Schema.Struct(
  {
    name: Schema.optionalKey(Schema.String),
    notes: nullable(Schema.String),
    tags: nullable(Schema.Array(Schema.JsonObject)),
    targets: nullable(Schema.Array(Schema.JsonObject)),
    birthday: nullable(Schema.String),
    sex: nullable(Schema.String),
    contact: nullable(Schema.JsonObject),
    address: nullable(Schema.JsonObject),
    restrictions: nullable(Schema.JsonObject)
  } satisfies Record<keyof ClientInput, Schema.Constraint>
).annotate({ identifier: "ClientPatch" })
export type ClientPatch = typeof ClientPatch.Type
