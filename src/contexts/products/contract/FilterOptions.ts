import { Schema, Struct } from "effect"
import type { ClassificationKind } from "./Classification.ts"
import { NamedReference } from "./Product.ts"
import { ProductQuery, ProductSort } from "./ProductQuery.ts"

/** At most so many options of a kind are told. */
export const optionsAtMost = 200

const Selection = Schema.Struct({
  type: Schema.Literal("multiSelection"),
  options: Schema.Array(
    Schema.Struct({
      ...NamedReference.fields,
      count: Schema.Int.annotate({ description: "Products that have it and pass the filters of the other kinds" })
    })
  ).annotate({ description: `At most ${optionsAtMost}, most used first` }),
  truncated: Schema.Boolean.annotate({ description: "There are more than these" })
}).annotate({ identifier: "FilterSelection" })
export type FilterSelection = typeof Selection.Type

const selections = {
  source: Selection,
  brand: Selection,
  category: Selection,
  parentCategory: Selection,
  foodGroup: Selection,
  processType: Selection
} satisfies Record<ClassificationKind, typeof Selection>

/** What a list can be narrowed by and sorted by. */
export const FilterOptions = Schema.Struct({
  sort: Schema.Struct({
    type: Schema.Literal("sort"),
    options: Schema.Array(ProductSort).annotate({ description: "`-` before one sorts descending" })
  }),
  ...selections
}).annotate({ identifier: "FilterOptions" })
export type FilterOptions = typeof FilterOptions.Type

/** The filters of a list of products, without what pages and sorts it. */
export const FilterOptionsQuery = Schema.StructWithRest(
  Schema.Struct(Struct.omit(ProductQuery.schema.fields, ["page", "limit", "cursor", "sort", "q"])),
  ProductQuery.records
)
export type FilterOptionsQuery = typeof FilterOptionsQuery.Type
