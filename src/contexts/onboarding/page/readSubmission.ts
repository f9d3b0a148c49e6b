import { Schema } from "effect"
import { CalendarDate } from "../../../kernel/contract/Values.ts"
import type { FormField } from "../contract/FormField.ts"
import type { NormalisedAnswer } from "../contract/FormResponse.ts"
import { compiled, scaleOf } from "../form/fieldRules.ts"
import type { PageWords } from "./words.ts"

/** What was given for a field, before it is looked at. */
export type Given = unknown

interface Read {
  readonly answer?: Pick<NormalisedAnswer, "type" | "answer">
  readonly fault?: string
}

const nothing: Read = {}
const isBlank = (given: Given) =>
  given === undefined || given === null || given === "" || (typeof given === "string" && given.trim() === "") ||
  (Array.isArray(given) && given.length === 0)

const isDay = Schema.is(CalendarDate)

const characters = (text: string) => [...text].length

const textOf = (field: FormField, text: string, words: PageWords): Read => {
  const { maxLength = field.type === "long_text" ? 10_000 : 255, minLength = 0, pattern } = field
  const length = characters(text)
  if (length < minLength) return { fault: words.tooShort(minLength) }
  if (length > maxLength) return { fault: words.tooLong(maxLength) }
  if (pattern !== undefined && compiled(pattern)?.matches(text) !== true) return { fault: words.pattern }
  return { answer: { type: "text", answer: text } }
}

const within = (field: FormField, value: number | string, words: PageWords): string | undefined => {
  const { max, min } = field
  if (min !== undefined && typeof min === typeof value && value < min) return words.atLeast(String(min))
  return max !== undefined && typeof max === typeof value && value > max ? words.atMost(String(max)) : undefined
}

const numberOf = (field: FormField, given: Given, words: PageWords): Read => {
  const text = typeof given === "number" ? String(given) : typeof given === "string" ? given.trim() : ""
  const value = /^-?\d{1,15}(?:[.,]\d{1,10})?$/.test(text) ? Number(text.replace(",", ".")) : undefined
  if (value === undefined) return { fault: words.number }
  const fault = within(field, value, words)
  return fault === undefined ? { answer: { type: "number", answer: value } } : { fault }
}

const scaleStep = (field: FormField, given: Given, words: PageWords): Read => {
  const { first, last } = scaleOf(field)
  const step = typeof given === "number"
    ? given
    : typeof given === "string" && /^\d{1,2}$/.test(given)
    ? Number(given)
    : -1
  return Number.isInteger(step) && step >= first && step <= last
    ? { answer: { type: "number", answer: step } }
    : { fault: words.choose }
}

const choiceOf = (field: FormField, given: string): NormalisedAnswer["answer"] | undefined => {
  const label = (field.choices ?? []).find((choice) => choice === given)
  if (label !== undefined) return { label }
  return field.allowOther === true && characters(given) <= 255 ? { other: given } : undefined
}

const choicesOf = (field: FormField, given: Given, words: PageWords): Read => {
  const list = (Array.isArray(given) ? given : [given]).filter((each) => !isBlank(each))
  const texts = list.filter((each) => typeof each === "string").map((each) => each.normalize("NFC").trim())
  const chosen = [...new Set(texts)].map((text) => choiceOf(field, text))
  const answers = chosen.filter((choice) => choice !== undefined)
  if (texts.length < list.length || answers.length < chosen.length) return { fault: words.choose }
  const [only] = answers
  if (field.multiple === true) return { answer: { type: "choices", answer: answers } }
  return answers.length === 1 && only !== undefined
    ? { answer: { type: "choice", answer: only } }
    : { fault: words.chooseOne }
}

const readers: Readonly<Record<FormField["type"], (field: FormField, given: Given, words: PageWords) => Read>> = {
  short_text: (field, given, words) =>
    typeof given === "string"
      ? textOf(field, given.normalize("NFC").trim().replace(/\s+/gu, " "), words)
      : { fault: words.text },
  long_text: (field, given, words) =>
    typeof given === "string"
      ? textOf(field, given.normalize("NFC").replace(/\r\n?/g, "\n").trim(), words)
      : { fault: words.text },
  email: (_, given, words) =>
    typeof given === "string" && given.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(given.trim())
      ? { answer: { type: "email", answer: given.trim() } }
      : { fault: words.email },
  phone_number: (_, given, words) => {
    const text = typeof given === "string" ? given.trim() : ""
    const digits = text.replace(/\D/g, "").length
    return digits >= 7 && digits <= 15 && /^[\d\s()+./-]{7,50}$/.test(text)
      ? { answer: { type: "phone_number", answer: text } }
      : { fault: words.phone }
  },
  number: numberOf,
  date: (field, given, words) => {
    const text = typeof given === "string" ? given.trim() : ""
    if (!isDay(text)) return { fault: words.date }
    const fault = within(field, text, words)
    return fault === undefined ? { answer: { type: "date", answer: text } } : { fault }
  },
  yes_no: (_, given, words) =>
    given === true || given === "yes"
      ? { answer: { type: "boolean", answer: true } }
      : given === false || given === "no"
      ? { answer: { type: "boolean", answer: false } }
      : { fault: words.choose },
  legal: (field, given, words) => {
    const isTicked = given === true || given === "yes"
    return field.required === true && !isTicked
      ? { fault: words.tick }
      : { answer: { type: "boolean", answer: isTicked } }
  },
  multiple_choice: choicesOf,
  dropdown: choicesOf,
  opinion_scale: scaleStep,
  rating: scaleStep,
  website: (_, given, words) => {
    const text = typeof given === "string" ? given.trim() : ""
    const address = /^https?:\/\//i.test(text) ? text : `https://${text}`
    return text.length <= 2048 && /^https?:\/\/[^\s/?#@.]+\.[^\s/?#@]+(?:[/?#]\S*)?$/i.test(address) &&
        URL.canParse(address)
      ? { answer: { type: "url", answer: address } }
      : { fault: words.website }
  }
}

export interface Submitted {
  readonly answers: ReadonlyArray<NormalisedAnswer>
  /** By the reference of the field, in the form's order. */
  readonly faults: ReadonlyArray<{ readonly ref: string; readonly detail: string }>
}

/** Text as PostgreSQL can keep it. */
const isStorable = (given: Given): boolean =>
  Array.isArray(given)
    ? given.every(isStorable)
    : typeof given !== "string" || (!given.includes("\u0000") && given.isWellFormed())

/** Reads what was filled in, with every fault at once; what is left empty and not required is no answer. */
export const readSubmission = (
  fields: ReadonlyArray<FormField>,
  given: (ref: string) => Given,
  words: PageWords
): Submitted => {
  const answers: Array<NormalisedAnswer> = []
  const faults: Array<{ ref: string; detail: string }> = []
  for (const field of fields) {
    const value = given(field.ref)
    const read: Read = !isStorable(value)
      ? { fault: words.text }
      : isBlank(value) && field.type !== "legal"
      ? field.required === true ? { fault: words.required } : nothing
      : readers[field.type](field, value, words)
    if (read.fault !== undefined) faults.push({ ref: field.ref, detail: read.fault })
    if (read.answer !== undefined) {
      answers.push({ fieldId: field.ref, ref: field.ref, fieldType: field.type, question: field.title, ...read.answer })
    }
  }
  return { answers, faults }
}
