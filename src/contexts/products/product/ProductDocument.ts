import { Effect, Schema } from "effect"
import type { Fault } from "../../../kernel/contract/Problem.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { faultsOf, sharedCode } from "../../../kernel/faults.ts"
import { mergePatch } from "../../../kernel/mergePatch.ts"
import { oversized } from "../../../kernel/oversized.ts"
import { ProductInput } from "../contract/Product.ts"
import type { ProductPatch } from "../contract/ProductPatch.ts"
import { BarcodeInvalid, UnitNotConvertible, ValueOutOfRange } from "../contract/ProductProblems.ts"
import { amountsOf, plainFields, type ProductRow } from "./ProductRow.ts"

const decode = Schema.decodeUnknownEffect(ProductInput, { errors: "all", onExcessProperty: "error", reportInput: true })

const givenOf = (row: ProductRow): Schema.JsonObject =>
  Object.fromEntries(
    Object.entries(amountsOf(row)).filter(([, { derived }]) => derived !== true).map((
      [code, given]
    ) => [code, { ...given }])
  )

/** The product as the document that a merge patch changes: the body that would create it. */
const documentOf = (row: ProductRow): Schema.JsonObject => ({
  ...plainFields(row),
  aliases: row.aliases.map((alias) => ({ ...alias })),
  sourceId: row.sourceId,
  attribution: row.ownAttribution,
  score: row.score === null ? null : { ...row.score },
  brandId: row.brandId,
  categoryId: row.categoryId,
  parentCategoryId: row.parentCategoryId,
  foodGroupId: row.foodGroupId,
  processTypeId: row.processTypeId,
  nutrients: givenOf(row),
  portions: row.portions.map((portion) => ({ ...portion })),
  allergens: Object.fromEntries(Object.entries(row.allergens).map(([code, declared]) => [code, { ...declared }]))
})

/** The problem that all faults are, where they share a code; else the general one. */
export const problemOf = (errors: ReadonlyArray<Fault>) => {
  switch (sharedCode(errors)) {
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
  const merged = mergePatch(document, patch)
  const errors = oversized(ProductInput.ast, merged)
  if (errors.length > 0) return yield* new InvalidRequest({ errors })
  const after = yield* Effect.mapError(decode(merged), ({ issue }) => problemOf(faultsOf(issue, "pointer")))
  return { before, after }
})
