import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { rankColumn } from "../access/searchedTable.ts"
import type { menuFilters } from "../contract/MenuQuery.ts"

export const idColumn: Column = { expression: "n.id", type: "uuid", nullable: false }

const number = (expression: string): Column => ({
  expression: `${expression}::float8`,
  type: "float8",
  nullable: false
})

const plain: Record<keyof typeof menuFilters, Column> = {
  id: idColumn,
  authorId: { expression: "n.author_id", type: "uuid", nullable: false },
  clientId: { expression: "n.client_id", type: "uuid", nullable: false },
  name: { expression: "n.name", type: "text", nullable: false, folded: ["fold_name(n.name)"], parts: "n.folded_name" },
  status: { expression: "n.status", type: "text", nullable: false },
  startDate: { expression: "n.start_date::text", type: "text", nullable: true },
  weeks: number("n.weeks"),
  people: number("n.people"),
  createdAt: { expression: "n.created_at", type: "timestamptz", nullable: false },
  updatedAt: { expression: "n.updated_at", type: "timestamptz", nullable: false }
}

export const filterColumns = columnsOf(plain)
export const sortColumns = columnsOf({ ...plain, rank: rankColumn("n") })
