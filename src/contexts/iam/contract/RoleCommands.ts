import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { NotForApiKeys } from "../../../kernel/contract/Problems.ts"
import { inPerson } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "./Permissions.ts"
import type {
  PermissionUnknown,
  Role,
  RoleId,
  RoleInput,
  RoleInUse,
  RoleIsBuiltIn,
  RoleNameTaken,
  RoleNotFound,
  RolePatch
} from "./Role.ts"
import type { LastAdministrator } from "./User.ts"

interface Addressed {
  readonly id: RoleId
  readonly ifMatch: string | undefined
}

type Changing = RoleNotFound | RoleIsBuiltIn | VersionMismatch | VersionConflict | NotForApiKeys | LastAdministrator

export class CreateRole extends Request.TaggedClass("iam/CreateRole")<
  { readonly input: RoleInput },
  Role,
  RoleNameTaken | PermissionUnknown | NotForApiKeys
> {}

/** Changes a role for all who hold it. */
export class UpdateRole extends Request.TaggedClass("iam/UpdateRole")<
  Addressed & { readonly patch: RolePatch },
  Role,
  Changing | RoleNameTaken | PermissionUnknown
> {}

/** Deletes a role that nobody holds, or takes it from all who do. */
export class DeleteRole extends Request.TaggedClass("iam/DeleteRole")<
  Addressed & { readonly removeAssignments: boolean },
  void,
  Changing | RoleInUse
> {}

export type RoleCommand = CreateRole | UpdateRole | DeleteRole

/** What each command needs, in the context iam. */
export const rolePermissions = {
  "iam/CreateRole": inPerson("manage_roles"),
  "iam/UpdateRole": inPerson("manage_roles"),
  "iam/DeleteRole": inPerson("manage_roles")
} as const satisfies Record<RoleCommand["_tag"], PolicyOf<"iam">>
