import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { Permission } from "../../iam/contract/Permissions.ts"
import type {
  ClassificationId,
  ClassificationInUse,
  ClassificationKind,
  ClassificationNotFound,
  NameTaken,
  Source,
  SourceInput,
  SourceIsBuiltIn,
  SourcePatch
} from "./Classification.ts"
import type { BarcodeTaken, ReferenceUnknown, SourceRefTaken } from "./ProductProblems.ts"

interface Addressed {
  readonly kind: ClassificationKind
  readonly id: ClassificationId
  readonly ifMatch: string | undefined
}

/** A kind that is no source has, of the input's members, only those of a `ClassificationInput`. */
export class CreateClassification extends Request.TaggedClass("products/CreateClassification")<
  { readonly kind: ClassificationKind; readonly input: SourceInput },
  Source,
  NameTaken
> {}

/** Changes what a merge patch names; the whole must still be one that could be created. */
export class UpdateClassification extends Request.TaggedClass("products/UpdateClassification")<
  Addressed & { readonly patch: SourcePatch },
  Source,
  ClassificationNotFound | VersionMismatch | VersionConflict | InvalidRequest | NameTaken
> {}

/** Deletes what no live product carries. With `reassignTo`, all products that carry it, discarded ones too, carry that one instead. */
export class DeleteClassification extends Request.TaggedClass("products/DeleteClassification")<
  Addressed & { readonly reassignTo: ClassificationId | undefined },
  void,
  | ClassificationNotFound
  | VersionMismatch
  | VersionConflict
  | SourceIsBuiltIn
  | ReferenceUnknown
  | ClassificationInUse
  | BarcodeTaken
  | SourceRefTaken
> {}

/** Takes a deleted one back, if its name is still free; a live one stays as it is. */
export class RestoreClassification extends Request.TaggedClass("products/RestoreClassification")<
  Addressed,
  Source,
  ClassificationNotFound | VersionMismatch | VersionConflict | NameTaken
> {}

export type ClassificationCommand =
  | CreateClassification
  | UpdateClassification
  | DeleteClassification
  | RestoreClassification

/** What each command needs, in the context products. */
export const classificationPermissions = {
  "products/CreateClassification": "manage_products",
  "products/UpdateClassification": "manage_products",
  "products/DeleteClassification": "manage_products",
  "products/RestoreClassification": "manage_products"
} as const satisfies Record<ClassificationCommand["_tag"], Permission<"products">>
