import { Schema } from "effect"
import { pageParameters, sortParameter } from "../../../kernel/contract/Pagination.ts"
import { declared, problem } from "../../../kernel/contract/Problem.ts"
import { SessionId } from "../../../kernel/contract/Rights.ts"
import { Instant, RawText } from "../../../kernel/contract/Values.ts"

/** Text of any kind: what a password may be is asked where one is set. */
const Password = RawText.check(Schema.isBetweenCodePoints(1, 1024))
const Address = RawText.check(Schema.isBetweenCodePoints(1, 254))

export const LoginInput = Schema.Struct({ email: Address, password: Password }).annotate({ identifier: "LoginInput" })
export type LoginInput = typeof LoginInput.Type

export const RefreshInput = Schema.Struct({
  refreshToken: RawText.check(Schema.isBetweenCodePoints(1, 200))
}).annotate({ identifier: "RefreshInput" })

export const ResetInput = Schema.Struct({
  email: Address,
  code: RawText.check(Schema.isBetweenCodePoints(1, 100)),
  password: Password
}).annotate({ identifier: "ResetInput" })
export type ResetInput = typeof ResetInput.Type

export const PasswordInput = Schema.Struct({
  oldPassword: Password,
  password: Password.annotate({
    description: "12 to 256 characters, not a common one, nor the e-mail address or the name"
  })
}).annotate({ identifier: "PasswordInput" })
export type PasswordInput = typeof PasswordInput.Type

/** What a login gives. */
export const Tokens = Schema.Struct({
  accessToken: Schema.String.annotate({ description: "A JWT for `Authorization: Bearer …`" }),
  tokenType: Schema.Literal("Bearer"),
  expiresIn: Schema.Int.annotate({ description: "Seconds for which the access token is valid" }),
  refreshToken: Schema.String.annotate({ description: "Gets the next tokens, once; valid for 30 days" })
}).annotate({ identifier: "Tokens" })
export type Tokens = typeof Tokens.Type

export const ResetCode = Schema.Struct({
  code: Schema.String.annotate({ description: "For POST /v1/auth/reset-password, once. It is not shown again" }),
  expiresAt: Instant
}).annotate({ identifier: "ResetCode" })
export type ResetCode = typeof ResetCode.Type

/** A login that is open: whatever was refreshed from it belongs to it. */
export const Login = Schema.Struct({
  sid: SessionId,
  via: Schema.Literals(["password", "operator"]),
  createdAt: Instant,
  lastUsedAt: Instant.annotate({ description: "To the minute" }),
  expiresAt: Instant,
  address: Schema.NullOr(Schema.String).annotate({ description: "Where it was opened from, truncated to /24 or /48" }),
  userAgent: Schema.NullOr(Schema.String),
  current: Schema.Boolean.annotate({ description: "Whether this request belongs to it" })
}).annotate({ identifier: "Login" })
export type Login = typeof Login.Type

export const LoginQuery = Schema.Struct({
  ...pageParameters,
  sort: sortParameter(
    Schema.Literals(["createdAt", "lastUsedAt"]),
    "Fields: createdAt, lastUsedAt. Default: -lastUsedAt"
  )
})
export type LoginQuery = typeof LoginQuery.Type

/** 401: e-mail address and password, or code, do not belong together; more is told to nobody. */
export class CredentialsInvalid extends declared<CredentialsInvalid>()(
  "CredentialsInvalid",
  problem("credentials_invalid", 401, "E-mail address or password are wrong", {
    cause: "There is no such user, the user has no password or is disabled, or the password or code is another one.",
    cure: "Try again, or ask an administrator for a code for a new password."
  })
) {}

/** 429: too many wrong passwords, of this account or from this address; also for the right one. */
export class LoginThrottled extends declared<LoginThrottled>()(
  "LoginThrottled",
  problem("login_throttled", 429, "Too many failed logins", {
    cause: "5 logins of the account, or 30 from the address, have failed within 15 minutes.",
    cure: "Wait for the seconds of `Retry-After`."
  })
) {}

/** 401: no refresh token of an open login. */
export class RefreshInvalid extends declared<RefreshInvalid>()(
  "RefreshInvalid",
  problem("refresh_invalid", 401, "The refresh token is not valid", {
    cause: "There is no such refresh token, it has expired, or its login was ended.",
    cure: "Log in again with POST /v1/auth/login."
  })
) {}

/** 401: it was used before: whoever has it may have stolen it, and the whole login has ended. */
export class RefreshReused extends declared<RefreshReused>()(
  "RefreshReused",
  problem("refresh_reused", 401, "The refresh token was used before", {
    cause:
      "Each refresh token is used once. That this one came again may mean that it was stolen: the login has ended.",
    cure: "Log in again. A program that may send a refresh twice sends it with the same Idempotency-Key, within 10 s."
  })
) {}

/** 422: `errors` names each rule that the new password breaks. */
export class PasswordTooWeak extends declared<PasswordTooWeak>()(
  "PasswordTooWeak",
  problem("password_too_weak", 422, "The password is too weak", {
    cause: "It is too short or too long, too common, or the e-mail address or the name.",
    cure: "Choose 12 to 256 characters that nobody guesses; a few words will do."
  })
) {}

/** 404: no open login of the caller's. */
export class LoginNotFound extends declared<LoginNotFound>()(
  "LoginNotFound",
  problem("login_not_found", 404, "There is no such login", {
    cause: "The caller has no open login with this id.",
    cure: "GET /v1/me/logins lists them."
  })
) {}
