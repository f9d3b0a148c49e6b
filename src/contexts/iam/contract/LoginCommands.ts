import { Request } from "effect"
import type { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { NotForApiKeys } from "../../../kernel/contract/Problems.ts"
import { inPerson, type SessionId, type UserId } from "../../../kernel/contract/Rights.ts"
import type { CredentialsInvalid, LoginNotFound, RefreshInvalid, ResetCode, Tokens } from "./Logins.ts"
import type { PolicyOf } from "./Permissions.ts"
import type { PermissionNotHeld } from "./Role.ts"
import type { UserNotFound } from "./User.ts"

/** Opens a login of a user whose password was found to be that of `hash`; `renewed` is a hash at today's cost. */
export class OpenLogin extends Request.TaggedClass("iam/Login")<
  {
    readonly userId: UserId
    readonly hash: string
    readonly renewed: string | undefined
    readonly userAgent: string | undefined
  },
  Tokens,
  CredentialsInvalid
> {}

/** Gives the next tokens of a login, or ends it where the token comes a second time: `undefined`. */
export class Refresh extends Request.TaggedClass("iam/Refresh")<
  { readonly refreshToken: string; readonly idempotencyKey: string | undefined },
  Tokens | undefined,
  RefreshInvalid
> {}

/** Sets the password of whoever has the code; all logins end. */
export class ResetPassword extends Request.TaggedClass("iam/ResetPassword")<
  { readonly userId: UserId; readonly code: string; readonly hash: string },
  void,
  CredentialsInvalid
> {}

/** Ends the login of the request; there is none where another issuer vouches. */
export class Logout
  extends Request.TaggedClass("iam/Logout")<{ readonly sid: SessionId | undefined }, void, NotForApiKeys>
{}

/** Ends all logins of the caller. */
export class LogoutAll extends Request.TaggedClass("iam/LogoutAll")<{}, void, NotForApiKeys> {}

/** Ends one login of the caller. */
export class EndLogin extends Request.TaggedClass("iam/EndLogin")<
  { readonly sid: SessionId },
  void,
  NotForApiKeys | LoginNotFound
> {}

/** Sets another password where the present one is still that of `verified`; all other logins end. */
export class ChangePassword extends Request.TaggedClass("iam/ChangePassword")<
  { readonly verified: string; readonly hash: string; readonly sid: SessionId | undefined },
  void,
  NotForApiKeys | VersionConflict
> {}

/** Makes a code with which the user sets a password, once, within an hour. */
export class IssueResetCode extends Request.TaggedClass("iam/IssueResetCode")<
  { readonly id: UserId },
  ResetCode,
  NotForApiKeys | UserNotFound | PermissionNotHeld
> {}

/** Sets the password of a user, whose logins all end. */
export class SetPassword extends Request.TaggedClass("iam/SetPassword")<
  { readonly id: UserId; readonly hash: string },
  void,
  NotForApiKeys | UserNotFound | PermissionNotHeld
> {}

/** Publishes the next signing key, which signs 10 minutes later; whether there was none yet. */
export class RotateKeys extends Request.TaggedClass("iam/RotateKeys")<{}, boolean, NotForApiKeys> {}

export type LoginCommand =
  | OpenLogin
  | Refresh
  | ResetPassword
  | Logout
  | LogoutAll
  | EndLogin
  | ChangePassword
  | RotateKeys

export type PasswordCommand = IssueResetCode | SetPassword

/** What each command needs, in the context iam. */
export const loginPermissions = {
  "iam/Login": null,
  "iam/Refresh": null,
  "iam/ResetPassword": null,
  "iam/Logout": inPerson(null),
  "iam/LogoutAll": inPerson(null),
  "iam/EndLogin": inPerson(null),
  "iam/ChangePassword": inPerson(null),
  "iam/RotateKeys": inPerson("manage_users")
} as const satisfies Record<LoginCommand["_tag"], PolicyOf<"iam">>

export const passwordPermissions = {
  "iam/IssueResetCode": inPerson("manage_users"),
  "iam/SetPassword": inPerson("manage_users")
} as const satisfies Record<PasswordCommand["_tag"], PolicyOf<"iam">>
