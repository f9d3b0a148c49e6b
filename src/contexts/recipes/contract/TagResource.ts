import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, declaredWith, problem } from "../../../kernel/contract/Problem.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { Instant, Uuid } from "../../../kernel/contract/Values.ts"
import { Tag } from "./Tags.ts"

export const TagId = Uuid.pipe(Schema.brand("TagId"))
export type TagId = typeof TagId.Type

export const tagTypes = ["recipe", "meal", "menu", "client"] as const
export type TagType = (typeof tagTypes)[number]

/** A tag of one author for things of one type. */
export const TagResource = Schema.Struct({
  id: TagId,
  version: Schema.Int,
  authorId: UserId,
  type: Schema.Literals(tagTypes),
  key: Schema.String,
  value: Schema.String,
  usageCount: Schema.Int.annotate({ description: "Live things that carry it" }),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Tag" })
export type TagResource = typeof TagResource.Type

/** Other words for a tag: what is absent stays. */
export const TagPatch = Schema.Struct({
  key: Schema.optionalKey(Tag.fields.key),
  value: Schema.optionalKey(Tag.fields.value)
}).annotate({ identifier: "TagPatch" })
export type TagPatch = typeof TagPatch.Type

export const MergeInput = Schema.Struct({ into: TagId }).annotate({ identifier: "MergeInput" })

export const tagFilters = {
  id: filter.uuid,
  key: filter.text,
  value: filter.text,
  type: oneOf(tagTypes),
  usageCount: filter.number,
  createdAt: filter.instant,
  updatedAt: filter.instant
} as const

const sortable = ["key", "value", "type", "usageCount", "createdAt", "updatedAt"] as const

export const TagQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(tagFilters),
  authorId: Schema.optionalKey(UserId).annotate({
    description: "Whose tags; another's than the caller's are those of the types whose things the caller manages"
  }),
  sort: sortParameter(Schema.Literals(sortable), `Fields: ${sortable.join(", ")}. Default: key,value`)
})
export type TagQuery = typeof TagQuery.Type

/** 404: no tag of the caller has the id. */
export class TagNotFound extends declared<TagNotFound>()(
  "TagNotFound",
  problem("tag_not_found", 404, "There is no such tag", {
    cause: "No tag has that id, or it is another's, or of another author or type than the one it is to be merged with.",
    cure: "List your tags with GET /v1/tags."
  })
) {}

/** 409: the author has such a tag already. */
export class TagExists extends declaredWith<TagExists>()(
  "TagExists",
  problem("tag_exists", 409, "There is such a tag already", {
    cause: "The author has a tag of the same type with this key and value: `tagId` is its id.",
    cure: "Merge the two with POST /v1/tags/{id}/merge."
  }),
  { tagId: Uuid }
) {}
