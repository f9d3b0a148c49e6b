import { Schema } from "effect"
import { integer, text } from "../../../kernel/contract/Values.ts"

export const fieldTypes = [
  "short_text",
  "long_text",
  "email",
  "phone_number",
  "number",
  "date",
  "yes_no",
  "legal",
  "multiple_choice",
  "dropdown",
  "opinion_scale",
  "rating",
  "website"
] as const
export type FieldType = (typeof fieldTypes)[number]

export const FieldRef = Schema.String.check(
  Schema.isPattern(/^[a-z0-9_]{1,50}$/, { message: "must be 1 to 50 of a to z, 0 to 9 and _" })
)

const isoDay = /^\d{4}-\d{2}-\d{2}$/

/** A bound of a number, or of a date. */
const Bound = Schema.Union([
  Schema.Finite,
  Schema.String.check(Schema.isPattern(isoDay, { message: "must be a number, or a date such as 2026-01-31" }))
])

const characters = integer(0, 10_000)

/** A question of a native form. */
export const FormField = Schema.Struct({
  ref: FieldRef.annotate({ description: "Names the answer; each once in a form" }),
  type: Schema.Literals(fieldTypes),
  title: text(1, 500),
  description: Schema.optionalKey(text(1, 1000)),
  required: Schema.optionalKey(Schema.Boolean).annotate({ description: "Default: false" }),
  choices: Schema.optionalKey(
    Schema.Array(text(1, 200)).check(Schema.isMaxLength(100, { message: "must be at most 100" }))
  ).annotate({ description: "Of multiple_choice and dropdown" }),
  multiple: Schema.optionalKey(Schema.Boolean).annotate({ description: "multiple_choice: several may be chosen" }),
  allowOther: Schema.optionalKey(Schema.Boolean).annotate({ description: "multiple_choice: or one's own words" }),
  min: Schema.optionalKey(Bound).annotate({ description: "number, date; opinion_scale 0 or 1" }),
  max: Schema.optionalKey(Bound).annotate({ description: "number, date; opinion_scale 5 to 11, rating 3 to 10" }),
  minLength: Schema.optionalKey(characters).annotate({ description: "Of texts, in characters" }),
  maxLength: Schema.optionalKey(characters).annotate({
    description: "Of texts, in characters. Default: 255, long_text 10000"
  }),
  pattern: Schema.optionalKey(text(1, 200)).annotate({
    description: "short_text: RE2 syntax, which takes time in proportion to the answer; the whole answer has to match"
  })
}).annotate({ identifier: "FormField" })
export type FormField = typeof FormField.Type
