import { Schema } from "effect"
import { filter, filterParameters } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, declaredWith, problem } from "../../../kernel/contract/Problem.ts"
import { QueryBoolean } from "../../../kernel/contract/QueryValues.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, integer, text, Uuid, webAddress } from "../../../kernel/contract/Values.ts"

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

/** Where each kind is served, under `/v1/products`. */
export const classificationPaths = {
  source: "/sources",
  brand: "/brands",
  category: "/categories",
  parentCategory: "/parent-categories",
  foodGroup: "/food-groups",
  processType: "/process-types"
} as const satisfies Record<ClassificationKind, string>

export const ClassificationId = Uuid.pipe(Schema.brand("ClassificationId"))
export type ClassificationId = typeof ClassificationId.Type

/** The seeded source of what people write by hand. */
export const manualSource = ClassificationId.make("01980000-0000-7000-8002-000000000001")

/** The seeded source of what nobody has described yet. */
export const autoSource = ClassificationId.make("01980000-0000-7000-8002-000000000006")

const fields = {
  id: ClassificationId,
  name: Schema.String,
  description: Schema.NullOr(Schema.String),
  author: Schema.NullOr(Schema.Struct({ id: UserId, name: Schema.NullOr(Schema.String) })),
  productCount: Schema.Int.annotate({ description: "Live products that carry it" }),
  version: Schema.Int,
  discarded: Schema.Boolean.annotate({ description: "It was deleted, and can be restored" }),
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

const input = {
  name: text(1, 500).annotate({
    description: "No other live one of the kind may have it; case, accents and repeated blanks make no difference"
  }),
  description: Schema.optionalKey(Schema.NullOr(text(1, 1000)))
}

/** What a classification is made from. */
export const ClassificationInput = Schema.Struct(input).annotate({ identifier: "ClassificationInput" })
export type ClassificationInput = typeof ClassificationInput.Type

/** The rank of a source that is made without one. */
export const defaultRank = 1000

export const SourceInput = Schema.Struct({
  ...input,
  rank: Schema.optionalKey(integer(1, 1_000_000)).annotate({ description: "Smaller wins ties. Default: 1000" }),
  licence: Schema.optionalKey(Schema.NullOr(text(1, 500))),
  attribution: Schema.optionalKey(Schema.NullOr(text(1, 1000))).annotate({
    description: "What its products show that have none of their own"
  }),
  url: Schema.optionalKey(Schema.NullOr(webAddress))
}).annotate({ identifier: "SourceInput" })
export type SourceInput = typeof SourceInput.Type

const nullableText = Schema.optionalKey(Schema.NullOr(Schema.String))

const patch = { name: Schema.optionalKey(Schema.String), description: nullableText }

/** A JSON Merge Patch (RFC 7396) of a `ClassificationInput`; what comes of it must be one that could be created. */
export const ClassificationPatch = Schema.Struct(patch satisfies Record<keyof ClassificationInput, Schema.Constraint>)
  .annotate({ identifier: "ClassificationPatch" })
export type ClassificationPatch = typeof ClassificationPatch.Type

/** A JSON Merge Patch of a `SourceInput`. */
export const SourcePatch = Schema.Struct(
  {
    ...patch,
    rank: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
    licence: nullableText,
    attribution: nullableText,
    url: nullableText
  } satisfies Record<keyof SourceInput, Schema.Constraint>
).annotate({ identifier: "SourcePatch" })
export type SourcePatch = typeof SourcePatch.Type

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
  discarded: Schema.optionalKey(QueryBoolean).annotate({ description: "true: only deleted ones. Default: false" }),
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

/** 409: a live classification of the kind has the same name, but for case, accents and repeated blanks. */
export class NameTaken extends declaredWith<NameTaken>()(
  "NameTaken",
  problem("name_taken", 409, "The name is taken", {
    cause:
      "A live classification of the same kind has this name, but for case, accents and repeated blanks: `classificationId` is its id.",
    cure: "Use that one, or choose another name."
  }),
  { classificationId: Uuid }
) {}

/** 409: `count` live products carry the classification. */
export class ClassificationInUse extends declaredWith<ClassificationInUse>()(
  "ClassificationInUse",
  problem("classification_in_use", 409, "Products carry it", {
    cause: "As many live products as `count` says carry this classification.",
    cure: "Delete it with reassignTo=<id of another one of the kind>: that moves all of them."
  }),
  { count: Schema.Int }
) {}

/** 409: a seeded source is never deleted. */
export class SourceIsBuiltIn extends declared<SourceIsBuiltIn>()(
  "SourceIsBuiltIn",
  problem("source_is_built_in", 409, "The source is built in", {
    cause: "Sources with a `key` belong to the program: importers and rules know them by it.",
    cure: "Rename it, or change its rank, if it is in the way."
  })
) {}
