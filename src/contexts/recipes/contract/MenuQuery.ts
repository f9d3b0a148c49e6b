import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { QueryBoolean, queryInteger, QueryUuid } from "../../../kernel/contract/QueryValues.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { CalendarDate } from "../../../kernel/contract/Values.ts"
import { ProductId } from "../../products/contract/Product.ts"
import { SearchText } from "../../products/contract/ProductSearch.ts"
import { menuStatuses, Weekday } from "./Menu.ts"
import { ExplainQuery, NutritionQuery } from "./RecipeQuery.ts"
import { orderedDays } from "./ShoppingList.ts"
import { TagFilter } from "./Tags.ts"
import { targetStatuses } from "./Target.ts"

export const menuFilters = {
  id: filter.uuid,
  authorId: { value: UserId, operators: ["ne", "nin"] },
  clientId: filter.uuid,
  name: filter.text,
  status: oneOf(menuStatuses),
  startDate: { value: CalendarDate, operators: ["gte", "lte", "gt", "lt", "ne", "null"] },
  weeks: filter.number,
  people: filter.number,
  createdAt: filter.instant,
  updatedAt: filter.instant
} as const

const sortable = [
  "name",
  "clientId",
  "status",
  "startDate",
  "weeks",
  "people",
  "createdAt",
  "updatedAt"
] as const

export const menuParameters = {
  ...pageParameters,
  ...filterParameters(menuFilters),
  q: Schema.optionalKey(SearchText).annotate({
    description: "Search: each word, or one like it, is in the name; the best first"
  }),
  tag: Schema.optionalKey(Schema.Array(TagFilter)).annotate({
    description: "key:value; any of those with one key, and one for each key"
  }),
  "tag[nin]": Schema.optionalKey(Schema.Array(TagFilter)).annotate({ description: "key:value; none of them" }),
  mealId: Schema.optionalKey(Schema.Array(QueryUuid)).annotate({ description: "Any of these meals is in it" }),
  productId: Schema.optionalKey(Schema.Array(QueryUuid)).annotate({ description: "Any of these foods is in it" }),
  targetStatus: Schema.optionalKey(Schema.Array(Schema.Literals(targetStatuses))).annotate({
    description: "Any of these is among its `targetStatus`"
  }),
  hasEmptySlots: Schema.optionalKey(QueryBoolean),
  sort: sortParameter(Schema.Literals(sortable), `Fields: ${sortable.join(", ")}. Default: -createdAt`)
} as const

export const MenuQuery = Schema.Struct(menuParameters)
export type MenuQuery = typeof MenuQuery.Type

const period = {
  week: Schema.optionalKey(queryInteger(1, 52)).annotate({ description: "Of this week alone" }),
  weekday: Schema.optionalKey(Weekday).annotate({ description: "Of this day of the week alone" })
}

export const MenuNutritionQuery = Schema.Struct({ ...NutritionQuery, ...period })
export type MenuNutritionQuery = typeof MenuNutritionQuery.Type

export const MenuExplainQuery = Schema.Struct({ ...period, nutrient: ExplainQuery.nutrient })

/** Which part of a menu is bought for. */
export const ShoppingQuery = Schema.Struct({
  weeks: Schema.optionalKey(Schema.Array(queryInteger(1, 52))).annotate({
    description: "These weeks, which the menu must have. Default: all"
  }),
  from: Schema.optionalKey(CalendarDate).annotate({
    description: "From this day of the menu on, which needs a start date"
  }),
  to: Schema.optionalKey(CalendarDate).annotate({ description: "Up to this day of the menu, and on it" }),
  people: Schema.optionalKey(queryInteger(1, 100_000)).annotate({ description: "How many eat. Default: the menu's" }),
  pantryProductId: Schema.optionalKey(Schema.Array(ProductId)).annotate({
    description: "Foods that are at home: they go into `pantry`"
  })
}).check(orderedDays)

export const viewParts = ["client", "meals", "recipes", "products"] as const

export const ViewQuery = Schema.Struct({
  include: Schema.optionalKey(Schema.Array(Schema.Literals(viewParts))).annotate({
    description: "Which parts besides the menu. Default: all"
  })
})
