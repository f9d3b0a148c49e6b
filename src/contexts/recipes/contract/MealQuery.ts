import { Schema } from "effect"
import { filter, filterParameters } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { QueryText, QueryUuid } from "../../../kernel/contract/QueryValues.ts"
import { dishParameters, dishSorts } from "./DishFilters.ts"

export const mealFilters = { like: filter.booleanOrNull } as const

const sortable = [...dishSorts, "like"] as const

const MealSort = Schema.Literals(sortable)

export const MealQuery = Schema.Struct({
  ...pageParameters,
  ...dishParameters,
  ...filterParameters(mealFilters),
  recipeId: Schema.optionalKey(Schema.Array(QueryUuid)).annotate({ description: "Any of these recipes is in it" }),
  "recipeName[like]": Schema.optionalKey(QueryText).annotate({
    description: "A recipe is in it whose name holds this"
  }),
  sort: sortParameter(MealSort, `Fields: ${sortable.join(", ")}. Default: -createdAt`)
})
export type MealQuery = typeof MealQuery.Type
