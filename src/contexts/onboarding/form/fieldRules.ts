import { Schema } from "effect"
import { RE2JS } from "re2js"
import type { Fault } from "../../../kernel/contract/Problem.ts"
import { CalendarDate } from "../../../kernel/contract/Values.ts"
import type { FieldType, FormField } from "../contract/FormField.ts"

type Part = Exclude<keyof FormField, "ref" | "type" | "title" | "description" | "required">

const texts: ReadonlyArray<Part> = ["minLength", "maxLength"]

/** What each type takes besides its title. */
const parts: Readonly<Record<FieldType, ReadonlyArray<Part>>> = {
  short_text: [...texts, "pattern"],
  long_text: texts,
  email: [],
  phone_number: [],
  number: ["min", "max"],
  date: ["min", "max"],
  yes_no: [],
  legal: [],
  multiple_choice: ["choices", "multiple", "allowOther"],
  dropdown: ["choices"],
  opinion_scale: ["min", "max"],
  rating: ["max"],
  website: []
}
const allParts: ReadonlyArray<Part> = [
  "choices",
  "multiple",
  "allowOther",
  "min",
  "max",
  "minLength",
  "maxLength",
  "pattern"
]

/** The whole of a text that a pattern of RE2 has to match, in time linear in the text. */
export const compiled = (pattern: string): RE2JS | undefined => {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return undefined
  }
}

/** First and last step of a scale. */
export const scaleOf = ({ max, min, type }: FormField) => {
  const first = type === "rating" ? 1 : typeof min === "number" ? min : 1
  const last = typeof max === "number" ? max : type === "rating" ? 5 : 10
  return { first, last }
}

const isDay = Schema.is(CalendarDate)

const boundFaults = (field: FormField): ReadonlyArray<readonly [Part, string]> => {
  const { max, min, type } = field
  if (type === "opinion_scale" || type === "rating") {
    const { first, last } = scaleOf(field)
    const isScale = (step: number | string | undefined) => step === undefined || Number.isInteger(step)
    const fits = type === "rating" ? last >= 3 && last <= 10 : (first === 0 || first === 1) && last >= 5 && last <= 11
    return fits && isScale(min) && isScale(max)
      ? []
      : [["max", type === "rating" ? "must be from 3 to 10" : "must be from 5 to 11, and min 0 or 1"]]
  }
  const wanted = type === "date" ? "string" : "number"
  const faults = (["min", "max"] as const).flatMap((part): ReadonlyArray<readonly [Part, string]> => {
    const bound = field[part]
    if (bound === undefined) return []
    if (typeof bound !== wanted) return [[part, `must be a ${type === "date" ? "date" : "number"}`]]
    return typeof bound === "string" && !isDay(bound) ? [[part, "must be a day that exists"]] : []
  })
  const isUpsideDown = min !== undefined && max !== undefined && min > max
  return faults.length === 0 && isUpsideDown ? [["max", "must not be less than min"]] : faults
}

const faultsOf = (field: FormField): ReadonlyArray<readonly [Part | "type", string]> => {
  const { choices, maxLength, minLength, multiple, pattern, type } = field
  const foreign = allParts.filter((part) => field[part] !== undefined && !parts[type].includes(part))
  const chooses = parts[type].includes("choices")
  return [
    ...foreign.map((part) => [part, `is not for fields of the type ${type}`] as const),
    ...chooses && (choices ?? []).length === 0 ? [["choices", "must hold at least one choice"] as const] : [],
    ...new Set(choices).size < (choices ?? []).length ? [["choices", "must name each choice once"] as const] : [],
    ...multiple === true && (choices ?? []).length > 100 ? [["choices", "must be at most 100"] as const] : [],
    ...foreign.length > 0 ? [] : boundFaults(field),
    ...minLength !== undefined && maxLength !== undefined && minLength > maxLength
      ? [["maxLength", "must not be less than minLength"] as const]
      : [],
    ...pattern !== undefined && compiled(pattern) === undefined
      ? [["pattern", "must be a pattern of RE2: without references back and looks around"] as const]
      : []
  ]
}

/** All that is wrong with the fields of a form. */
export const fieldFaults = (fields: ReadonlyArray<FormField>): ReadonlyArray<Fault> => {
  const seen = new Set<string>()
  return fields.flatMap((field, index) => {
    const pointer = (part: string) => `/fields/${index}/${part}`
    const isTwice = seen.has(field.ref)
    seen.add(field.ref)
    return [
      ...isTwice ? [{ pointer: pointer("ref"), detail: "stands twice" }] : [],
      ...faultsOf(field).map(([part, detail]) => ({ pointer: pointer(part), detail }))
    ]
  })
}
