import { Effect, Schema } from "effect"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { faultsOf } from "../../../kernel/faults.ts"
import { mergePatch } from "../../../kernel/mergePatch.ts"
import { nutrients } from "../contract/Nutrients.ts"
import { ProductInput } from "../contract/Product.ts"
import type { ProductPatch } from "../contract/ProductPatch.ts"
import { BarcodeInvalid, UnitNotConvertible, ValueOutOfRange } from "../contract/ProductProblems.ts"
import type { ProductRow } from "./ProductRow.ts"

const decode = Schema.decodeUnknownEffect(ProductInput, { errors: "all", onExcessProperty: "error", reportInput: true })

const givenOf = (row: ProductRow): Schema.JsonObject =>
  Object.fromEntries(
    nutrients.flatMap(({ code, unit }) => {
      const value = row.nutrients[code]
      const mark = row.nutrientMarks[code]
      if (value === undefined || mark === "derived") return []
      return [[code, mark === undefined ? { value, unit } : { value, unit, qualifier: mark }]]
    })
  )

/** The product as the document that a merge patch changes: the body that would create it. */
const documentOf = (row: ProductRow): Schema.JsonObject => ({
  name: row.name,
  language: row.language,
  aliases: row.aliases.map((alias) => ({ ...alias })),
  sourceId: row.sourceId,
  sourceRef: row.sourceRef,
  barcode: row.barcode,
  isFood: row.isFood,
  attribution: row.ownAttribution,
  shoppingName: row.shoppingName,
  storeDepartmentName: row.storeDepartmentName,
  recommendedBrandsAndProducts: row.recommendedBrandsAndProducts,
  substitutes: row.substitutes,
  edibleYield: row.edibleYield,
  kgPerUnit: row.kgPerUnit,
  litersPerKg: row.litersPerKg,
  cookingFactor: row.cookingFactor,
  conservationDays: row.conservationDays,
  nutritionGroup: row.nutritionGroup,
  packageSize: row.packageSize,
  packageSizeUnit: row.packageSizeUnit,
  ingredients: row.ingredients,
  imageUrl: row.imageUrl,
  score: row.score === null ? null : { ...row.score },
  brandId: row.brandId,
  categoryId: row.categoryId,
  parentCategoryId: row.parentCategoryId,
  foodGroupId: row.foodGroupId,
  processTypeId: row.processTypeId,
  nutrientBasis: row.nutrientBasis,
  nutrients: givenOf(row),
  portions: row.portions.map((portion) => ({ ...portion })),
  allergens: Object.fromEntries(Object.entries(row.allergens).map(([code, declared]) => [code, { ...declared }]))
})

/** The problem that all faults are, where they share a code; else the general one. */
const problemOf = ({ issue }: Schema.SchemaError) => {
  const errors = faultsOf(issue, "pointer")
  const [code, ...others] = new Set(errors.map((fault) => fault.code))
  if (others.length > 0) return new InvalidRequest({ errors })
  switch (code) {
    case "barcode_invalid":
      return new BarcodeInvalid({ errors })
    case "unit_not_convertible":
      return new UnitNotConvertible({ errors })
    case "value_out_of_range":
      return new ValueOutOfRange({ errors })
    default:
      return new InvalidRequest({ errors })
  }
}

/** What a product is made from, before and after a patch. */
export const patched = Effect.fnUntraced(function*(row: ProductRow, patch: ProductPatch) {
  const document = documentOf(row)
  const before = yield* Effect.orDie(decode(document))
  const after = yield* Effect.mapError(decode(mergePatch(document, patch)), problemOf)
  return { before, after }
})
