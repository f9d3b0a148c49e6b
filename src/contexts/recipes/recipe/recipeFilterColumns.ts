import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { figureColumns } from "../access/figureColumns.ts"
import { rankColumn } from "../access/searchedTable.ts"
import type { dishFilters, SearchedNutrient } from "../contract/DishFilters.ts"
import type { recipeFigures, recipeFilters } from "../contract/RecipeQuery.ts"
import { columnOf } from "../nutrition/derivedColumns.ts"

const number = (expression: string, nullable = true): Column => ({ expression, type: "float8", nullable })
const perServing = (code: SearchedNutrient) => number(`(r.${columnOf[code]} / r.servings)`)

export const idColumn: Column = { expression: "r.id", type: "uuid", nullable: false }

const plain: Record<keyof typeof dishFilters | keyof typeof recipeFilters, Column> = {
  id: idColumn,
  authorId: { expression: "r.author_id", type: "uuid", nullable: false },
  name: { expression: "r.name", type: "text", nullable: false, folded: ["fold_name(r.name)"], parts: "r.folded_name" },
  createdAt: { expression: "r.created_at", type: "timestamptz", nullable: false },
  updatedAt: { expression: "r.updated_at", type: "timestamptz", nullable: false },
  coverage: number("r.energy_coverage"),
  totalMinutes: number("r.total_minutes"),
  privacy: { expression: "r.privacy", type: "text", nullable: false },
  averageTaste: number("r.average_taste"),
  averageConvenience: number("r.average_convenience"),
  ratingCount: number("r.rating_count", false),
  prepMinutes: number("r.prep_minutes"),
  cookMinutes: number("r.cook_minutes")
}

export const figures: Record<keyof typeof recipeFigures, Column> = {
  ...figureColumns("r"),
  "perServing.energyKcal": perServing("energyKcal"),
  "perServing.protein": perServing("protein"),
  "perServing.carbohydrate": perServing("carbohydrate"),
  "perServing.totalFat": perServing("totalFat"),
  "perServing.saturatedFat": perServing("saturatedFat"),
  "perServing.transFat": perServing("transFat"),
  "perServing.sugar": perServing("sugar"),
  "perServing.sodium": perServing("sodium")
}

export const filterColumns = columnsOf(plain)
export const sortColumns = columnsOf({ ...plain, ...figures, rank: rankColumn("r") })
