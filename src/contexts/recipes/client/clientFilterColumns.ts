import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { rankColumn } from "../access/searchedTable.ts"
import type { clientFilters } from "../contract/ClientQuery.ts"

export const idColumn: Column = { expression: "c.id", type: "uuid", nullable: false }

const member = (name: string): Column => ({ expression: `c.address->>'${name}'`, type: "text", nullable: true })

const plain: Record<keyof typeof clientFilters, Column> = {
  id: idColumn,
  authorId: { expression: "c.author_id", type: "uuid", nullable: false },
  name: { expression: "c.name", type: "text", nullable: false, folded: ["fold_name(c.name)"], parts: "c.folded_name" },
  city: { ...member("city"), folded: ["fold_name(c.address->>'city')"] },
  state: member("state"),
  country: { ...member("country"), normalise: (text) => text.toUpperCase() },
  sex: { expression: "c.sex", type: "text", nullable: false },
  birthday: { expression: "c.birthday::text", type: "text", nullable: true },
  createdAt: { expression: "c.created_at", type: "timestamptz", nullable: false },
  updatedAt: { expression: "c.updated_at", type: "timestamptz", nullable: false }
}

export const filterColumns = columnsOf(plain)
export const sortColumns = columnsOf({ ...plain, rank: rankColumn("c") })
