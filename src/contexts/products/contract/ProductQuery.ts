import { Schema, Struct } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { QueryBoolean, QueryNumber } from "../../../kernel/contract/QueryValues.ts"
import { nutrientCodes } from "./Nutrients.ts"
import { allergenCodes, AllergenState } from "./Product.ts"
import { SearchText } from "./ProductSearch.ts"

/** What a list of products can be filtered by. Names compare without case and accents. */
export const productFilters = {
  id: filter.uuid,
  name: filter.text,
  barcode: filter.textOrNull,
  source: filter.text,
  sourceId: filter.uuid,
  brand: filter.textOrNull,
  brandId: filter.uuidOrNull,
  category: filter.textOrNull,
  categoryId: filter.uuidOrNull,
  parentCategory: filter.textOrNull,
  parentCategoryId: filter.uuidOrNull,
  foodGroup: filter.textOrNull,
  foodGroupId: filter.uuidOrNull,
  processType: filter.textOrNull,
  processTypeId: filter.uuidOrNull,
  isFood: filter.booleanOrNull,
  effectiveIsFood: filter.booleanOrNull,
  language: filter.text,
  sourceRef: filter.text,
  packageSize: filter.numberOrNull,
  nutrientBasis: oneOf(["per100g", "per100ml"]),
  createdAt: filter.instant,
  updatedAt: filter.instant
} as const

const nutrientKey = Schema.TemplateLiteral(["nutrients.", Schema.Literals(nutrientCodes)])
const nutrientRange = Schema.TemplateLiteral([nutrientKey, "[", Schema.Literals(["gte", "lte", "gt", "lt", "ne"]), "]"])
const nutrientNull = Schema.TemplateLiteral([nutrientKey, "[null]"])
const allergenKey = Schema.TemplateLiteral(["allergen.", Schema.Literals(allergenCodes)])
const allergenChoice = Schema.TemplateLiteral([allergenKey, "[", Schema.Literals(["ne", "nin"]), "]"])

/** Keys of a family may be absent, as an index signature allows; the type of a finite one would ask for them all. */
function family<K extends Schema.Record.Key, V extends Schema.Constraint>(
  key: K,
  value: V
): Schema.$Record<K, Schema.optionalKey<V>>
function family(key: Schema.Record.Key, value: Schema.Constraint): Schema.Constraint {
  return Schema.Record(key, value)
}

const sortFields = "Fields: name, createdAt, updatedAt, source (its rank), nutrients.<code>. Default: -updatedAt"

export const ProductSort = Schema.Union([Schema.Literals(["name", "createdAt", "updatedAt", "source"]), nutrientKey])
export type ProductSort = typeof ProductSort.Type

export const ProductQuery = Schema.StructWithRest(
  Schema.Struct({
    ...pageParameters,
    q: Schema.optionalKey(SearchText).annotate({
      description: "Search: the best products at most for these words, starts of words or similar ones, or this barcode"
    }),
    ...filterParameters(productFilters),
    discarded: Schema.optionalKey(QueryBoolean).annotate({
      description: "true: only discarded products. Default: false"
    }),
    includeUndecided: Schema.optionalKey(QueryBoolean).annotate({
      description: "true: also products of the source `auto` of which nobody knows yet whether they are food"
    }),
    sort: sortParameter(ProductSort, sortFields)
  }),
  [
    family(nutrientKey, Schema.Array(QueryNumber)),
    family(nutrientRange, QueryNumber),
    family(nutrientNull, QueryBoolean),
    family(allergenKey, Schema.Array(AllergenState)),
    family(allergenChoice, Schema.Array(AllergenState))
  ]
)
export type ProductQuery = typeof ProductQuery.Type

/** The same without the search, which has an end after the best: all that pass the filters. */
export const ExportQuery = Schema.StructWithRest(
  Schema.Struct(Struct.omit(ProductQuery.schema.fields, ["q"])),
  ProductQuery.records
)
export type ExportQuery = typeof ExportQuery.Type
