import { Result, Schema } from "effect"
import { faultsOf } from "../../../kernel/faults.ts"
import { ClassificationId } from "../contract/Classification.ts"
import type { NutrientBasis } from "../contract/NutrientRules.ts"
import { isNutrientCode } from "../contract/Nutrients.ts"
import { Alias, type AllergenCode, allergenCodes, AllergenDeclaration, ProductInput } from "../contract/Product.ts"
import { earlierNutrients } from "./EarlierNames.ts"
import { cleanText } from "./ImportedText.ts"
import { isObject } from "./JsonRecord.ts"
import { AliasList, type Amount, NutrientList, PortionList, textOf, trace, type Warn } from "./RecordMapping.ts"

const { fields } = ProductInput

/** A value as a warning tells it. */
export const shown = (value: unknown) => (JSON.stringify(value) ?? "").slice(0, 200)

/** A reader of a member by the rules of the API; what breaks them is left out. */
const reader = <A>(schema: Schema.ConstraintDecoder<A>) => {
  const decode = Schema.decodeUnknownResult(schema, { onExcessProperty: "error" })
  return (value: unknown, field: string, warn: Warn): A | null => {
    if (value === undefined || value === null) return null
    const decoded = decode(value)
    if (Result.isSuccess(decoded)) return decoded.success
    const [fault] = faultsOf(decoded.failure.issue, "pointer")
    const code = typeof value === "number" && fault?.code === undefined ? "value_out_of_range" : "value_unreadable"
    const member = fault?.pointer === undefined || fault.pointer === "" ? "" : `: ${fault.pointer.slice(1)}`
    warn(code, field, `${shown(value)}${member} ${fault?.detail ?? "cannot be read"}`)
    return null
  }
}

export const readers = {
  language: reader(fields.language),
  isFood: reader(fields.isFood),
  nutrientBasis: reader(fields.nutrientBasis),
  edibleYield: reader(fields.edibleYield),
  kgPerUnit: reader(fields.kgPerUnit),
  litersPerKg: reader(fields.litersPerKg),
  cookingFactor: reader(fields.cookingFactor),
  conservationDays: reader(fields.conservationDays),
  packageSize: reader(fields.packageSize),
  packageSizeUnit: reader(fields.packageSizeUnit),
  imageUrl: reader(fields.imageUrl),
  score: reader(fields.score),
  alias: reader(Alias.mapFields(({ kind, language }) => ({ kind, language }))),
  allergen: reader(AllergenDeclaration),
  id: reader(ClassificationId)
}

export const readText = (value: unknown, length: number, field: string, warn: Warn): string | null => {
  if (value === undefined || value === null) return null
  if (typeof value === "string") return textOf(cleanText(value), length, field, warn)
  warn("value_unreadable", field, `${shown(value)} is no text`)
  return null
}

/** A list's items or an object's entries; none, and a warning, where the value is something else. */
const readItems = (value: unknown, field: string, warn: Warn): ReadonlyArray<unknown> => {
  if (Array.isArray(value)) return value
  if (value !== undefined && value !== null) warn("value_unreadable", field, `${shown(value)} is no list`)
  return []
}

const readEntries = (value: unknown, field: string, warn: Warn): ReadonlyArray<readonly [string, unknown]> => {
  if (isObject(value)) return Object.entries(value)
  if (value !== undefined && value !== null) warn("value_unreadable", field, `${shown(value)} is no object`)
  return []
}

export const readAliases = (value: unknown, warn: Warn) => {
  const list = new AliasList(warn)
  for (const item of readItems(value, "aliases", warn)) {
    const { name, ...rest } = isObject(item) ? item : {}
    const read = typeof name === "string" ? readers.alias(rest, "aliases", warn) : null
    if (read !== null && typeof name === "string") list.add(cleanText(name), read.language, read.kind)
    else if (typeof name !== "string") warn("value_unreadable", "aliases", `${shown(item)} has no name`)
  }
  return list.aliases
}

export const readPortions = (value: unknown, warn: Warn) => {
  const list = new PortionList(warn)
  for (const item of readItems(value, "portions", warn)) {
    const { grams, name } = isObject(item) ? item : {}
    list.add(
      typeof name === "string" ? cleanText(name) : "",
      typeof grams === "number" ? grams : undefined,
      shown(item)
    )
  }
  return list.portions
}

export const readAllergens = (value: unknown, warn: Warn) =>
  Object.fromEntries(
    readEntries(value, "allergens", warn).flatMap(([code, declared]) => {
      const field = `allergens.${code}`
      if (!isAllergen(code)) warn("value_unreadable", field, "is no allergen of ours")
      const read = isAllergen(code) ? readers.allergen(declared, field, warn) : null
      return read === null ? [] : [[code, read] as const]
    })
  )

const isAllergen = (code: string): code is AllergenCode => allergenCodes.some((each) => each === code)

const amountOf = (value: unknown): Amount | undefined => {
  if (typeof value === "number") return { value }
  if (!isObject(value) || typeof value["value"] !== "number") return undefined
  const { qualifier, unit, value: number } = value
  if (unit !== undefined && typeof unit !== "string") return undefined
  if (qualifier === undefined) return { value: number, unit }
  if (qualifier === "trace" && number === 0) return trace
  return qualifier === "below" ? { value: number, unit, mark: "below" } : undefined
}

export const readNutrients = (value: unknown, basis: NutrientBasis, isEarlier: boolean, warn: Warn) => {
  const list = new NutrientList(basis, warn)
  for (const [name, given] of readEntries(value, "nutrients", warn)) {
    if (given === null) continue
    const earlier = isEarlier ? earlierNutrients.get(name) : undefined
    const code = earlier?.code ?? (!isEarlier && isNutrientCode(name) ? name : undefined)
    if (code === undefined) {
      warn("value_unreadable", `nutrients.${name}`, "is no nutrient of ours")
      continue
    }
    const amount = amountOf(given)
    if (isEarlier && isNothing(given, amount)) continue
    const unit = amount?.unit ?? earlier?.unit
    list.giveAgain(code, `nutrients.${name}`, given, amount === undefined ? undefined : { ...amount, unit })
  }
  return list.nutrients
}

/** Of the earlier system: zero, or a unit without a value. */
const isNothing = (given: unknown, amount: Amount | undefined) =>
  amount === undefined ? isObject(given) && (given["value"] ?? null) === null : amount.value === 0
