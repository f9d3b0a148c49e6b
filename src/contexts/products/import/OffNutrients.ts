import { type NutrientBasis, round12 } from "../contract/NutrientRules.ts"
import { type NutrientCode, unitOf } from "../contract/Nutrients.ts"
import { readDecimal } from "./ImportedText.ts"
import { isObject, type JsonObject } from "./JsonRecord.ts"
import { type Amount, NutrientList, type Warn } from "./RecordMapping.ts"

const kebab = (code: string) => code.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Those that Open Food Facts calls by our code in kebab-case. */
const same: ReadonlyArray<NutrientCode> = [
  "energyKcal",
  "energyKj",
  "saturatedFat",
  "linoleicAcid",
  "monounsaturatedFat",
  "polyunsaturatedFat",
  "water",
  "alphaLinolenicAcid",
  "fructose",
  "lactose",
  "maltose",
  "arachidonicAcid",
  "starch",
  "glucose",
  "galactose",
  "sucrose",
  "alcohol",
  "polyols",
  "oleicAcid",
  "salt",
  "solubleFiber",
  "insolubleFiber",
  "transFat",
  "sorbitol",
  "polydextrose",
  "inositol",
  "cholesterol",
  "sodium",
  "iron",
  "potassium",
  "calcium",
  "zinc",
  "phosphorus",
  "magnesium",
  "copper",
  "manganese",
  "vitaminC",
  "vitaminB1",
  "vitaminB2",
  "vitaminB6",
  "chloride",
  "vitaminE",
  "choline",
  "caffeine",
  "fluoride",
  "taurine",
  "selenium",
  "vitaminB12",
  "iodine",
  "betaCarotene",
  "vitaminD",
  "molybdenum",
  "biotin",
  "chromium",
  "butyricAcid",
  "caproicAcid",
  "caprylicAcid",
  "capricAcid",
  "lauricAcid",
  "myristicAcid",
  "palmiticAcid",
  "stearicAcid"
]

/** What Open Food Facts calls our nutrients; of two keys of one code the first wins. */
const offNutrients: ReadonlyArray<readonly [key: string, code: NutrientCode]> = [
  ...same.map((code) => [kebab(code), code] as const),
  ["energy", "energyKj"],
  ["fat", "totalFat"],
  ["proteins", "protein"],
  ["fiber", "dietaryFiber"],
  ["sugars", "sugar"],
  ["carbohydrates", "availableCarbohydrate"],
  ["carbohydrates-total", "carbohydrate"],
  ["added-sugars", "addedSugar"],
  ["omega-3-fat", "omega3"],
  ["omega-6-fat", "omega6"],
  ["omega-9-fat", "omega9"],
  ["eicosapentaenoic-acid", "epa"],
  ["docosahexaenoic-acid", "dha"],
  ["carnitine", "lCarnitine"],
  ["vitamin-pp", "vitaminB3"],
  ["pantothenic-acid", "vitaminB5"],
  ["vitamin-k", "vitaminK"],
  ["phylloquinone", "vitaminK"],
  ["vitamin-b9", "folate"],
  ["folates", "folate"],
  ["vitamin-a", "vitaminARae"]
]

/** Mass of one millilitre of ethanol, g. */
const ETHANOL_GRAMS_PER_MILLILITRE = 0.789

/** A value per 100 g as a record gives it. */
interface Given {
  readonly value: unknown
  readonly modifier?: unknown
}

/** Finds the value of a key of Open Food Facts in one record. */
export type FindValue = (key: string) => Given | undefined

const isUnknown = (value: unknown) => value === undefined || value === null || value === "" || value === "null"

/** Grams for every mass whatever the record calls the unit, kcal and kJ for energy, % vol for alcohol. */
const amountOf = (code: NutrientCode, { modifier, value }: Given): Amount | undefined => {
  const number = typeof value === "number" ? value : typeof value === "string" ? readDecimal(value.trim()) : undefined
  if (number === undefined || !(isUnknown(modifier) || modifier === "<" || modifier === "~")) return undefined
  const unit = unitOf(code)
  return {
    value: code === "alcohol" ? round12(number * ETHANOL_GRAMS_PER_MILLILITRE) : number,
    unit: unit === "kcal" || unit === "kJ" ? unit : "g",
    mark: modifier === "<" ? "below" : undefined
  }
}

/** The nutrients of a record. */
export const readNutrients = (find: FindValue, basis: NutrientBasis, warn: Warn) => {
  const list = new NutrientList(basis, warn)
  for (const [key, code] of offNutrients) {
    const given = find(key)
    if (given !== undefined && !isUnknown(given.value)) list.giveAgain(code, key, given.value, amountOf(code, given))
  }
  return list.nutrients
}

/** A value of a list is a 32-bit float: what it has beyond seven digits is noise. */
const round7 = (value: unknown) => typeof value === "number" ? Number(value.toPrecision(7)) : value

const inList = (list: ReadonlyArray<unknown>): FindValue => {
  const byName = new Map<unknown, JsonObject>()
  for (const item of list) if (isObject(item)) byName.set(item["name"], item)
  return (key) => {
    const item = byName.get(key)
    return item === undefined ? undefined : { value: round7(item["100g"]), modifier: item["modifier"] }
  }
}

/** Finds values in a document: in `nutriments` as a list or as a map, or where that is empty in `nutrition.aggregated_set`. */
export const inDocument = (body: JsonObject): FindValue => {
  const { nutriments, nutrition } = body
  if (Array.isArray(nutriments)) return inList(nutriments)
  if (isObject(nutriments) && Object.keys(nutriments).length > 0) {
    return (key) => ({ value: nutriments[`${key}_100g`], modifier: nutriments[`${key}_modifier`] })
  }
  const set = isObject(nutrition) ? nutrition["aggregated_set"] : undefined
  const nutrients = isObject(set) && /^100 ?(?:g|ml)$/.test(String(set["per"])) ? set["nutrients"] : undefined
  if (!isObject(nutrients)) return () => undefined
  return (key) => {
    const given = nutrients[key]
    return isObject(given) ? { value: given["value"], modifier: given["modifier"] } : undefined
  }
}
