import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { signedIn } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "../../iam/contract/Permissions.ts"
import type { TagExists, TagId, TagNotFound, TagPatch, TagResource } from "./TagResource.ts"

type Changing = TagNotFound | VersionMismatch | VersionConflict

interface Addressed {
  readonly id: TagId
  readonly ifMatch: string | undefined
}

export class RenameTag extends Request.TaggedClass("recipes/RenameTag")<
  Addressed & { readonly patch: TagPatch },
  TagResource,
  Changing | TagExists
> {}

/** Lets whatever carries one tag carry another one of its author and type; the first is no more. */
export class MergeTags
  extends Request.TaggedClass("recipes/MergeTags")<Addressed & { readonly into: TagId }, TagResource, Changing>
{}

/** Takes a tag off whatever carries it. */
export class DeleteTag extends Request.TaggedClass("recipes/DeleteTag")<Addressed, void, Changing> {}

export type TagCommand = RenameTag | MergeTags | DeleteTag

/** Whose tag it is decides. */
export const tagPermissions = {
  "recipes/RenameTag": signedIn,
  "recipes/MergeTags": signedIn,
  "recipes/DeleteTag": signedIn
} as const satisfies Record<TagCommand["_tag"], PolicyOf<"recipes">>
