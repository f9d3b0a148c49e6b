import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import type { formFilters } from "../contract/FormQuery.ts"
import { responseCount } from "./FormRow.ts"

export const idColumn: Column = { expression: "f.id", type: "uuid", nullable: false }

const columns: Record<keyof typeof formFilters, Column> = {
  id: idColumn,
  ownerId: { expression: "f.owner_id", type: "uuid", nullable: false },
  status: { expression: "f.status", type: "text", nullable: false },
  provider: { expression: "f.provider", type: "text", nullable: false },
  title: { expression: "f.title", type: "text", nullable: false, folded: ["fold_name(f.title)"] },
  slug: { expression: "f.slug", type: "text", nullable: true },
  typeformId: { expression: "f.typeform_id", type: "text", nullable: true },
  responseCount: { expression: responseCount, type: "integer", nullable: false },
  createdAt: { expression: "f.created_at", type: "timestamptz", nullable: false },
  updatedAt: { expression: "f.updated_at", type: "timestamptz", nullable: false }
}

export const filterColumns = columnsOf(columns)
