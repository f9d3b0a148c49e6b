import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { conditional, idempotent, VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { changedOrDryRun, createdOrDryRun, dryRunnable, oneOrDryRun } from "../../../kernel/contract/DryRun.ts"
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
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { needs } from "./access.ts"
import { Authorization } from "./Authorization.ts"
import { PermissionNotHeld, RoleId, RoleNotFound } from "./Role.ts"
import {
  EmailTaken,
  IdentityInput,
  IdentityTaken,
  LastAdministrator,
  Me,
  MePatch,
  User,
  UserInput,
  UserNotFound,
  UserPatch,
  UserQuery
} from "./User.ts"
import { userPermissions } from "./UserCommands.ts"

const managers = needs(userPermissions, "iam/UpdateUser")
const changed = changedOrDryRun(User)
const changing = [PermissionMissing, UserNotFound, VersionMismatch, VersionConflict, CommandTimedOut] as const

const input = { email: "ana@example.org", name: "Ana Souza" }

/** What the answers about a user look like, as the documentation shows them. */
export const exampleUser = {
  id: "01a20b92-1171-72c8-afe1-41383ec93b93",
  ...input,
  status: "active",
  roles: [
    { id: "01980000-0000-7000-8001-000000000013", context: "products", name: "user" },
    { id: "01980000-0000-7000-8001-000000000011", context: "recipes", name: "recipe_manager" }
  ],
  identities: [],
  version: 2,
  createdAt: "2026-11-24T09:30:00.000Z",
  updatedAt: "2026-11-24T09:31:00.000Z",
  lastSeenAt: "2026-11-24T09:45:00.000Z"
}

const pagination = { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null }

/** A command on a user without a body. */
const command = <const Name extends string, const Path extends `/${string}`>(
  name: Name,
  path: Path,
  [identifier, summary, description]: readonly [string, string, string],
  status: "active" | "disabled" = "active"
) =>
  HttpApiEndpoint.post(name, path, {
    params: { id: UserId },
    headers: { ...conditional, ...idempotent },
    query: dryRunnable,
    success: changed,
    error: [...changing, LastAdministrator]
  }).middleware(Idempotency).annotateMerge(documented(identifier, summary, {
    access: managers,
    description,
    examples: { 200: { data: { ...exampleUser, status } } }
  }))

const identity = { issuer: "https://login.example.com", subject: "auth0|5f7c8ec7c33c6c004bbafe82" }

const identityCommand = <const Name extends string, const Path extends `/${string}`>(
  name: Name,
  path: Path,
  [identifier, summary, description]: readonly [string, string, string]
) =>
  HttpApiEndpoint.post(name, path, {
    params: { id: UserId },
    headers: { ...conditional, ...idempotent },
    query: dryRunnable,
    payload: IdentityInput,
    success: changed,
    error: [...changing, IdentityTaken, PermissionNotHeld]
  }).middleware(Idempotency).annotateMerge(documented(identifier, summary, {
    access: managers,
    description,
    examples: { request: identity, 200: { data: { ...exampleUser, identities: [identity] } } }
  }))

const mayAssign = "It takes `manage_roles` of iam, or for a role of another context its `manage_users`."

export class UsersGroup extends HttpApiGroup.make("users")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: UserQuery,
      success: many(User),
      error: [PermissionMissing, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listUsers", "List users", {
      access: managers,
      examples: { 200: { data: [exampleUser], pagination } }
    })),
    HttpApiEndpoint.get("get", "/:id", {
      params: { id: UserId },
      success: HttpApiSchema.WithHeaders(one(User), { etag: Schema.String }),
      error: [PermissionMissing, UserNotFound]
    }).annotateMerge(
      documented("getUser", "Read a user", { access: managers, examples: { 200: { data: exampleUser } } })
    ),
    HttpApiEndpoint.post("create", "/", {
      headers: idempotent,
      query: dryRunnable,
      payload: UserInput,
      success: createdOrDryRun(User),
      error: [PermissionMissing, EmailTaken, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("createUser", "Create a user", {
      access: needs(userPermissions, "iam/CreateUser"),
      description: "The user gets the role `user` of every context, and has no password: give a code for one with "
        + "POST /v1/users/{id}/reset-code.",
      examples: { request: input, 201: { data: { ...exampleUser, version: 1, lastSeenAt: null } } }
    })),
    HttpApiEndpoint.patch("update", "/:id", {
      params: { id: UserId },
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(UserPatch),
      success: changed,
      error: [...changing, EmailTaken]
    }).annotateMerge(documented("updateUser", "Change a user", {
      access: needs(userPermissions, "iam/UpdateUser"),
      description: "JSON Merge Patch (RFC 7396): what is absent stays.",
      examples: { request: { name: "Ana Souza Lima" }, 200: { data: { ...exampleUser, name: "Ana Souza Lima" } } }
    })),
    command("disable", "/:id/disable", [
      "disableUser",
      "Disable a user",
      "All logins end, and API keys are dead until the user is enabled again. What the user made stays."
    ], "disabled"),
    command("enable", "/:id/enable", ["enableUser", "Enable a user", "Logins that had ended stay so."]),
    command("erase", "/:id/erase", [
      "eraseUser",
      "Forget a person",
      "Name, e-mail address, password and identities go for good, logins and API keys end; what the user did stays, without a name."
    ]),
    HttpApiEndpoint.post("endLogins", "/:id/logout-all", {
      params: { id: UserId },
      headers: idempotent,
      query: dryRunnable,
      success: oneOrDryRun(Schema.Struct({ ended: Schema.Int }).annotate({ identifier: "EndedLogins" })),
      error: [PermissionMissing, UserNotFound, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("endLogins", "End all logins of a user", {
      access: needs(userPermissions, "iam/EndLogins"),
      description: "Answers how many were open; every server refuses them at once.",
      examples: { 200: { data: { ended: 2 } } }
    })),
    identityCommand("linkIdentity", "/:id/link-identity", [
      "linkIdentity",
      "Let tokens of another issuer speak for a user",
      "The caller has every right that the user has, or `manage_roles` of iam. Nothing else links them: a token with the same e-mail address does not."
    ]),
    identityCommand("unlinkIdentity", "/:id/unlink-identity", [
      "unlinkIdentity",
      "Undo the link to another issuer",
      "One that is not linked changes nothing."
    ]),
    HttpApiEndpoint.put("assignRole", "/:id/roles/:roleId", {
      params: { id: UserId, roleId: RoleId },
      headers: conditional,
      query: dryRunnable,
      success: changed,
      error: [...changing, RoleNotFound, NotForApiKeys, PermissionNotHeld]
    }).annotateMerge(documented("assignRole", "Give a user a role", {
      access: needs(userPermissions, "iam/AssignRole"),
      description: `${mayAssign} It counts from the user's next request on. One that is held already changes nothing.`,
      examples: { 200: { data: exampleUser } }
    })),
    HttpApiEndpoint.delete("removeRole", "/:id/roles/:roleId", {
      params: { id: UserId, roleId: RoleId },
      headers: conditional,
      query: dryRunnable,
      success: changed,
      error: [...changing, RoleNotFound, NotForApiKeys, LastAdministrator]
    }).annotateMerge(documented("removeRole", "Take a role from a user", {
      access: needs(userPermissions, "iam/RemoveRole"),
      description: `${mayAssign} It counts from the user's next request on. One that is not held changes nothing.`,
      examples: { 200: { data: { ...exampleUser, roles: [] } } }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/users")
  .annotateMerge(OpenApi.annotations({ title: "Users", description: "Who may use this, and what they may" }))
{}

const me = {
  ...exampleUser,
  permissions: {
    products: ["access_basic_features"],
    recipes: ["manage_clients", "manage_meals", "manage_menus", "manage_recipes"],
    onboarding: [],
    iam: []
  }
}

export class MeGroup extends HttpApiGroup.make("me")
  .add(
    HttpApiEndpoint.get("get", "/", {
      success: HttpApiSchema.WithHeaders(one(Me), { etag: Schema.String })
    }).annotateMerge(documented("getMe", "Read who is asking", {
      description: "With the permissions that the credential has in each context at this moment.",
      examples: { 200: { data: me } }
    })),
    HttpApiEndpoint.patch("update", "/", {
      headers: conditional,
      query: dryRunnable,
      payload: mergePatchOf(MePatch),
      success: changed,
      error: [...changing]
    }).annotateMerge(documented("updateMe", "Change the own name", {
      access: needs(userPermissions, "iam/UpdateMe"),
      description: "JSON Merge Patch (RFC 7396). Only a manager of users changes an e-mail address.",
      examples: { request: { name: "Ana Souza Lima" }, 200: { data: { ...exampleUser, name: "Ana Souza Lima" } } }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/me")
  .annotateMerge(OpenApi.annotations({ title: "Me", description: "Whoever is asking" }))
{}
