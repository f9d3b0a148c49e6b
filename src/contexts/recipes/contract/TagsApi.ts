import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { changedOrDryRun, doneOrDryRun, dryRunnable } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { mergePatchOf } from "../../../kernel/contract/MergePatch.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import { CommandTimedOut, CursorMismatch, PageTooDeep, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { ownerOr } from "../../iam/contract/access.ts"
import { Authorization } from "../../iam/contract/Authorization.ts"
import { MergeInput, TagExists, TagId, TagNotFound, TagPatch, TagQuery, TagResource } from "./TagResource.ts"

const changing = [TagNotFound, PermissionMissing, VersionMismatch, VersionConflict, CommandTimedOut] as const
const address = { params: { id: TagId } }

const authors = `${
  ownerOr("its author", "recipes", "manage_recipes", "manage_meals", "manage_menus", "manage_clients")
} What the tag is of decides which.`

export class TagsGroup extends HttpApiGroup.make("tags")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: TagQuery,
      success: many(TagResource),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listTags", "List one's tags", {
      description: "Tags come into being with the things that carry them. One without uses stays until it is deleted."
    })),
    HttpApiEndpoint.get("get", "/:id", {
      ...address,
      success: HttpApiSchema.WithHeaders(one(TagResource), { etag: Schema.String }),
      error: [TagNotFound]
    }).annotateMerge(documented("getTag", "Read a tag")),
    HttpApiEndpoint.patch("rename", "/:id", {
      ...address,
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(TagPatch),
      success: changedOrDryRun(TagResource),
      error: [...changing, TagExists]
    }).annotateMerge(documented("renameTag", "Rename a tag", {
      access: authors,
      description: "Whatever carries it carries the new words.",
      examples: { request: { value: "dinner" } }
    })),
    HttpApiEndpoint.post("merge", "/:id/merge", {
      ...address,
      headers: { ...conditional, ...idempotent },
      query: dryRunnable,
      payload: MergeInput,
      success: changedOrDryRun(TagResource),
      error: changing
    }).middleware(Idempotency).annotateMerge(documented("mergeTags", "Merge a tag into another one", {
      access: authors,
      description: "Both are of one author and type. The first is no more; the answer is the other one.",
      examples: { request: { into: "019c0d5e-0000-7000-8000-00000000000a" } }
    })),
    HttpApiEndpoint.delete("delete", "/:id", {
      ...address,
      headers: conditional,
      query: dryRunnable,
      success: doneOrDryRun,
      error: changing
    }).annotateMerge(
      documented("deleteTag", "Delete a tag", { access: authors, description: "It is taken off whatever carries it." })
    )
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/tags")
  .annotateMerge(OpenApi.annotations({ title: "Tags", description: "Labels of one's own things" }))
{}
