import { Schema } from "effect"
import { filter, filterParameters } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { QueryBoolean, QueryUuid } from "../../../kernel/contract/QueryValues.ts"
import { nutrientCodes } from "../../products/contract/Nutrients.ts"
import { dishParameters, dishSorts, figureFilters, type SearchedNutrient } from "./DishFilters.ts"
import { perWhat } from "./Nutrition.ts"

const perServing = {
  "perServing.energyKcal": filter.numberOrNull,
  "perServing.protein": filter.numberOrNull,
  "perServing.carbohydrate": filter.numberOrNull,
  "perServing.totalFat": filter.numberOrNull,
  "perServing.saturatedFat": filter.numberOrNull,
  "perServing.transFat": filter.numberOrNull,
  "perServing.sugar": filter.numberOrNull,
  "perServing.sodium": filter.numberOrNull
} as const satisfies Record<`perServing.${SearchedNutrient}`, object>

/** Nutrients of a recipe, whole and per serving, and shares. */
export const recipeFigures = { ...figureFilters, ...perServing }

export const recipeFilters = {
  averageTaste: filter.numberOrNull,
  averageConvenience: filter.numberOrNull,
  ratingCount: filter.number,
  prepMinutes: filter.numberOrNull,
  cookMinutes: filter.numberOrNull
} as const

const sortable = [
  ...dishSorts,
  "perServing.energyKcal",
  "perServing.protein",
  "perServing.carbohydrate",
  "perServing.totalFat",
  "perServing.saturatedFat",
  "perServing.transFat",
  "perServing.sugar",
  "perServing.sodium",
  "averageTaste",
  "averageConvenience",
  "ratingCount",
  "prepMinutes",
  "cookMinutes"
] as const

export const RecipeSort = Schema.Literals(sortable)
export type RecipeSort = typeof RecipeSort.Type

export const RecipeQuery = Schema.Struct({
  ...pageParameters,
  ...dishParameters,
  ...filterParameters(perServing),
  ...filterParameters(recipeFilters),
  mealId: Schema.optionalKey(Schema.Array(QueryUuid)).annotate({
    description: "It is in any of these meals that the caller may see"
  }),
  ratedByMe: Schema.optionalKey(QueryBoolean),
  sort: sortParameter(RecipeSort, `Fields: ${sortable.join(", ")}. Default: -createdAt`)
})
export type RecipeQuery = typeof RecipeQuery.Type

/** What is asked of a dish's nutrition. */
export const NutritionQuery = {
  nutrient: Schema.optionalKey(Schema.Array(Schema.Literals(nutrientCodes))).annotate({
    description: "These nutrients alone"
  }),
  fresh: Schema.optionalKey(QueryBoolean).annotate({
    description: "true: computed at once from the products as they are; else as it was last computed. Default: false"
  })
}

export const ExplainQuery = {
  nutrient: Schema.Literals(nutrientCodes),
  per: Schema.optionalKey(Schema.Literals(perWhat)).annotate({ description: "Default: total" })
}
