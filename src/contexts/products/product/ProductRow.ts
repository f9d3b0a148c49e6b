import { DateTime } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ClassificationId } from "../contract/Classification.ts"
import { type NutrientCode, nutrients } from "../contract/Nutrients.ts"
import type { Product, ProductId } from "../contract/Product.ts"
import type { NutrientAmount } from "../contract/ProductNutrients.ts"

/** A product as the statements below read it. */
export interface ProductRow extends
  Omit<
    Product,
    | "source"
    | "brand"
    | "category"
    | "parentCategory"
    | "foodGroup"
    | "processType"
    | "nutrients"
    | "foodVotes"
    | "createdAt"
    | "updatedAt"
  >
{
  readonly id: ProductId
  readonly sourceId: ClassificationId
  readonly sourceKey: string | null
  readonly sourceName: string
  readonly brandId: ClassificationId | null
  readonly brandName: string | null
  readonly categoryId: ClassificationId | null
  readonly categoryName: string | null
  readonly parentCategoryId: ClassificationId | null
  readonly parentCategoryName: string | null
  readonly foodGroupId: ClassificationId | null
  readonly foodGroupName: string | null
  readonly processTypeId: ClassificationId | null
  readonly processTypeName: string | null
  readonly nutrients: { readonly [C in NutrientCode]?: number }
  readonly nutrientMarks: { readonly [C in NutrientCode]?: "trace" | "below" | "derived" }
  readonly foodVotesYes: number
  readonly foodVotesNo: number
  readonly foodVoteDecision: boolean | null
  readonly ownAttribution: string | null
  readonly createdBy: UserId | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The columns of a `ProductRow`, over the tables of `productTables`. */
export const productColumns = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql.literal(`
    p.id, p.version, p.name, p.language, p.aliases, p.source_ref, coalesce(p.attribution, s.attribution) AS attribution,
    p.attribution AS own_attribution,
    p.barcode, p.is_food, p.effective_is_food, p.food_votes_yes, p.food_votes_no, p.food_vote_decision,
    p.source_id, s.key AS source_key, s.name AS source_name, p.brand_id, b.name AS brand_name,
    p.category_id, c.name AS category_name, p.parent_category_id, pc.name AS parent_category_name,
    p.food_group_id, g.name AS food_group_name, p.process_type_id, t.name AS process_type_name,
    p.nutrient_basis, p.nutrients, p.nutrient_marks, p.shopping_name, p.store_department_name,
    p.recommended_brands_and_products, p.substitutes, p.edible_yield, p.kg_per_unit, p.liters_per_kg, p.cooking_factor,
    p.conservation_days, p.nutrition_group, p.portions, p.allergens, p.package_size, p.package_size_unit, p.ingredients,
    p.image_url, p.score, p.manual_fields, p.discarded, p.created_by, p.created_at, p.updated_at`)

const joins = [
  ["s", "source_id"],
  ["b", "brand_id"],
  ["c", "category_id"],
  ["pc", "parent_category_id"],
  ["g", "food_group_id"],
  ["t", "process_type_id"]
] as const

/**
 * `products p` (or what stands for it) with the names that it refers to, or with those alone whose alias is wanted: an outer
 * join that is not used costs no rows, but keeps PostgreSQL from reading an index alone.
 */
export const productTables = (
  sql: SqlClient.SqlClient,
  products = "products",
  isWanted: (alias: string) => boolean = () => true
): Statement.Fragment =>
  sql.literal(
    joins.filter(([alias]) => isWanted(alias)).reduce(
      (tables, [alias, column]) => `${tables} LEFT JOIN classifications ${alias} ON ${alias}.id = p.${column}`,
      `${products} p`
    )
  )

/** The nutrients of a row by code, in their unit. */
export const amountsOf = (row: ProductRow): Product["nutrients"] => {
  const amounts: { -readonly [C in NutrientCode]?: NutrientAmount } = {}
  for (const { code, unit } of nutrients) {
    const value = row.nutrients[code]
    if (value === undefined) continue
    const mark = row.nutrientMarks[code]
    amounts[code] = mark === undefined
      ? { value, unit }
      : mark === "derived"
      ? { value, unit, derived: true }
      : { value, unit, qualifier: mark }
  }
  return amounts
}

const reference = (id: ClassificationId | null, name: string | null) =>
  id === null || name === null ? null : { id, name }

/** The fields that are single values, and the same in a row, in an answer and in the body that would create it. */
export const plainFields = (row: ProductRow) => ({
  name: row.name,
  language: row.language,
  sourceRef: row.sourceRef,
  barcode: row.barcode,
  isFood: row.isFood,
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
  nutrientBasis: row.nutrientBasis
})

/** The row as it is answered. */
export const toProduct = (row: ProductRow): Product => ({
  id: row.id,
  version: row.version,
  ...plainFields(row),
  aliases: row.aliases,
  source: { id: row.sourceId, key: row.sourceKey, name: row.sourceName },
  attribution: row.attribution,
  score: row.score,
  effectiveIsFood: row.effectiveIsFood,
  foodVotes: { yes: row.foodVotesYes, no: row.foodVotesNo, decision: row.foodVoteDecision },
  brand: reference(row.brandId, row.brandName),
  category: reference(row.categoryId, row.categoryName),
  parentCategory: reference(row.parentCategoryId, row.parentCategoryName),
  foodGroup: reference(row.foodGroupId, row.foodGroupName),
  processType: reference(row.processTypeId, row.processTypeName),
  nutrients: amountsOf(row),
  portions: row.portions,
  allergens: row.allergens,
  discarded: row.discarded,
  createdBy: row.createdBy,
  manualFields: row.manualFields,
  createdAt: DateTime.makeUnsafe(row.createdAt),
  updatedAt: DateTime.makeUnsafe(row.updatedAt)
})
