import { Schema } from "effect"
import { CalendarDate } from "../../../kernel/contract/Values.ts"
import { brazilianStates } from "../../recipes/contract/brazilianStates.ts"
import type { IdentifierKind } from "../contract/FormResponse.ts"
import { wordsOf } from "./wordsOf.ts"

const isDay = Schema.is(CalendarDate)

/** ISO, or with the day first, or with the month where that alone is a day. */
const dateOf = (value: string) => {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(value) ?? []
  const [, first, second, last] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(value) ?? []
  const read = (dayText = "", monthText = "") => `${last}-${monthText.padStart(2, "0")}-${dayText.padStart(2, "0")}`
  return [`${year}-${month}-${day}`, read(first, second), read(second, first)].find(isDay)
}

const isPast = (day: string) => day >= "1900-01-01" && day <= new Date().toISOString().slice(0, 10)

const letters = (value: string) => (value.match(/\p{L}/gu) ?? []).length

const bounded = (max: number) => (value: string) =>
  value.length <= max && value !== "" ? value.toLowerCase() : undefined

const checks: Readonly<Record<IdentifierKind, (value: string) => string | undefined>> = {
  email: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) && value.length <= 254 ? value.toLowerCase() : undefined,
  phone: (value) => {
    const digits = value.replace(/\D/g, "")
    return digits.length >= 7 && digits.length <= 15 && /^[\d\s()+./-]+$/.test(value) ? digits : undefined
  },
  fullName: (value) =>
    letters(value) >= 2 && value.length <= 255 && !/@|https?:/.test(value)
      ? wordsOf(value).join(" ") || value.toLowerCase()
      : undefined,
  firstName: (value) =>
    letters(value) >= 1 && value.length <= 255 && !/[@\d]/.test(value) ? value.toLowerCase() : undefined,
  lastName: (value) =>
    letters(value) >= 1 && value.length <= 255 && !/[@\d]/.test(value) ? value.toLowerCase() : undefined,
  birthday: (value) => {
    const day = dateOf(value)
    return day !== undefined && isPast(day) ? day : undefined
  },
  gender: bounded(50),
  company: bounded(255),
  street: bounded(255),
  complement: bounded(255),
  city: (value) => letters(value) >= 2 ? bounded(255)(value) : undefined,
  state: (value) =>
    letters(value) >= 2
      ? brazilianStates.find((code) => code === value.toUpperCase()) ?? bounded(255)(value)
      : undefined,
  postalCode: (value) =>
    /^[\p{L}\d][\p{L}\d .-]{1,8}[\p{L}\d]$/u.test(value) ? value.replace(/[^\p{L}\d]/gu, "").toUpperCase() : undefined,
  country: (value) => letters(value) >= 2 ? bounded(100)(value) : undefined,
  allergy: bounded(10_000),
  dislike: bounded(10_000)
}

/** "No", "no known allergies", "não tenho alergias" and the like. */
const none =
  /^(?:no|none|nothing|nope|n a|(?:(?:no|i have no|i don t have any)(?: known)?(?: food)? )allerg(?:y|ies)|i have none|nao|nada|(?:nenhuma?|sem|nao tenho|nao possuo|nao tenho nenhuma)(?: alergias?)?)?$/

/** How a value is compared, or nothing where it is none of its kind. */
export const comparable = (kind: IdentifierKind, value: string): string | undefined =>
  (kind === "allergy" || kind === "dislike") && none.test(wordsOf(value).join(" ")) ? undefined : checks[kind](value)
