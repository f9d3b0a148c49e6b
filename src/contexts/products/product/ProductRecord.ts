import { SecureRandom } from "effect/crypto"
import type { SqlClient, Statement } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ClassificationId } from "../contract/Classification.ts"
import { normaliseName } from "../contract/normaliseName.ts"
import { derive, type NutrientMap } from "../contract/NutrientRules.ts"
import type { ProductInput } from "../contract/Product.ts"

/** The columns that are written, with their SQL types. What is not among them has a default or is computed. */
export const recordColumns = {
  id: "uuid",
  name: "text",
  normalised_name: "text",
  language: "text",
  aliases: "jsonb",
  source_id: "uuid",
  source_ref: "text",
  attribution: "text",
  barcode: "text",
  is_food: "boolean",
  brand_id: "uuid",
  category_id: "uuid",
  parent_category_id: "uuid",
  food_group_id: "uuid",
  process_type_id: "uuid",
  nutrient_basis: "text",
  nutrients: "jsonb",
  nutrient_marks: "jsonb",
  shopping_name: "text",
  store_department_name: "text",
  recommended_brands_and_products: "text",
  substitutes: "text",
  edible_yield: "float8",
  kg_per_unit: "float8",
  liters_per_kg: "float8",
  cooking_factor: "float8",
  conservation_days: "integer",
  nutrition_group: "text",
  portions: "jsonb",
  allergens: "jsonb",
  package_size: "float8",
  package_size_unit: "text",
  ingredients: "text",
  image_url: "text",
  score: "jsonb",
  manual_fields: "jsonb",
  record_hashes: "jsonb",
  import_run_id: "uuid",
  created_by: "uuid"
} as const

/** A row to write; what is absent is null. */
export type ProductRecord = { readonly [C in keyof typeof recordColumns]?: unknown } & {
  readonly id: string
  readonly source_id: string
  readonly source_ref: string
}

const textArrays: ReadonlySet<string> = new Set(["manual_fields", "record_hashes"])

const valueOf = (column: string) =>
  textArrays.has(column) ? `ARRAY(SELECT jsonb_array_elements_text(r.${column}))` : `r.${column}`

const names = Object.keys(recordColumns)
const recordset = `AS r(${Object.entries(recordColumns).map(([name, type]) => `${name} ${type}`).join(", ")})`

/** INSERT of any number of records in one statement; the caller may add `ON CONFLICT` and `RETURNING`. */
export const insertRecords = (sql: SqlClient.SqlClient, records: ReadonlyArray<ProductRecord>): Statement.Fragment =>
  sql`INSERT INTO products (${sql.literal(names.join(", "))}) SELECT ${sql.literal(names.map(valueOf).join(", "))}
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) ${sql.literal(recordset)}`

/** UPDATE of the named columns of any number of records in one statement; each goes up by one version. */
export const updateRecords = (
  sql: SqlClient.SqlClient,
  records: ReadonlyArray<ProductRecord>,
  columns: ReadonlyArray<keyof typeof recordColumns>
): Statement.Fragment =>
  sql`UPDATE products p SET ${sql.literal(columns.map((column) => `${column} = ${valueOf(column)}`).join(", "))},
      version = p.version + 1, updated_at = now()
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) ${sql.literal(recordset)} WHERE p.id = r.id`

/** Given and derived nutrients in the two columns that hold them: values by code, and the marks of those that have one. */
const nutrientColumns = (given: NutrientMap, basis: "per100g" | "per100ml") => {
  const entries = Object.entries(derive(given, basis))
  return {
    nutrients: Object.fromEntries(entries.map(([code, { value }]) => [code, value])),
    nutrient_marks: Object.fromEntries(
      entries.flatMap(([code, { mark }]) => mark === undefined ? [] : [[code, mark]])
    )
  }
}

/** The field that a member of a body sets: a reference is called without its Id. */
export const fieldOf = (member: string) => member.replace(/Id$/, "")

const isColumn = (name: string): name is keyof typeof recordColumns => name in recordColumns

const fixed: ReadonlySet<string> = new Set(["id", "source_id", "source_ref", "created_by"])

/** The columns that an importer may set anew on a product that it knows. */
export const importColumns = Object.keys(recordColumns).filter(isColumn).filter((column) => !fixed.has(column))

/** Columns that belong to the field of another one. */
const fieldOfColumn: ReadonlyMap<string, string> = new Map([
  ["normalised_name", "name"],
  ["nutrient_marks", "nutrients"]
])

/** Columns that say how a record came to be, not what the product is. */
const bookkeeping: ReadonlySet<string> = new Set([
  "id",
  "manual_fields",
  "record_hashes",
  "import_run_id",
  "created_by"
])

const camel = (column: string) =>
  column.replace(/_id$/, "").replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The columns in which two records of one product differ, and the fields that a person would name. */
export const differences = (before: ProductRecord, after: ProductRecord) => {
  const columns = Object.keys(recordColumns).filter(isColumn).filter((column) =>
    !bookkeeping.has(column) && JSON.stringify(before[column] ?? null) !== JSON.stringify(after[column] ?? null)
  )
  return { columns, fields: [...new Set(columns.map((column) => fieldOfColumn.get(column) ?? camel(column)))] }
}

/** The record of a product that a person creates: every member given stands in `manualFields`. */
export const recordOf = (
  input: ProductInput,
  sourceId: ClassificationId,
  createdBy: UserId | null,
  id: string = SecureRandom.uuidV7Unsafe()
): ProductRecord => {
  const basis = input.nutrientBasis ?? "per100g"
  return {
    id,
    name: input.name,
    normalised_name: normaliseName(input.name),
    language: input.language ?? "pt-BR",
    aliases: input.aliases ?? [],
    source_id: sourceId,
    source_ref: input.sourceRef ?? id,
    attribution: input.attribution,
    barcode: input.barcode,
    is_food: input.isFood,
    brand_id: input.brandId,
    category_id: input.categoryId,
    parent_category_id: input.parentCategoryId,
    food_group_id: input.foodGroupId,
    process_type_id: input.processTypeId,
    nutrient_basis: basis,
    ...nutrientColumns(input.nutrients ?? {}, basis),
    shopping_name: input.shoppingName,
    store_department_name: input.storeDepartmentName,
    recommended_brands_and_products: input.recommendedBrandsAndProducts,
    substitutes: input.substitutes,
    edible_yield: input.edibleYield,
    kg_per_unit: input.kgPerUnit,
    liters_per_kg: input.litersPerKg,
    cooking_factor: input.cookingFactor,
    conservation_days: input.conservationDays,
    nutrition_group: input.nutritionGroup,
    portions: input.portions ?? [],
    allergens: input.allergens ?? {},
    package_size: input.packageSize,
    package_size_unit: input.packageSizeUnit,
    ingredients: input.ingredients,
    image_url: input.imageUrl,
    score: input.score,
    manual_fields: Object.keys(input).filter((member) => member !== "sourceId" && member !== "sourceRef").map(fieldOf),
    record_hashes: [],
    created_by: createdBy
  }
}
