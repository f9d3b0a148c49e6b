import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { changedOrDryRun, createdOrDryRun, doneOrDryRun, dryRunnable } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { mergePatchOf } from "../../../kernel/contract/MergePatch.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import {
  CommandTimedOut,
  CursorMismatch,
  NotForApiKeys,
  PageTooDeep,
  PermissionMissing
} from "../../../kernel/contract/Problems.ts"
import { QueryBoolean } from "../../../kernel/contract/QueryValues.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { needs } from "./access.ts"
import { Authorization } from "./Authorization.ts"
import {
  ContextPermissions,
  PermissionUnknown,
  Role,
  RoleId,
  RoleInput,
  RoleInUse,
  RoleIsBuiltIn,
  RoleNameTaken,
  RoleNotFound,
  RolePatch,
  RoleQuery
} from "./Role.ts"
import { rolePermissions } from "./RoleCommands.ts"
import { LastAdministrator } from "./User.ts"

const changing = [
  PermissionMissing,
  NotForApiKeys,
  RoleNotFound,
  RoleIsBuiltIn,
  VersionMismatch,
  VersionConflict,
  LastAdministrator,
  CommandTimedOut
] as const

const input = {
  context: "recipes",
  name: "nutritionist",
  permissions: ["manage_recipes", "manage_menus", "manage_clients"]
}

const role = {
  id: "01a20bb5-5c1f-7c0f-9a0e-2f6e53f8b6a1",
  ...input,
  builtIn: false,
  version: 1,
  createdAt: "2026-11-24T09:30:00.000Z",
  updatedAt: "2026-11-24T09:30:00.000Z"
}

export class RolesGroup extends HttpApiGroup.make("roles")
  .add(
    HttpApiEndpoint.get("list", "/roles", {
      query: RoleQuery,
      success: many(Role),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listRoles", "List roles", {
      description: "Those that came with the program, and your own. Whoever is signed in may read them.",
      examples: { 200: { data: [role], pagination: { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null } } }
    })),
    HttpApiEndpoint.get("get", "/roles/:id", {
      params: { id: RoleId },
      success: HttpApiSchema.WithHeaders(one(Role), { etag: Schema.String }),
      error: [RoleNotFound]
    }).annotateMerge(documented("getRole", "Read a role", {
      description: "Whoever is signed in may read it.",
      examples: { 200: { data: role } }
    })),
    HttpApiEndpoint.get("permissions", "/permissions", {
      success: one(Schema.Array(ContextPermissions))
    }).annotateMerge(documented("listPermissions", "List the permissions of each context", {
      description: "What a role of the context may grant. Whoever is signed in may read them.",
      examples: { 200: { data: [{ context: "iam", permissions: ["manage_users", "manage_roles"] }] } }
    })),
    HttpApiEndpoint.post("create", "/roles", {
      headers: idempotent,
      query: dryRunnable,
      payload: RoleInput,
      success: createdOrDryRun(Role),
      error: [PermissionMissing, NotForApiKeys, RoleNameTaken, PermissionUnknown, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("createRole", "Create a role", {
      access: needs(rolePermissions, "iam/CreateRole"),
      examples: { request: input, 201: { data: role } }
    })),
    HttpApiEndpoint.patch("update", "/roles/:id", {
      params: { id: RoleId },
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(RolePatch),
      success: changedOrDryRun(Role),
      error: [...changing, RoleNameTaken, PermissionUnknown]
    }).annotateMerge(documented("updateRole", "Change a role", {
      access: needs(rolePermissions, "iam/UpdateRole"),
      description: "It counts for all who hold the role from their next request on.",
      examples: {
        request: { permissions: ["manage_recipes"] },
        200: { data: { ...role, permissions: ["manage_recipes"], version: 2 } }
      }
    })),
    HttpApiEndpoint.delete("delete", "/roles/:id", {
      params: { id: RoleId },
      headers: conditional,
      query: {
        ...dryRunnable,
        removeAssignments: Schema.optionalKey(QueryBoolean).annotate({
          description: "true: take it from all who hold it. Default: false, refused while somebody does"
        })
      },
      success: doneOrDryRun,
      error: [...changing, RoleInUse]
    }).annotateMerge(documented("deleteRole", "Delete a role", { access: needs(rolePermissions, "iam/DeleteRole") }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1")
  .annotateMerge(OpenApi.annotations({ title: "Roles", description: "What users may, in each context" }))
{}
