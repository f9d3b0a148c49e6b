import { Schema } from "effect"
import { filter, filterParameters, oneOf } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, declaredWith, problem } from "../../../kernel/contract/Problem.ts"
import { QueryText } from "../../../kernel/contract/QueryValues.ts"
import { contexts } from "../../../kernel/contract/Rights.ts"
import { Instant, Uuid } from "../../../kernel/contract/Values.ts"

export const RoleId = Uuid.pipe(Schema.brand("RoleId"))
export type RoleId = typeof RoleId.Type

const reserved: ReadonlySet<string> = new Set(["root", "system", "service", "daemon", "kernel", "superuser"])

const RoleName = Schema.String.check(
  Schema.isPattern(/^[a-z0-9_]{3,50}$/, { message: "must be 3 to 50 of a-z, 0-9 and _" }),
  Schema.makeFilter((name) => !reserved.has(name) || "is a reserved name")
)

export const Role = Schema.Struct({
  id: RoleId,
  context: Schema.Literals(contexts),
  name: Schema.String,
  permissions: Schema.Array(Schema.String),
  builtIn: Schema.Boolean,
  version: Schema.Int,
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Role" })
export type Role = typeof Role.Type

const PermissionNames = Schema.Array(
  Schema.String.check(Schema.isMaxLength(50, { message: "must be at most 50 characters long" }))
).check(
  Schema.isBetweenLength(1, 50, { message: "must be 1 to 50" })
)

export const RoleInput = Schema.Struct({
  context: Schema.Literals(contexts),
  name: RoleName,
  permissions: PermissionNames.annotate({ description: "Permissions of the context: GET /v1/permissions tells them" })
}).annotate({ identifier: "RoleInput" })
export type RoleInput = typeof RoleInput.Type

export const RolePatch = Schema.Struct({
  name: Schema.optionalKey(RoleName),
  permissions: Schema.optionalKey(PermissionNames)
}).annotate({ identifier: "RolePatch" })
export type RolePatch = typeof RolePatch.Type

export const roleFilters = {
  id: filter.uuid,
  context: oneOf(contexts),
  name: filter.text,
  builtIn: filter.boolean,
  createdAt: filter.instant
} as const

export const RoleQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(roleFilters),
  permission: Schema.optionalKey(QueryText).annotate({ description: "A permission that they grant" }),
  sort: sortParameter(
    Schema.Literals(["context", "name", "createdAt"]),
    "Fields: context, name, createdAt. Default: name"
  )
})
export type RoleQuery = typeof RoleQuery.Type

/** A context with all permissions that it has. */
export const ContextPermissions = Schema.Struct({
  context: Schema.Literals(contexts),
  permissions: Schema.Array(Schema.String)
}).annotate({ identifier: "ContextPermissions" })
export type ContextPermissions = typeof ContextPermissions.Type

/** 404: no such role. */
export class RoleNotFound extends declared<RoleNotFound>()(
  "RoleNotFound",
  problem("role_not_found", 404, "There is no such role", {
    cause: "No role has this id.",
    cure: "GET /v1/roles lists them."
  })
) {}

/** 409: the context has a role of this name. */
export class RoleNameTaken extends declared<RoleNameTaken>()(
  "RoleNameTaken",
  problem("role_name_taken", 409, "The context has a role of this name", {
    cause: "Names of roles are unique in their context.",
    cure: "Choose another name, or use that role."
  })
) {}

/** 409: a built-in role stays as it is. */
export class RoleIsBuiltIn extends declared<RoleIsBuiltIn>()(
  "RoleIsBuiltIn",
  problem("role_is_built_in", 409, "Built-in roles stay as they are", {
    cause: "The role came with the program; the documentation promises what it grants.",
    cure: "Make a role of your own with POST /v1/roles."
  })
) {}

/** 409: `count` users hold the role. */
export class RoleInUse extends declaredWith<RoleInUse>()(
  "RoleInUse",
  problem("role_in_use", 409, "Users hold the role", {
    cause: "As many users as `count` says hold the role, which is not deleted by mistake.",
    cure: "Take it from them first, or send ?removeAssignments=true."
  }),
  { count: Schema.Int }
) {}

/** 422: `errors` names each permission that the context does not have, and those that it has. */
export class PermissionUnknown extends declared<PermissionUnknown>()(
  "PermissionUnknown",
  problem("permission_unknown", 422, "The context has no such permission", {
    cause: "A permission belongs to its context: manage_users of products says nothing about iam.",
    cure: "GET /v1/permissions lists the permissions of each context."
  })
) {}

/** The same fault of a role, which the caller may not give, and of an API key, which does not fit its owner. */
export const notHeld = {
  title: "Nobody may give away a permission that he lacks",
  cause: "A role (403) or an API key (422) would give a permission that the caller does not have.",
  cure: "Leave it out, or ask somebody who has it, or a holder of `manage_roles` of iam. GET /v1/me tells the own ones."
}

/** 403: the role grants what the caller lacks. */
export class PermissionNotHeld extends declared<PermissionNotHeld>()(
  "PermissionNotHeld",
  problem("permission_not_held", 403, notHeld.title, notHeld)
) {}
