import type { Schema } from "effect"
import type { KnownField } from "../contract/Form.ts"
import type { FormField } from "../contract/FormField.ts"
import type { IdentifierKind } from "../contract/FormResponse.ts"
import { scaleOf } from "../form/fieldRules.ts"
import { suggestTargets } from "../response/identify.ts"

/** A person who is not, and who eats no eggs. */
const person: Readonly<Partial<Record<IdentifierKind, string>>> = {
  email: "ana.exemplo@example.com",
  phone: "(11) 98765-4321",
  fullName: "Ana Exemplo",
  firstName: "Ana",
  lastName: "Exemplo",
  birthday: "1990-04-03",
  city: "São Paulo",
  state: "SP",
  postalCode: "01310-100",
  country: "Brasil",
  allergy: "ovo",
  dislike: "jiló"
}

const textOf = (field: KnownField) => {
  const [hit] = suggestTargets([field])
  return Object.entries(person).find(([kind]) => kind === hit?.target)?.[1] ?? "exemplo"
}

type Bound = FormField["min"]

const within = (value: number | string, min: Bound, max: Bound) =>
  min !== undefined && min > value ? min : max !== undefined && max < value ? max : value

/** What somebody might answer to a question of a native form, as a program gives it. */
const answerOf = (field: FormField) => {
  const { maxLength = 255, minLength = 0 } = field
  const [choice = ""] = field.choices ?? []
  switch (field.type) {
    case "short_text":
    case "long_text":
      return textOf(field).padEnd(minLength, " exemplo").slice(0, maxLength)
    case "email":
      return person.email
    case "phone_number":
      return person.phone
    case "number":
      return within(1, field.min, field.max)
    case "date":
      return within("1990-04-03", field.min, field.max)
    case "yes_no":
    case "legal":
      return true
    case "multiple_choice":
      return field.multiple === true ? [choice] : choice
    case "dropdown":
      return choice
    case "opinion_scale":
    case "rating":
      return scaleOf(field).first
    case "website":
      return "https://www.example.com"
  }
}

/** Answers to a native form, by reference; a pattern can only be met by who understands it. */
export const sampleAnswers = (fields: ReadonlyArray<FormField>) =>
  Object.fromEntries(
    fields.flatMap((field) =>
      field.pattern !== undefined && field.required !== true ? [] : [[field.ref, answerOf(field)]]
    )
  )

/** By the type of a question at Typeform: the type of its answer, and an answer. */
const delivered: Readonly<Record<string, (field: KnownField) => readonly [string, Schema.Json]>> = {
  short_text: (field) => ["text", textOf(field)],
  long_text: (field) => ["text", textOf(field)],
  email: (field) => ["email", textOf(field)],
  phone_number: (field) => ["phone_number", textOf(field)],
  number: () => ["number", 1],
  opinion_scale: () => ["number", 1],
  rating: () => ["number", 1],
  nps: () => ["number", 1],
  date: () => ["date", "1990-04-03"],
  yes_no: () => ["boolean", true],
  legal: () => ["boolean", true],
  multiple_choice: () => ["choice", { label: "exemplo" }],
  picture_choice: () => ["choice", { label: "exemplo" }],
  dropdown: () => ["choice", { label: "exemplo" }],
  website: () => ["url", "https://www.example.com"]
}

/** Answers to a form at Typeform, as a delivery holds them; of questions that tell nothing there are none. */
export const sampleDelivery = (fields: ReadonlyArray<KnownField>): ReadonlyArray<Schema.Json> =>
  fields.flatMap((field) => {
    const [type, answer] = delivered[field.type]?.(field) ?? []
    return type === undefined || answer === undefined
      ? []
      : [{ type, [type]: answer, field: { id: field.ref, ref: field.ref, type: field.type } }]
  })
