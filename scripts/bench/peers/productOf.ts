import { nutrients } from "../../../src/contexts/products/contract/Nutrients.ts"

type Marks = Readonly<Record<string, "trace" | "below" | "derived">>

/** A product as the statements read it. */
export type ProductRow = {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly language: string
  readonly aliases: ReadonlyArray<unknown>
  readonly source_ref: string
  readonly attribution: string | null
  readonly barcode: string | null
  readonly is_food: boolean | null
  readonly effective_is_food: boolean | null
  readonly food_votes_yes: number
  readonly food_votes_no: number
  readonly food_vote_decision: boolean | null
  readonly source_id: string
  readonly source_key: string | null
  readonly source_name: string
  readonly brand_id: string | null
  readonly brand_name: string | null
  readonly category_id: string | null
  readonly category_name: string | null
  readonly parent_category_id: string | null
  readonly parent_category_name: string | null
  readonly food_group_id: string | null
  readonly food_group_name: string | null
  readonly process_type_id: string | null
  readonly process_type_name: string | null
  readonly nutrient_basis: string
  readonly nutrients: Readonly<Record<string, number>>
  readonly nutrient_marks: Marks
  readonly shopping_name: string | null
  readonly store_department_name: string | null
  readonly recommended_brands_and_products: string | null
  readonly substitutes: string | null
  readonly edible_yield: number | null
  readonly kg_per_unit: number | null
  readonly liters_per_kg: number | null
  readonly cooking_factor: number | null
  readonly conservation_days: number | null
  readonly nutrition_group: string | null
  readonly portions: ReadonlyArray<unknown>
  readonly allergens: object
  readonly package_size: number | null
  readonly package_size_unit: string | null
  readonly ingredients: string | null
  readonly image_url: string | null
  readonly score: object | null
  readonly manual_fields: ReadonlyArray<string>
  readonly discarded: boolean
  readonly created_by: string | null
  readonly created_at: Date
  readonly updated_at: Date
}

const amountsOf = (values: ProductRow["nutrients"], marks: Marks) => {
  const amounts: Record<string, object> = {}
  for (const { code, unit } of nutrients) {
    const value = values[code]
    if (value === undefined) continue
    const mark = marks[code]
    amounts[code] = mark === undefined
      ? { value, unit }
      : mark === "derived"
      ? { value, unit, derived: true }
      : { value, unit, qualifier: mark }
  }
  return amounts
}

const reference = (id: string | null, name: string | null) => id === null || name === null ? null : { id, name }

/** The row as it is answered. */
export const productOf = (row: ProductRow) => ({
  id: row.id,
  version: row.version,
  name: row.name,
  language: row.language,
  sourceRef: row.source_ref,
  barcode: row.barcode,
  isFood: row.is_food,
  shoppingName: row.shopping_name,
  storeDepartmentName: row.store_department_name,
  recommendedBrandsAndProducts: row.recommended_brands_and_products,
  substitutes: row.substitutes,
  edibleYield: row.edible_yield,
  kgPerUnit: row.kg_per_unit,
  litersPerKg: row.liters_per_kg,
  cookingFactor: row.cooking_factor,
  conservationDays: row.conservation_days,
  nutritionGroup: row.nutrition_group,
  packageSize: row.package_size,
  packageSizeUnit: row.package_size_unit,
  ingredients: row.ingredients,
  imageUrl: row.image_url,
  nutrientBasis: row.nutrient_basis,
  aliases: row.aliases,
  source: { id: row.source_id, key: row.source_key, name: row.source_name },
  attribution: row.attribution,
  score: row.score,
  effectiveIsFood: row.effective_is_food,
  foodVotes: { yes: row.food_votes_yes, no: row.food_votes_no, decision: row.food_vote_decision },
  brand: reference(row.brand_id, row.brand_name),
  category: reference(row.category_id, row.category_name),
  parentCategory: reference(row.parent_category_id, row.parent_category_name),
  foodGroup: reference(row.food_group_id, row.food_group_name),
  processType: reference(row.process_type_id, row.process_type_name),
  nutrients: amountsOf(row.nutrients, row.nutrient_marks),
  portions: row.portions,
  allergens: row.allergens,
  discarded: row.discarded,
  createdBy: row.created_by,
  manualFields: row.manual_fields,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString()
})
