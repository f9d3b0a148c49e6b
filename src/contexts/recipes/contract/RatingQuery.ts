import { Schema } from "effect"
import { pageParameters } from "../../../kernel/contract/Pagination.ts"

export const RatingQuery = Schema.Struct(pageParameters)
export type RatingQuery = typeof RatingQuery.Type
