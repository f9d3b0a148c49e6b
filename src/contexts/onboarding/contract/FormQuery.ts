import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { queryInteger } from "../../../kernel/contract/QueryValues.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { formStatuses, providers } from "./Form.ts"

export const formFilters = {
  id: filter.uuid,
  ownerId: { value: UserId, operators: ["ne", "nin"] },
  status: oneOf(formStatuses.filter((status) => status !== "deleted")),
  provider: oneOf(providers),
  title: filter.text,
  slug: filter.textOrNull,
  typeformId: filter.textOrNull,
  responseCount: { value: queryInteger(0, 1_000_000_000), operators: ["gte", "lte", "gt", "lt", "ne"] },
  createdAt: filter.instant,
  updatedAt: filter.instant
} as const

const sortable = ["title", "status", "provider", "responseCount", "createdAt", "updatedAt"] as const

export const FormQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(formFilters),
  sort: sortParameter(Schema.Literals(sortable), `Fields: ${sortable.join(", ")}. Default: -createdAt`)
})
export type FormQuery = typeof FormQuery.Type
