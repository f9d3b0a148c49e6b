import { Schema } from "effect"
import { CalendarDate } from "../../../kernel/contract/Values.ts"
import { e164Of } from "../../../kernel/phoneNumber.ts"
import type { Form } from "../contract/Form.ts"
import type { NormalisedAnswer } from "../contract/FormResponse.ts"

/** What a delivery of Typeform says. */
export interface Normalised {
  readonly answers: ReadonlyArray<NormalisedAnswer>
  readonly hidden: Schema.JsonObject
  readonly variables: ReadonlyArray<Schema.Json>
  readonly score: number | null
  readonly ending: Schema.Json
  readonly warnings: ReadonlyArray<string>
}

type Read = Pick<NormalisedAnswer, "type" | "answer">
type Json = Schema.Json

const isObject = (value: Json | undefined): value is Schema.JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const listIn = (value: Json | undefined): ReadonlyArray<Json> => Array.isArray(value) ? value : []
const textIn = (value: Json | undefined): string | undefined => typeof value === "string" ? value : undefined
const textsIn = (value: Json | undefined) => listIn(value).filter((each) => typeof each === "string")

/** Whose telephone numbers are meant where none is told. */
export const countryOf = (language: Form["language"]) => language === "pt-BR" ? "BR" : "US"

const isDay = Schema.is(CalendarDate)

const text =
  (type: "text" | "email" | "phone_number" | "url" | "file_url") => (value: Json | undefined): Read | undefined =>
    typeof value === "string" ? { type, answer: value } : undefined

const choice = (value: Json | undefined): Read | undefined => {
  if (!isObject(value)) return undefined
  const parts = (["id", "ref", "label", "other"] as const).flatMap((part) => {
    const found = textIn(value[part])
    return found === undefined ? [] : [[part, found] as const]
  })
  return parts.length > 0 ? { type: "choice", answer: Object.fromEntries(parts) } : undefined
}

/** In the order that they were given in; one's own words come last. */
const choices = (value: Json | undefined): Read | undefined => {
  if (!isObject(value)) return undefined
  const [ids, refs, labels] = [textsIn(value["ids"]), textsIn(value["refs"]), textsIn(value["labels"])]
  const other = textIn(value["other"])
  const count = Math.max(ids.length, refs.length, labels.length)
  const items = Array.from({ length: count }, (_, index) =>
    Object.fromEntries(
      Object.entries({ id: ids[index], ref: refs[index], label: labels[index] }).flatMap(([part, found]) =>
        found === undefined ? [] : [[part, found]]
      )
    ))
  return { type: "choices", answer: [...items, ...other === undefined ? [] : [{ other }]] }
}

const payment = (value: Json | undefined): Read | undefined => {
  if (!isObject(value)) return undefined
  const amount = typeof value["amount"] === "number" ? String(value["amount"]) : textIn(value["amount"])
  if (amount === undefined || !/^-?\d+(?:\.\d+)?$/.test(amount)) return undefined
  const [last4, name, success] = [value["last4"], value["name"], value["success"]]
  return {
    type: "payment",
    answer: { amount, last4: textIn(last4) ?? null, name: textIn(name) ?? null, success: success === true }
  }
}

const readers: Readonly<Record<string, (value: Json | undefined) => Read | undefined>> = {
  text: text("text"),
  email: text("email"),
  phone_number: text("phone_number"),
  url: text("url"),
  file_url: text("file_url"),
  number: (value) =>
    typeof value === "number" && Number.isFinite(value) ? { type: "number", answer: value } : undefined,
  boolean: (value) => typeof value === "boolean" ? { type: "boolean", answer: value } : undefined,
  date: (value) => {
    const day = textIn(value)?.slice(0, 10)
    return day !== undefined && isDay(day) ? { type: "date", answer: day } : undefined
  },
  choice,
  choices,
  payment
}

/** No answer is as deep; neither we nor PostgreSQL could follow what is nested without end. */
const deepest = 50

const storableText = (given: string) => given.replaceAll("\u0000", "").toWellFormed()

/** What was parsed as PostgreSQL keeps it. */
const storable = (value: unknown, depth = 0): Json => {
  if (typeof value === "string") return storableText(value)
  if (typeof value === "number" || typeof value === "boolean") return value
  if (typeof value !== "object" || value === null || depth > deepest) return null
  return Array.isArray(value)
    ? value.map((each) => storable(each, depth + 1))
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [storableText(key), storable(each, depth + 1)]))
}

interface KnownField {
  readonly ref: string
  readonly type: string
  readonly title: string
}

/** The questions of a form, those inside of groups, matrices and the like too. */
export const fieldsIn = (value: Json | undefined): ReadonlyArray<KnownField & { readonly id: string }> =>
  listIn(value).flatMap((field) => {
    if (!isObject(field)) return []
    const properties = isObject(field["properties"]) ? field["properties"] : {}
    const id = textIn(field["id"]) ?? ""
    const own = {
      id,
      ref: textIn(field["ref"]) ?? id,
      type: textIn(field["type"]) ?? "unknown",
      title: textIn(field["title"]) ?? ""
    }
    return [own, ...fieldsIn(field["fields"] ?? properties["fields"])]
  })

/** An address or a number is one, though it came as a text. */
const textTypeOf = (fieldType: string | null): Read["type"] =>
  fieldType === "email" || fieldType === "phone_number" ? fieldType : "text"

/** Reads an answer of a delivery; one that cannot be read keeps what was sent, and never fails the rest. */
const readAnswer = (
  item: Json,
  defined: ReadonlyArray<KnownField & { readonly id: string }>,
  known: ReadonlyArray<KnownField>,
  language: Form["language"]
): { readonly answer: NormalisedAnswer; readonly warning?: string } => {
  const given = isObject(item) ? item : {}
  const field = isObject(given["field"]) ? given["field"] : {}
  const fieldId = textIn(field["id"]) ?? ""
  const ref = textIn(field["ref"]) ?? fieldId
  const definition = defined.find(({ id }) => id === fieldId && id !== "") ??
    defined.find((each) => each.ref === ref && ref !== "")
  const asked = definition ?? known.find((each) => each.ref === ref && ref !== "")
  const type = textIn(given["type"]) ?? ""
  const about = {
    fieldId,
    ref,
    fieldType: textIn(field["type"]) ?? asked?.type ?? null,
    question: asked === undefined || asked.title === "" ? null : asked.title
  }
  const read = readers[type]
  if (read === undefined) {
    return {
      answer: { ...about, type: "other", answer: null, raw: item },
      warning: `${ref === "" ? "an answer" : ref}: answer_type_unknown${type === "" ? "" : ` (${type})`}`
    }
  }
  const plain = read(given[type])
  const found = plain?.type === "text" ? { ...plain, type: textTypeOf(about.fieldType) } : plain
  if (found === undefined) {
    return {
      answer: { ...about, type: "unreadable", answer: null, raw: item },
      warning: `${ref === "" ? "an answer" : ref}: the ${type} cannot be read`
    }
  }
  const e164 = found.type === "phone_number" && typeof found.answer === "string"
    ? e164Of(found.answer, countryOf(language))
    : null
  return { answer: { ...about, ...found, ...e164 === null ? {} : { e164 } } }
}

/** Parts of a group, a matrix, a contact or an address are answers of their own. */
const flattened = (items: ReadonlyArray<Json>): ReadonlyArray<Json> =>
  items.flatMap((item) => {
    if (!isObject(item)) return [item]
    const type = textIn(item["type"]) ?? ""
    const inner = item[type]
    const parts = Array.isArray(item["answers"])
      ? item["answers"]
      : isObject(inner) && Array.isArray(inner["answers"])
      ? inner["answers"]
      : undefined
    return parts === undefined ? [item] : flattened(parts)
  })

/** Reads a delivery of Typeform into answers of one form. */
export const normalise = (
  delivery: unknown,
  known: ReadonlyArray<KnownField>,
  language: Form["language"]
): Normalised => {
  const clean = storable(delivery)
  const response = isObject(clean) && isObject(clean["form_response"]) ? clean["form_response"] : {}
  const definition = isObject(response["definition"]) ? response["definition"] : {}
  const calculated = isObject(response["calculated"]) ? response["calculated"] : {}
  const defined = fieldsIn(definition["fields"])
  const read = flattened(listIn(response["answers"])).map((item) => readAnswer(item, defined, known, language))
  return {
    answers: read.map(({ answer }) => answer),
    hidden: isObject(response["hidden"]) ? response["hidden"] : {},
    variables: listIn(response["variables"]),
    score: typeof calculated["score"] === "number" ? calculated["score"] : null,
    ending: response["ending"] ?? definition["outcome"] ?? null,
    warnings: read.flatMap(({ warning }) => warning ?? [])
  }
}
