import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { QueryText, QueryUuid } from "../../../kernel/contract/QueryValues.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { CalendarDate } from "../../../kernel/contract/Values.ts"
import { allergenCodes } from "../../products/contract/Product.ts"
import { SearchText } from "../../products/contract/ProductSearch.ts"
import { brazilianStates } from "./brazilianStates.ts"
import { sexes } from "./Client.ts"
import { suggestionStatuses } from "./ClientResponse.ts"
import { TagFilter } from "./Tags.ts"

export const clientFilters = {
  id: filter.uuid,
  authorId: { value: UserId, operators: ["ne", "nin"] },
  name: filter.text,
  city: filter.textOrNull,
  state: { value: Schema.Literals(brazilianStates), operators: ["ne", "nin", "null"] },
  country: filter.textOrNull,
  sex: oneOf(sexes),
  birthday: { value: CalendarDate, operators: ["gte", "lte", "gt", "lt", "ne", "null"] },
  createdAt: filter.instant,
  updatedAt: filter.instant
} as const

const sortable = ["name", "city", "state", "country", "sex", "birthday", "createdAt", "updatedAt"] as const

export const ClientQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(clientFilters),
  q: Schema.optionalKey(SearchText).annotate({
    description: "Search: each word, or one like it, is in the name; the best first"
  }),
  tag: Schema.optionalKey(Schema.Array(TagFilter)).annotate({
    description: "key:value; any of those with one key, and one for each key"
  }),
  "tag[nin]": Schema.optionalKey(Schema.Array(TagFilter)).annotate({ description: "key:value; none of them" }),
  email: Schema.optionalKey(QueryText).annotate({ description: "One of the e-mail addresses, in any case" }),
  phone: Schema.optionalKey(QueryText).annotate({
    description: "Digits that one of the telephone numbers holds, as typed or in E.164"
  }),
  allergen: Schema.optionalKey(Schema.Array(Schema.Literals(allergenCodes))).annotate({
    description: "Any of these is among the restrictions"
  }),
  menuId: Schema.optionalKey(Schema.Array(QueryUuid)).annotate({ description: "Any of these menus is the client's" }),
  responseId: Schema.optionalKey(Schema.Array(QueryUuid)).annotate({
    description: "Any of these form responses was applied"
  }),
  sort: sortParameter(Schema.Literals(sortable), `Fields: ${sortable.join(", ")}. Default: -createdAt`)
})
export type ClientQuery = typeof ClientQuery.Type

export const suggestionFilters = {
  status: oneOf(suggestionStatuses),
  createdAt: filter.instant
} as const

const suggestionSorts = ["status", "createdAt"] as const

export const SuggestionQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(suggestionFilters),
  sort: sortParameter(Schema.Literals(suggestionSorts), `Fields: ${suggestionSorts.join(", ")}. Default: -createdAt`)
})
export type SuggestionQuery = typeof SuggestionQuery.Type
