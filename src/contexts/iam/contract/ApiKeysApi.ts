import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { idempotent } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { doneOrDryRun, dryRunnable, dryRunOf } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import {
  CommandTimedOut,
  CursorMismatch,
  NotForApiKeys,
  PageTooDeep,
  PermissionMissing
} from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { ApiKeyId } from "../../../kernel/contract/Rights.ts"
import { needs, ownerOr } from "./access.ts"
import {
  ApiKey,
  ApiKeyInput,
  ApiKeyLimitReached,
  ApiKeyNotFound,
  ApiKeyPermissionNotHeld,
  ApiKeyQuery,
  CreatedApiKey
} from "./ApiKeys.ts"
import { Authorization } from "./Authorization.ts"
import { iamPermissions } from "./IamCommands.ts"

const input = {
  name: "Till of the canteen",
  permissions: [{ context: "products", permission: "manage_products" }],
  expiresAt: "2027-01-31T12:00:00.000Z"
}

const apiKey = {
  id: "01a20b92-1171-72c8-afe1-41383ec93b93",
  userId: "01980000-0000-7000-8000-000000000001",
  prefix: "0c3XyTq8ZpLw",
  ...input,
  createdAt: "2026-11-24T09:30:00.000Z",
  lastUsedAt: null,
  revokedAt: null
}

export class ApiKeysGroup extends HttpApiGroup.make("apiKeys")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: ApiKeyQuery,
      success: many(ApiKey),
      error: [PermissionMissing, CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listApiKeys", "List API keys", {
      access: ownerOr("the keys' owner", "iam", "manage_users"),
      description: "Secrets are never shown again.",
      examples: {
        200: { data: [apiKey], pagination: { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null } }
      }
    })),
    HttpApiEndpoint.get("get", "/:id", {
      params: { id: ApiKeyId },
      success: one(ApiKey),
      error: [ApiKeyNotFound]
    }).annotateMerge(documented("getApiKey", "Read an API key", {
      description: "The caller's own, or anyone's with `manage_users` of iam. The secret is never shown again.",
      examples: { 200: { data: apiKey } }
    })),
    HttpApiEndpoint.post("create", "/", {
      headers: idempotent,
      query: dryRunnable,
      payload: ApiKeyInput,
      success: [
        HttpApiSchema.WithHeaders(dryRunOf(ApiKey), { location: Schema.optionalKey(Schema.String) }),
        HttpApiSchema.WithHeaders(one(CreatedApiKey).pipe(HttpApiSchema.status(201)), { location: Schema.String })
      ],
      error: [PermissionMissing, NotForApiKeys, ApiKeyPermissionNotHeld, ApiKeyLimitReached, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("createApiKey", "Make an API key", {
      access: needs(iamPermissions, "iam/CreateApiKey"),
      description: "`key` is shown this once; it is sent as `Authorization: Bearer …` or `X-Api-Key`. "
        + "A key may do what both it and its owner may at that moment; it makes no other keys and changes no logins, passwords or roles.",
      examples: {
        request: input,
        201: { data: { ...apiKey, key: "cdp_0c3XyTq8ZpLw_4dYk0m2cVx1sN8bQz7LhJtRfWpE5uGaKiOyCnXvB3TqS" } }
      }
    })),
    HttpApiEndpoint.delete("revoke", "/:id", {
      params: { id: ApiKeyId },
      query: dryRunnable,
      success: doneOrDryRun,
      error: [PermissionMissing, NotForApiKeys, ApiKeyNotFound, CommandTimedOut]
    }).annotateMerge(documented("revokeApiKey", "Revoke an API key", {
      access: needs(iamPermissions, "iam/RevokeApiKey"),
      description:
        "The caller's own, or anyone's with `manage_users` of iam. Requests with it are refused from then on."
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1/api-keys")
  .annotateMerge(OpenApi.annotations({ title: "API keys", description: "Credentials for programs" }))
{}
