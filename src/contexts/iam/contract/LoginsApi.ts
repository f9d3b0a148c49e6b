import { Schema } from "effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { idempotent, VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import { documented } from "../../../kernel/contract/documented.ts"
import { doneOrDryRun, dryRunnable, dryRunOf } from "../../../kernel/contract/DryRun.ts"
import { Idempotency } from "../../../kernel/contract/Idempotency.ts"
import { many, one } from "../../../kernel/contract/Pagination.ts"
import {
  CommandTimedOut,
  CursorMismatch,
  NotForApiKeys,
  PageTooDeep,
  PermissionMissing,
  RateLimited
} from "../../../kernel/contract/Problems.ts"
import { RequestProblems } from "../../../kernel/contract/RequestProblems.ts"
import { SessionId, UserId } from "../../../kernel/contract/Rights.ts"
import { needs } from "./access.ts"
import { Authorization } from "./Authorization.ts"
import { loginPermissions, passwordPermissions } from "./LoginCommands.ts"
import {
  CredentialsInvalid,
  Login,
  LoginInput,
  LoginNotFound,
  LoginQuery,
  LoginThrottled,
  PasswordInput,
  PasswordTooWeak,
  RefreshInput,
  RefreshInvalid,
  RefreshReused,
  ResetCode,
  ResetInput,
  Tokens
} from "./Logins.ts"
import { PermissionNotHeld } from "./Role.ts"
import { UserNotFound } from "./User.ts"

const tokens = {
  accessToken: "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjAxYTIwOGM5In0.eyJpc3MiOiJjYXJkYXBpbyJ9.c2lnbmF0dXJl",
  tokenType: "Bearer",
  expiresIn: 900,
  refreshToken: "2Vf0hZ1Yq1l7m4oQ9n7sS5rKc8uXwE3bTjGpLdMiNaA"
}

const login = {
  sid: "01a20b92-1171-72c8-afe1-41383ec93b93",
  via: "password",
  createdAt: "2026-11-24T09:30:00.000Z",
  lastUsedAt: "2026-11-24T09:45:00.000Z",
  expiresAt: "2027-02-22T09:30:00.000Z",
  address: "192.0.2.0/24",
  userAgent: "Mozilla/5.0",
  current: true
}

/** What needs no credential, because it gives one. */
export class AuthGroup extends HttpApiGroup.make("auth")
  .add(
    HttpApiEndpoint.post("login", "/auth/login", {
      payload: LoginInput,
      success: one(Tokens),
      error: [CredentialsInvalid, LoginThrottled, RateLimited, CommandTimedOut]
    }).annotateMerge(documented("login", "Log in", {
      description:
        "Gives an access token for 15 minutes and a refresh token for the next one. Every failure is the same; 5 of an account within 15 "
        + "minutes make it wait, also for the right password.",
      examples: { request: { email: "ana@example.org", password: "correct horse battery" }, 200: { data: tokens } }
    })),
    HttpApiEndpoint.post("refresh", "/auth/refresh", {
      headers: idempotent,
      payload: RefreshInput,
      success: one(Tokens),
      error: [RefreshInvalid, RefreshReused, RateLimited, CommandTimedOut]
    }).annotateMerge(documented("refresh", "Get the next tokens", {
      description:
        "A refresh token is used once: the same one again ends the whole login, but within 10 s with the same Idempotency-Key it gets "
        + "the same answer. A login lives for 90 days at most.",
      examples: { request: { refreshToken: tokens.refreshToken }, 200: { data: tokens } }
    })),
    HttpApiEndpoint.post("resetPassword", "/auth/reset-password", {
      payload: ResetInput,
      success: HttpApiSchema.NoContent,
      error: [CredentialsInvalid, LoginThrottled, PasswordTooWeak, RateLimited, CommandTimedOut]
    }).annotateMerge(documented("resetPassword", "Set a password by a code", {
      description: "The code comes from whoever manages users; it is good for an hour, and once. All logins end.",
      examples: {
        request: { email: "ana@example.org", code: "7KQ2M9XWRT4HCD3VPJ6N", password: "correct horse battery" }
      }
    }))
  )
  .middleware(RequestProblems)
  .prefix("/v1")
  .annotateMerge(OpenApi.annotations({ title: "Logging in", description: "Tokens for people" }))
{}

export class LoginsGroup extends HttpApiGroup.make("logins")
  .add(
    HttpApiEndpoint.post("logout", "/auth/logout", {
      headers: idempotent,
      query: dryRunnable,
      success: doneOrDryRun,
      error: [PermissionMissing, NotForApiKeys, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("logout", "Log out", {
      access: needs(loginPermissions, "iam/Logout"),
      description: "Ends the login that the token belongs to: every server refuses its tokens at once."
    })),
    HttpApiEndpoint.post("logoutAll", "/auth/logout-all", {
      headers: idempotent,
      query: dryRunnable,
      success: doneOrDryRun,
      error: [PermissionMissing, NotForApiKeys, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("logoutAll", "Log out everywhere", {
      access: needs(loginPermissions, "iam/LogoutAll"),
      description: "Ends all logins of the caller, this one too."
    })),
    HttpApiEndpoint.put("changePassword", "/me/password", {
      query: dryRunnable,
      payload: PasswordInput,
      success: doneOrDryRun,
      error: [
        PermissionMissing,
        NotForApiKeys,
        CredentialsInvalid,
        LoginThrottled,
        PasswordTooWeak,
        VersionConflict,
        CommandTimedOut
      ]
    }).annotateMerge(documented("changePassword", "Change the own password", {
      access: needs(loginPermissions, "iam/ChangePassword"),
      description: "Takes the old one. All other logins end.",
      examples: { request: { oldPassword: "correct horse battery", password: "wrong donkey socket" } }
    })),
    HttpApiEndpoint.get("list", "/me/logins", {
      query: LoginQuery,
      success: many(Login),
      error: [CursorMismatch, PageTooDeep]
    }).annotateMerge(documented("listLogins", "List the own logins", {
      description: "Those that are open.",
      examples: { 200: { data: [login], pagination: { page: 1, limit: 50, total: 1, pages: 1, nextCursor: null } } }
    })),
    HttpApiEndpoint.delete("end", "/me/logins/:sid", {
      params: { sid: SessionId },
      query: dryRunnable,
      success: doneOrDryRun,
      error: [PermissionMissing, NotForApiKeys, LoginNotFound, CommandTimedOut]
    }).annotateMerge(documented("endLogin", "End one of the own logins", {
      access: needs(loginPermissions, "iam/EndLogin"),
      description: "Every server refuses its tokens at once. GET /v1/me/logins tells which there are."
    })),
    HttpApiEndpoint.post("issueResetCode", "/users/:id/reset-code", {
      params: { id: UserId },
      headers: idempotent,
      query: dryRunnable,
      success: Schema.Union([dryRunOf(Schema.Struct({ expiresAt: ResetCode.fields.expiresAt })), one(ResetCode)]),
      error: [PermissionMissing, NotForApiKeys, UserNotFound, PermissionNotHeld, CommandTimedOut]
    }).middleware(Idempotency).annotateMerge(documented("issueResetCode", "Give a user a code for a new password", {
      access: needs(passwordPermissions, "iam/IssueResetCode"),
      description:
        "The caller has every right that the user has, or `manage_roles` of iam. The code is shown this once, and good for an "
        + "hour; tell it to nobody else. An earlier one is good no more.",
      examples: { 200: { data: { code: "7KQ2M9XWRT4HCD3VPJ6N", expiresAt: "2026-11-24T10:30:00.000Z" } } }
    }))
  )
  .middleware(RequestProblems)
  .middleware(Authorization)
  .prefix("/v1")
  .annotateMerge(
    OpenApi.annotations({ title: "Logins and passwords", description: "The caller's own, and codes for others" })
  )
{}
