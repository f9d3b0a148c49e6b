import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { figureColumns } from "../access/figureColumns.ts"
import { rankColumn } from "../access/searchedTable.ts"
import type { dishFilters } from "../contract/DishFilters.ts"
import type { mealFilters } from "../contract/MealQuery.ts"

const number = (expression: string): Column => ({ expression, type: "float8", nullable: true })

export const idColumn: Column = { expression: "m.id", type: "uuid", nullable: false }

const plain: Record<keyof typeof dishFilters | keyof typeof mealFilters, Column> = {
  id: idColumn,
  authorId: { expression: "m.author_id", type: "uuid", nullable: false },
  name: { expression: "m.name", type: "text", nullable: false, folded: ["fold_name(m.name)"], parts: "m.folded_name" },
  createdAt: { expression: "m.created_at", type: "timestamptz", nullable: false },
  updatedAt: { expression: "m.updated_at", type: "timestamptz", nullable: false },
  coverage: number("m.energy_coverage"),
  totalMinutes: number("m.total_minutes"),
  privacy: { expression: "m.privacy", type: "text", nullable: false },
  like: { expression: "m.liked", type: "boolean", nullable: true }
}

export const figures = figureColumns("m")

export const filterColumns = columnsOf(plain)
export const sortColumns = columnsOf({ ...plain, ...figures, rank: rankColumn("m") })
