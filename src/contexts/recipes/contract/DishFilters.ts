import { Schema } from "effect"
import { filter, filterParameters } from "../../../kernel/contract/Filtering.ts"
import { QueryBoolean, QueryText, QueryUuid } from "../../../kernel/contract/QueryValues.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import type { NutrientCode } from "../../products/contract/Nutrients.ts"
import { allergenCodes } from "../../products/contract/Product.ts"
import { SearchText } from "../../products/contract/ProductSearch.ts"
import { TagFilter } from "./Tags.ts"

/** The nutrients that dishes are searched by. */
export const searchedNutrients = [
  "energyKcal",
  "protein",
  "carbohydrate",
  "totalFat",
  "saturatedFat",
  "transFat",
  "sugar",
  "sodium"
] as const satisfies ReadonlyArray<NutrientCode>
export type SearchedNutrient = (typeof searchedNutrients)[number]

/** What recipes and meals have in common to be filtered by: whole amounts in g, mg or kcal, shares in percent. */
export const figureFilters = {
  energyKcal: filter.numberOrNull,
  protein: filter.numberOrNull,
  carbohydrate: filter.numberOrNull,
  totalFat: filter.numberOrNull,
  saturatedFat: filter.numberOrNull,
  transFat: filter.numberOrNull,
  sugar: filter.numberOrNull,
  sodium: filter.numberOrNull,
  calorieDensity: filter.numberOrNull,
  carbohydratePercentage: filter.numberOrNull,
  proteinPercentage: filter.numberOrNull,
  totalFatPercentage: filter.numberOrNull,
  "energyShare.carbohydrate": filter.numberOrNull,
  "energyShare.protein": filter.numberOrNull,
  "energyShare.fat": filter.numberOrNull,
  "energyShare.alcohol": filter.numberOrNull,
  weightInGrams: filter.numberOrNull
} as const
export type Figure = keyof typeof figureFilters

export const dishFilters = {
  id: filter.uuid,
  authorId: { value: UserId, operators: ["ne", "nin"] },
  name: filter.text,
  createdAt: filter.instant,
  updatedAt: filter.instant,
  coverage: filter.numberOrNull,
  totalMinutes: filter.numberOrNull,
  privacy: { value: Schema.Literals(["private", "public"]), operators: ["ne", "nin"] }
} as const

/** Parameters that ask for more than a comparison. */
export const dishParameters = {
  ...filterParameters(dishFilters),
  ...filterParameters(figureFilters),
  includeIncomplete: Schema.optionalKey(QueryBoolean).annotate({
    description:
      "true: `[lt]` and `[lte]` of amounts also match totals that are not complete, which are lower bounds. Default: false"
  }),
  q: Schema.optionalKey(SearchText).annotate({
    description:
      "Search: each word is in the name or in that of an ingredient, and the best come first. A word that is nowhere is taken for a mistake: words like it count"
  }),
  tag: Schema.optionalKey(Schema.Array(TagFilter)).annotate({
    description: "key:value; any of those with one key, and one for each key"
  }),
  "tag[nin]": Schema.optionalKey(Schema.Array(TagFilter)).annotate({ description: "key:value; none of them" }),
  productId: Schema.optionalKey(Schema.Array(QueryUuid)).annotate({ description: "Any of these products is in it" }),
  "productId[nin]": Schema.optionalKey(Schema.Array(QueryUuid)).annotate({
    description: "None of these products is in it"
  }),
  productName: Schema.optionalKey(SearchText).annotate({
    description: "Any of the three foods whose names are most like this is in it"
  }),
  menuId: Schema.optionalKey(Schema.Array(QueryUuid)).annotate({ description: "It is in any of these menus" }),
  "clientName[like]": Schema.optionalKey(QueryText).annotate({
    description: "It is in a menu of a client whose name holds this"
  }),
  allergenFree: Schema.optionalKey(Schema.Array(Schema.Literals(allergenCodes))).annotate({
    description: "Every product in it declares that it is free of each of these"
  })
}

/** What recipes and meals are both sorted by. */
export const dishSorts = [
  "name",
  "createdAt",
  "updatedAt",
  "energyKcal",
  "protein",
  "carbohydrate",
  "totalFat",
  "saturatedFat",
  "transFat",
  "sugar",
  "sodium",
  "calorieDensity",
  "carbohydratePercentage",
  "proteinPercentage",
  "totalFatPercentage",
  "energyShare.carbohydrate",
  "energyShare.protein",
  "energyShare.fat",
  "energyShare.alcohol",
  "coverage",
  "weightInGrams",
  "totalMinutes",
  "privacy"
] as const
