import { Schema } from "effect"
import { filter, filterParameters } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, Uuid } from "../../../kernel/contract/Values.ts"

/** The things that products are sorted by; kinds never mix. */
export const classificationKinds = [
  "source",
  "brand",
  "category",
  "parentCategory",
  "foodGroup",
  "processType"
] as const
export type ClassificationKind = (typeof classificationKinds)[number]

export const ClassificationId = Uuid.pipe(Schema.brand("ClassificationId"))
export type ClassificationId = typeof ClassificationId.Type

/** The seeded source of what people write by hand. */
export const manualSource = ClassificationId.make("01980000-0000-7000-8002-000000000001")

const fields = {
  id: ClassificationId,
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  author: Schema.NullOr(Schema.Struct({ id: UserId, name: Schema.NullOr(Schema.String) })),
  productCount: Schema.Int.annotate({ description: "Live products that carry it" }),
  version: Schema.Int,
  createdAt: Instant,
  updatedAt: Instant
}

export const Classification = Schema.Struct(fields).annotate({ identifier: "Classification" })
export type Classification = typeof Classification.Type

/** Where facts about foods come from. A smaller `rank` wins ties; seeded sources have a `key` that never changes. */
export const Source = Schema.Struct({
  ...fields,
  key: Schema.NullOr(Schema.String),
  rank: Schema.Int,
  licence: Schema.NullOr(Schema.String),
  attribution: Schema.NullOr(Schema.String),
  url: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Source" })
export type Source = typeof Source.Type

export const classificationFilters = {
  id: filter.uuid,
  name: filter.text,
  createdAt: filter.instant,
  updatedAt: filter.instant
} as const

export const ClassificationSort = Schema.Literals(["name", "createdAt", "updatedAt"])
export type ClassificationSort = typeof ClassificationSort.Type

export const ClassificationQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(classificationFilters),
  sort: sortParameter(ClassificationSort, "Fields: name, createdAt, updatedAt. Default: name")
})
export type ClassificationQuery = typeof ClassificationQuery.Type

/** 404: no live classification of this kind has the id. */
export class ClassificationNotFound extends declared<ClassificationNotFound>()(
  "ClassificationNotFound",
  problem("classification_not_found", 404, "There is no such classification", {
    cause: "No live classification of this kind has that id; it may be of another kind, or deleted.",
    cure: "List the kind, for example GET /v1/products/brands."
  })
) {}
