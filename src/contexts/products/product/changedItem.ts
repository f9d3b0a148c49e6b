import type { ProductId } from "../contract/Product.ts"

const physical = ["portions", "edibleYield", "kgPerUnit", "litersPerKg", "cookingFactor"]

const nutrition: ReadonlySet<string> = new Set([...physical, "nutrients", "nutrientBasis"])

const shopping: ReadonlySet<string> = new Set([
  ...physical,
  "name",
  "brand",
  "shoppingName",
  "storeDepartmentName",
  "recommendedBrandsAndProducts",
  "substitutes",
  "conservationDays",
  "packageSize",
  "packageSizeUnit"
])

/** A changed product as others are told of it: which of their computations it concerns. */
export const changedItem = (id: ProductId, version: number, changedFields: ReadonlyArray<string>) => ({
  id,
  version,
  changedFields,
  nutritionChanged: changedFields.some((field) => nutrition.has(field)),
  shoppingChanged: changedFields.some((field) => shopping.has(field)),
  allergensChanged: changedFields.includes("allergens")
})
