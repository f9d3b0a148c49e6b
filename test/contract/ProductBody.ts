import { Arbitrary, Effect, type Schema } from "effect"
import { nutrients } from "../../src/contexts/products/contract/Nutrients.ts"
import { allergenCodes, Portion, Score } from "../../src/contexts/products/contract/Product.ts"
import type { Dice } from "./Dice.ts"
import { someText, strangeUuid } from "./Values.ts"
import type { Known } from "./World.ts"

const references = {
  sourceId: "/v1/products/sources",
  brandId: "/v1/products/brands",
  categoryId: "/v1/products/categories",
  parentCategoryId: "/v1/products/parent-categories",
  foodGroupId: "/v1/products/food-groups",
  processTypeId: "/v1/products/process-types"
}

const texts = {
  attribution: 1000,
  shoppingName: 500,
  storeDepartmentName: 200,
  recommendedBrandsAndProducts: 1000,
  substitutes: 1000,
  nutritionGroup: 200,
  ingredients: 5000
}

const ratios = { edibleYield: 1, kgPerUnit: 1000, litersPerKg: 1000, cookingFactor: 1000 }
const languages = ["pt-BR", "en", "es-419", "zh-Hant", "sr-Latn-RS", "de-CH-1996"]

/** Text that is not empty once it was trimmed. */
const filled = (dice: Dice, length: number) => `x${someText(dice, length - 1)}`

const gtin = (dice: Dice) => {
  const length = dice.pick([8, 12, 13, 14])
  const digits = dice.digits(length - 1)
  const sum = Array.from(digits).toReversed().reduce(
    (total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1),
    0
  )
  return `${digits}${(10 - sum % 10) % 10}`
}

/** One that means the same everywhere: not a number of 13 digits that a shop gives to its own goods. */
const globalGtin = (dice: Dice): string => {
  const made = gtin(dice)
  return /^0(?:02|04|2)/.test(made.padStart(14, "0")) ? globalGtin(dice) : made
}

const bounds: Readonly<Record<string, number>> = { kcal: 950, kJ: 4000, g: 100, mg: 1e5, mcg: 1e8, IU: 1e300 }

const nutrientsOf = (dice: Dice) =>
  Object.fromEntries(
    dice.some(nutrients, 12).map(({ code, unit }) => {
      const value = dice.pick([0, -0, bounds[unit] ?? 1, (bounds[unit] ?? 1) * dice.next(), 5e-324, 0.1 + 0.2])
      return [
        code,
        dice.pick([value, { value }, { value, unit }, { value: 0, qualifier: "trace" }, { value, qualifier: "below" }])
      ]
    })
  )

const allergensOf = (dice: Dice) =>
  Object.fromEntries(
    dice.some(allergenCodes, 5).map((code) => [
      code,
      dice.chance(0.3)
        ? { state: "unknown" }
        : { state: dice.pick(["contains", "mayContain", "free"]), evidence: filled(dice, 500) }
    ])
  )

const sampled = <S extends Schema.Constraint>(schema: S, seed: string) =>
  Effect.runSync(Arbitrary.sampleEffect(Arbitrary.schema(schema), { count: 50, seed }))

const nameOf = (n: number, name: string) =>
  Array.from(`${n} ${name.toWellFormed().replaceAll("\0", "")}`).slice(0, 100).join("")

/** Bodies that create a product, each another one. */
export const productBodies = (seed: string, { ids }: Known): (dice: Dice) => Record<string, unknown> => {
  const scores = sampled(Score, seed)
  const portions = sampled(Portion, seed)
  let made = 0

  const maybe = (dice: Dice, name: string, value: () => unknown) =>
    dice.chance(0.25) ? { [name]: dice.chance(0.1) ? null : value() } : {}

  return (dice) => {
    made++
    const each = <A>(table: Readonly<Record<string, A>>, value: (given: A) => unknown) =>
      Object.entries(table).map(([name, given]) => maybe(dice, name, () => value(given)))
    const { sourceId, ...others } = references
    return Object.assign(
      { name: filled(dice, 500) },
      ...each(texts, (length) => filled(dice, length)),
      ...each(ratios, (maximum) => dice.pick([maximum, maximum * (1 - dice.next()), 5e-324])),
      ...each(others, (path) => dice.pick(ids.get(path) ?? [])),
      maybe(dice, "barcode", () => gtin(dice)),
      maybe(dice, "isFood", () => dice.chance(0.5)),
      maybe(dice, "conservationDays", () => dice.pick([0, 36_500, dice.int(0, 36_500)])),
      maybe(
        dice,
        "imageUrl",
        () => dice.pick(["https://example.org/a.png", "HTTP://[::1]/?q=%20#x", "http://é.example"])
      ),
      maybe(dice, "score", () => dice.pick(scores)),
      dice.chance(0.2)
        ? { packageSize: dice.pick([1e9, 5e-324, 0.5]), packageSizeUnit: dice.pick(["kg", "ml", "piece"]) }
        : {},
      dice.chance(0.2) ? { language: dice.pick(languages) } : {},
      dice.chance(0.2) ? { sourceId: dice.pick(ids.get(sourceId) ?? []) } : {},
      dice.chance(0.2) ? { sourceRef: `${made} ${someText(dice, 90)}` } : {},
      dice.chance(0.2) ? { nutrientBasis: dice.pick(["per100g", "per100ml"]) } : {},
      dice.chance(0.5) ? { nutrients: nutrientsOf(dice) } : {},
      dice.chance(0.3) ? { allergens: allergensOf(dice) } : {},
      dice.chance(0.3)
        ? { portions: dice.some(portions, 3).map(({ grams, name }, n) => ({ name: nameOf(n, name), grams })) }
        : {},
      dice.chance(0.3)
        ? {
          aliases: Array.from({ length: dice.int(0, 3) }, (_, n) => ({
            language: dice.pick(languages),
            name: `${n} ${filled(dice, 400)}`,
            kind: dice.pick(["translation", "synonym", "scientific"])
          }))
        }
        : {}
    )
  }
}

/** Patches that fit any product; each has a text, a number and an object to be spoilt. */
export const productPatches = () => (dice: Dice): unknown => ({
  shoppingName: filled(dice, 50),
  kgPerUnit: 0.5,
  nutrients: { iron: dice.pick([0, 1.5]), calcium: { value: 2, unit: "mg" }, zinc: dice.pick([null, 1]) },
  ...Object.fromEntries(dice.some(Object.keys(texts), 3).map((name) => [name, dice.pick([null, filled(dice, 50)])])),
  ...dice.chance(0.3) ? { name: filled(dice, 50) } : {},
  ...dice.chance(0.2) ? { allergens: { milk: { state: "free", evidence: "label" } } } : {}
})

/** Bodies that create a few products at once. */
export const bulkBodies = (seed: string, known: Known) => {
  const product = productBodies(`${seed} bulk`, known)
  return (dice: Dice) => ({ items: Array.from({ length: dice.int(1, 4) }, () => product(dice)) })
}

/** Votes on barcodes, most of which nothing has. */
export const barcodeVotes = () => (dice: Dice) => ({
  barcode: globalGtin(dice),
  isFood: dice.chance(0.5),
  ...dice.chance(0.3) ? { houseId: strangeUuid(dice) } : {},
  ...dice.chance(0.3) ? { name: filled(dice, 500) } : {}
})
