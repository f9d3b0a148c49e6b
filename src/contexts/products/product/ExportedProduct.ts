import type { NutrientAmount } from "../contract/ProductNutrients.ts"
import { amountsOf, plainFields, type ProductRow } from "./ProductRow.ts"

/** The body that would create a product anywhere, as `import --format ndjson` takes it: references are names. */
export type ExportedProduct = Readonly<Record<string, unknown>>

const isEmpty = (value: unknown) => value === null || (typeof value === "object" && Object.keys(value).length === 0)

/** A bare number is in the canonical unit; what was derived is derived again. */
const given = ({ qualifier, value }: NutrientAmount) => qualifier === undefined ? value : { value, qualifier }

/** What is known of the product; what is not is left out. */
export const toExported = (row: ProductRow): ExportedProduct => {
  const { language, name, sourceRef, ...facts } = plainFields(row)
  const body = {
    source: row.sourceKey ?? row.sourceName,
    sourceRef,
    name,
    language,
    aliases: row.aliases,
    ...facts,
    attribution: row.ownAttribution,
    brand: row.brandName,
    category: row.categoryName,
    parentCategory: row.parentCategoryName,
    foodGroup: row.foodGroupName,
    processType: row.processTypeName,
    nutrients: Object.fromEntries(
      Object.entries(amountsOf(row)).flatMap(([code, amount]) => amount.derived === true ? [] : [[code, given(amount)]])
    ),
    portions: row.portions,
    allergens: row.allergens,
    score: row.score
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => !isEmpty(value)))
}
