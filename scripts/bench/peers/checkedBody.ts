import { isNutrientCode } from "../../../src/contexts/products/contract/Nutrients.ts"
import type { ProductBody } from "./ProductBody.ts"
import { Refused } from "./Refused.ts"

type Check = (value: unknown) => boolean

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

const text = (max: number): Check => (value) =>
  typeof value === "string" && value !== "" && value.length <= max && !value.includes("\u0000")
const matching = (pattern: RegExp): Check => (value) => typeof value === "string" && pattern.test(value)
const oneOf = (...values: ReadonlyArray<string>): Check => (value) =>
  typeof value === "string" && values.includes(value)
const number: Check = Number.isFinite
const positive = (max: number): Check => (value) => typeof value === "number" && value > 0 && value <= max
const percent: Check = (value) => typeof value === "number" && value >= 0 && value <= 100
const nullable = (check: Check): Check => (value) => value === null || check(value)
const listOf = (max: number, check: Check): Check => (value) =>
  Array.isArray(value) && value.length <= max && value.every(check)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const members = (required: ReadonlyArray<string>, checks: Readonly<Record<string, Check>>): Check => {
  const known = new Map(Object.entries(checks))
  return (value) =>
    isObject(value) && required.every((name) => name in value) &&
    Object.entries(value).every(([name, member]) => known.get(name)?.(member) === true)
}

const each = (isKey: (key: string) => boolean, check: Check): Check => (value) =>
  isObject(value) && Object.entries(value).every(([key, member]) => isKey(key) && check(member))

const quantity = members(["value"], {
  value: number,
  unit: matching(/^[\p{L}\p{N}/%. ]{1,20}$/u),
  qualifier: oneOf("trace", "below")
})

const allergenNames: ReadonlySet<string> = new Set(
  "gluten crustaceans eggs fish peanuts soybeans milk nuts celery mustard sesame sulphites lupin molluscs latex".split(
    " "
  )
)

const reference = nullable(matching(uuid))

const isBody = members(["name"], {
  name: text(500),
  language: text(35),
  aliases: listOf(
    50,
    members(["language", "name", "kind"], {
      language: text(35),
      name: text(500),
      kind: oneOf("translation", "synonym", "scientific")
    })
  ),
  sourceId: matching(uuid),
  sourceRef: text(100),
  barcode: nullable(text(14)),
  isFood: nullable((value) => typeof value === "boolean"),
  attribution: nullable(text(1000)),
  shoppingName: nullable(text(500)),
  storeDepartmentName: nullable(text(200)),
  recommendedBrandsAndProducts: nullable(text(1000)),
  substitutes: nullable(text(1000)),
  edibleYield: nullable(positive(1)),
  kgPerUnit: nullable(positive(1000)),
  litersPerKg: nullable(positive(1000)),
  cookingFactor: nullable(positive(1000)),
  conservationDays: nullable((value) => Number.isInteger(value) && positive(36_501)(Number(value) + 1)),
  nutritionGroup: nullable(text(200)),
  packageSize: nullable(positive(1_000_000_000)),
  packageSizeUnit: nullable(oneOf("kg", "g", "mg", "mcg", "l", "ml", "piece")),
  ingredients: nullable(text(5000)),
  imageUrl: nullable(matching(/^(?=.{1,2048}$)https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/i)),
  score: nullable(
    members(["final", "ingredients", "nutrients"], { final: percent, ingredients: percent, nutrients: percent })
  ),
  brandId: reference,
  categoryId: reference,
  parentCategoryId: reference,
  foodGroupId: reference,
  processTypeId: reference,
  nutrientBasis: oneOf("per100g", "per100ml"),
  nutrients: each(isNutrientCode, (value) => number(value) || quantity(value)),
  portions: listOf(100, members(["name", "grams"], { name: text(100), grams: positive(1_000_000) })),
  allergens: each(
    (name) => allergenNames.has(name),
    members(["state"], { state: oneOf("contains", "mayContain", "free", "unknown"), evidence: text(500) })
  )
})

const isProductBody = (value: unknown): value is ProductBody => isBody(value)

/** The body of a creation, checked by hand. */
export const checkedBody = (json: string): ProductBody => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Refused(400, "malformed_request")
  }
  if (!isProductBody(value)) throw new Refused(422, "invalid_request")
  return value
}
