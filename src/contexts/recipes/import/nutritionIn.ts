import type { NutrientCode } from "../../products/contract/Nutrients.ts"
import { unitOf } from "../../products/contract/Nutrients.ts"
import { isObject, type Json, textIn } from "./jsonValues.ts"
import { oneLine } from "./plainText.ts"

/** The members of schema.org NutritionInformation. */
export const nutritionMembers: ReadonlyArray<readonly [member: string, code: NutrientCode]> = [
  ["calories", "energyKcal"],
  ["proteinContent", "protein"],
  ["carbohydrateContent", "carbohydrate"],
  ["fatContent", "totalFat"],
  ["saturatedFatContent", "saturatedFat"],
  ["transFatContent", "transFat"],
  ["fiberContent", "dietaryFiber"],
  ["sugarContent", "sugar"],
  ["sodiumContent", "sodium"],
  ["cholesterolContent", "cholesterol"]
]

const grams: ReadonlyMap<string, number> = new Map([
  ["g", 1],
  ["gr", 1],
  ["gram", 1],
  ["grams", 1],
  ["gramas", 1],
  ["mg", 1e-3],
  ["milligram", 1e-3],
  ["milligrams", 1e-3],
  ["mcg", 1e-6],
  ["µg", 1e-6],
  ["kg", 1e3]
])
const energies: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["kcal", 1],
  ["cal", 1],
  ["cals", 1],
  ["calories", 1],
  ["calorias", 1],
  ["kalorier", 1],
  ["kilocalories", 1],
  ["kj", 1 / 4.184]
])
const largest = 10_000_000
const amount = /(?<!\d)(\d{1,6}(?:[.,]\d{1,4})?)\s*([\p{L}]*)/u

const valueOf = (text: string, code: NutrientCode): number | undefined => {
  const plain = oneLine(text).replace(/(\d),(\d{3})(?!\d)/gu, "$1$2")
  const [, digits, word = ""] = amount.exec(plain) ?? []
  if (digits === undefined) return undefined
  const value = Number(digits.replace(",", "."))
  const unit = word.toLowerCase()
  if (code === "energyKcal") {
    const factor = energies.get(unit)
    return factor === undefined ? undefined : value * factor
  }
  const canonical = grams.get(unitOf(code)) ?? 1
  if (unit === "") return value
  const factor = grams.get(unit)
  return factor === undefined ? undefined : value * factor / canonical
}

/** Values per serving as a page states them, in canonical units; what is not understood is left out, with a warning. */
export const nutritionIn = (stated: Json | undefined, warnings: Array<string>) => {
  const node = Array.isArray(stated) ? stated.find(isObject) : stated
  if (!isObject(node)) return null
  if (/^\s*100\s*(?:g|ml)\b/iu.test(textIn(node["servingSize"]) ?? "")) {
    warnings.push("nutrition: its servingSize is 100 g or ml, not a serving; it was left out")
    return null
  }
  const values: { -readonly [C in NutrientCode]?: number } = {}
  for (const [member, code] of nutritionMembers) {
    const text = textIn(node[member])
    if (text === undefined) continue
    const value = valueOf(text, code)
    if (value === undefined || value > largest) warnings.push(`nutrition: ${member} is not understood`)
    else values[code] = Number(value.toPrecision(10))
  }
  return Object.keys(values).length === 0 ? null : { values }
}
