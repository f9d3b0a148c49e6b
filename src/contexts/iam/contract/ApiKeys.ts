import { Request, Schema } from "effect"
import { filter, filterParameters } from "../../../kernel/contract/Filtering.ts"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import type { InvalidRequest, NotForApiKeys } from "../../../kernel/contract/Problems.ts"
import { QueryBoolean } from "../../../kernel/contract/QueryValues.ts"
import { ApiKeyId, contexts, UserId } from "../../../kernel/contract/Rights.ts"
import { GivenInstant, Instant, nameText } from "../../../kernel/contract/Values.ts"
import { notHeld } from "./Role.ts"

/** A permission with the context that it belongs to. */
export const GrantedPermission = Schema.Struct({
  context: Schema.Literals(contexts),
  permission: Schema.String.check(Schema.isPattern(/^[a-z_]{1,50}$/, { message: "must be the name of a permission" }))
}).annotate({ identifier: "GrantedPermission" })
export type GrantedPermission = typeof GrantedPermission.Type

/** An API key without its secret, which is shown only once. */
export const ApiKey = Schema.Struct({
  id: ApiKeyId,
  userId: UserId,
  name: Schema.String,
  prefix: Schema.String.annotate({ description: "What a key begins with after `cdp_`: enough to know it by" }),
  permissions: Schema.Array(GrantedPermission),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Schema.NullOr(Instant.annotate({ description: "To the minute" })),
  revokedAt: Schema.NullOr(Instant)
}).annotate({ identifier: "ApiKey" })
export type ApiKey = typeof ApiKey.Type

export const CreatedApiKey = Schema.Struct({
  ...ApiKey.fields,
  key: Schema.String.annotate({ description: "The key itself. It is not shown again" })
}).annotate({ identifier: "CreatedApiKey" })
export type CreatedApiKey = typeof CreatedApiKey.Type

export const permissionsAtMost = 50

export const ApiKeyInput = Schema.Struct({
  name: nameText(100),
  permissions: Schema.Array(GrantedPermission).check(
    Schema.isBetweenLength(1, permissionsAtMost, { message: `must be 1 to ${permissionsAtMost}` })
  ).annotate({
    description: "What the key may do as long as its owner may: no more than the owner may now"
  }),
  expiresAt: Schema.optionalKey(GivenInstant).annotate({
    description: "At most a year from now. Default: 90 days from now"
  })
}).annotate({ identifier: "ApiKeyInput" })
export type ApiKeyInput = typeof ApiKeyInput.Type

export const apiKeyFilters = {
  id: filter.uuid,
  name: filter.text,
  prefix: filter.text,
  createdAt: filter.instant,
  expiresAt: filter.instant
} as const

export const ApiKeyQuery = Schema.Struct({
  ...pageParameters,
  ...filterParameters(apiKeyFilters),
  userId: Schema.optionalKey(UserId).annotate({
    description: "Whose keys; another's than the caller's need `manage_users` of iam. Default: the caller's"
  }),
  live: Schema.optionalKey(QueryBoolean).annotate({
    description: "true: only keys that are neither revoked nor expired; false: only the others"
  }),
  sort: sortParameter(
    Schema.Literals(["name", "createdAt", "expiresAt"]),
    "Fields: name, createdAt, expiresAt. Default: -createdAt"
  )
})
export type ApiKeyQuery = typeof ApiKeyQuery.Type

/** 404: no such key, or another's. */
export class ApiKeyNotFound extends declared<ApiKeyNotFound>()(
  "ApiKeyNotFound",
  problem("api_key_not_found", 404, "There is no such API key", {
    cause: "No key has this id, or it is another user's and the caller lacks `manage_users` of iam.",
    cure: "List the own keys with GET /v1/api-keys."
  })
) {}

/** 422: `errors` names each permission that the owner lacks. */
export class ApiKeyPermissionNotHeld extends declared<ApiKeyPermissionNotHeld>()(
  "ApiKeyPermissionNotHeld",
  problem("permission_not_held", 422, notHeld.title, notHeld)
) {}

/** 409: the user has 50 live keys. */
export class ApiKeyLimitReached extends declared<ApiKeyLimitReached>()(
  "ApiKeyLimitReached",
  problem("api_key_limit_reached", 409, "There are too many API keys", {
    cause: "A user has at most 50 keys that are neither revoked nor expired.",
    cure: "Revoke those that are no longer used: GET /v1/api-keys tells when each was used last."
  })
) {}

/** Makes a key for the caller. */
export class CreateApiKey extends Request.TaggedClass("iam/CreateApiKey")<
  { readonly input: ApiKeyInput },
  CreatedApiKey,
  NotForApiKeys | InvalidRequest | ApiKeyPermissionNotHeld | ApiKeyLimitReached
> {}

/** Ends a key: the caller's own, or anyone's with `manage_users`. One that has ended stays as it is. */
export class RevokeApiKey extends Request.TaggedClass("iam/RevokeApiKey")<
  { readonly id: ApiKeyId },
  void,
  NotForApiKeys | ApiKeyNotFound
> {}

export type ApiKeyCommand = CreateApiKey | RevokeApiKey
