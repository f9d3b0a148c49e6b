import { type Column, type Columns, columnsOf } from "../../../kernel/Filters.ts"
import { toGtin14 } from "../contract/Gtin.ts"
import { canonicalTag } from "../contract/Language.ts"
import { isNutrientCode } from "../contract/Nutrients.ts"
import type { productFilters, ProductSort } from "../contract/ProductQuery.ts"

const uuid = (expression: string, nullable: boolean): Column => ({ expression, type: "uuid", nullable })
const text = (expression: string, nullable = false): Column => ({ expression, type: "text", nullable })
const boolean = (expression: string): Column => ({ expression, type: "boolean", nullable: true })
const instant = (expression: string): Column => ({ expression, type: "timestamptz", nullable: false })
const named = (alias: string): Column => ({ ...text(`${alias}.name`, true), folded: [`${alias}.name_key`] })

export const idColumn = uuid("p.id", false)

/** What each field of the filter table is in SQL, over the tables of `productTables`. */
const columns: Record<keyof typeof productFilters, Column> = {
  id: idColumn,
  name: { ...text("p.name"), folded: ["p.name_key"], parts: "p.folded_name" },
  barcode: { ...text("p.gtin14", true), normalise: toGtin14 },
  source: { ...text("s.name"), folded: ["s.name_key", "s.key"] },
  sourceId: uuid("p.source_id", false),
  brand: named("b"),
  brandId: uuid("p.brand_id", true),
  category: named("c"),
  categoryId: uuid("p.category_id", true),
  parentCategory: named("pc"),
  parentCategoryId: uuid("p.parent_category_id", true),
  foodGroup: named("g"),
  foodGroupId: uuid("p.food_group_id", true),
  processType: named("t"),
  processTypeId: uuid("p.process_type_id", true),
  isFood: boolean("p.is_food"),
  effectiveIsFood: boolean("p.effective_is_food"),
  language: { ...text("p.language"), normalise: (tag) => canonicalTag(tag) ?? tag },
  sourceRef: text("p.source_ref"),
  packageSize: { expression: "p.package_size", type: "float8", nullable: true },
  nutrientBasis: text("p.nutrient_basis"),
  createdAt: instant("p.created_at"),
  updatedAt: instant("p.updated_at")
}

const ofField = columnsOf(columns)

/** A column of a family: its code is one of ours, never a caller's text. */
const family = (field: string): Column | undefined => {
  const [prefix, code = ""] = field.split(".", 2)
  if (prefix === "nutrients" && isNutrientCode(code)) {
    return { expression: `(p.nutrients->>'${code}')::float8`, type: "float8", nullable: true }
  }
  return prefix === "allergen" && /^[a-z]+$/.test(code)
    ? text(`coalesce(p.allergens->'${code}'->>'state', 'unknown')`)
    : undefined
}

export const filterColumns: Columns = (field) => ofField(field) ?? family(field)

const sorts: Record<Exclude<ProductSort, `nutrients.${string}`>, Column> = {
  name: text("p.name"),
  createdAt: instant("p.created_at"),
  updatedAt: instant("p.updated_at"),
  source: { expression: "s.rank", type: "integer", nullable: false }
}

const ofSort = columnsOf(sorts)

export const sortColumns: Columns = (field) => ofSort(field) ?? family(field)
