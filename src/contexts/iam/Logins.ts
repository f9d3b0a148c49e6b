import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { readingActor, requirePolicy, type Unauthenticated } from "../../kernel/Actors.ts"
import { Audit } from "../../kernel/Audit.ts"
import * as CommandBus from "../../kernel/CommandBus.ts"
import type { CommandTimedOut, NotForApiKeys, Overloaded, PermissionMissing } from "../../kernel/contract/Problems.ts"
import { CurrentCredential, type UserId } from "../../kernel/contract/Rights.ts"
import { Sealing } from "../../kernel/Sealing.ts"
import { Settings } from "../../kernel/Settings.ts"
import { AccessTokens } from "./AccessTokens.ts"
import {
  ChangePassword,
  type LoginCommand,
  loginPermissions,
  OpenLogin,
  Refresh,
  ResetPassword
} from "./contract/LoginCommands.ts"
import {
  CredentialsInvalid,
  type LoginInput,
  type LoginThrottled,
  type PasswordInput,
  type PasswordTooWeak,
  RefreshInvalid,
  RefreshReused,
  type ResetInput,
  type Tokens
} from "./contract/Logins.ts"
import { isCode, ownPasswordHandlers } from "./password/PasswordHandlers.ts"
import { PasswordHashes } from "./password/PasswordHashes.ts"
import { requireStrong } from "./password/passwordRules.ts"
import { loginHandlers } from "./session/LoginHandlers.ts"
import { LoginQueries } from "./session/LoginQueries.ts"
import { LoginThrottle } from "./session/LoginThrottle.ts"
import { SessionRepo } from "./session/SessionRepo.ts"

interface Account {
  readonly id: UserId
  readonly email: string | null
  readonly name: string | null
  /** Nothing where the user is disabled, or has no password. */
  readonly hash: string | null
  /** Of the code for a new password, where there is one in force. */
  readonly codeHash: Uint8Array | null
}

type Guarded = LoginThrottled | CredentialsInvalid | Overloaded | CommandTimedOut

interface Methods {
  /** Checks a password and opens a login. Each failure is the same, and takes as long. */
  login(input: LoginInput, userAgent: string | undefined): Effect.Effect<Tokens, Guarded>
  /** The next tokens for a refresh token, which is used up; one that comes again ends its login. */
  refresh(
    refreshToken: string,
    idempotencyKey: string | undefined
  ): Effect.Effect<Tokens, RefreshInvalid | RefreshReused | CommandTimedOut>
  /** Sets a password by a code that a manager of users gave. */
  resetPassword(input: ResetInput): Effect.Effect<void, Guarded | PasswordTooWeak>
  /** The command by which the caller gets the new password, once the old one was found to be right. */
  changing(
    input: PasswordInput
  ): Effect.Effect<
    ChangePassword,
    Guarded | PasswordTooWeak | Unauthenticated | PermissionMissing | NotForApiKeys,
    CurrentCredential
  >
}

/** Logins by password, and what keeps them going: the part of iam that signs tokens. */
export class Logins
  extends Context.Service<Logins, CommandBus.CommandBus<LoginCommand> & LoginQueries["Service"] & Methods>()(
    "cardapio/contexts/iam/Logins"
  )
{
  static readonly layerNoDeps = Layer.effect(
    Logins,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const audit = yield* Audit
      const hashes = yield* PasswordHashes
      const throttle = yield* LoginThrottle
      const reading = yield* readingActor
      const { authLocal } = yield* Settings
      const bus = yield* CommandBus.make<LoginCommand>({
        context: "iam",
        permissions: loginPermissions,
        handlers: { ...yield* loginHandlers, ...yield* ownPasswordHandlers }
      })

      const accounts = sql`
        SELECT u.id, u.email, u.name, CASE WHEN u.status = 'active' THEN p.hash END AS hash,
          CASE WHEN u.status = 'active' AND c.expires_at > now() THEN c.code_hash END AS code_hash
        FROM users u LEFT JOIN passwords p ON p.user_id = u.id LEFT JOIN reset_codes c ON c.user_id = u.id`
      const byEmail = (email: string) =>
        Effect.map(
          Effect.orDie(sql<Account>`${accounts} WHERE lower(u.email) = lower(${email})`),
          ([account]) => account
        )

      /** A failure stays in the audit log, in a transaction of its own. */
      const failed = (command: LoginCommand["_tag"], userId: UserId | null) =>
        Effect.andThen(
          Effect.orDie(audit.failedLogin({ context: "iam", command }, userId)),
          Effect.fail(new CredentialsInvalid({}))
        )

      const verified = Effect.fnUntraced(function*(account: Account | undefined, password: string) {
        // Without tokens of our own, nobody has a password that counts.
        const hash = authLocal ? account?.hash ?? null : null
        return (yield* hashes.verify(password, hash)) ? hash : null
      })

      const login: Methods["login"] = Effect.fn("Logins.login")(function*({ email, password }, userAgent) {
        const account = yield* byEmail(email)
        const attempt = yield* throttle.attempt(account?.id ?? email)
        const hash = yield* verified(account, password)
        if (account === undefined || hash === null) return yield* failed("iam/Login", account?.id ?? null)
        const renewed = hashes.isOutdated(hash) ? yield* hashes.hash(password) : undefined
        const tokens = yield* bus.executeAsSystem(new OpenLogin({ userId: account.id, hash, renewed, userAgent }))
        yield* Effect.orDie(throttle.succeeded(attempt))
        return tokens
      }, hashes.placed)

      const refresh: Methods["refresh"] = Effect.fn("Logins.refresh")(function*(refreshToken, idempotencyKey) {
        if (!authLocal) return yield* new RefreshInvalid({})
        const tokens = yield* bus.executeAsSystem(new Refresh({ refreshToken, idempotencyKey }))
        return tokens ?? (yield* new RefreshReused({}))
      })

      const resetPassword: Methods["resetPassword"] = Effect.fn("Logins.resetPassword")(
        function*({ code, email, password }) {
          const account = yield* byEmail(email)
          const attempt = yield* throttle.attempt(account?.id ?? email)
          // Before anything is said of the password, which may tell the name of whoever has the e-mail.
          if (account === undefined || !isCode(code, account.codeHash)) {
            return yield* failed("iam/ResetPassword", account?.id ?? null)
          }
          yield* Effect.orDie(throttle.succeeded(attempt))
          yield* requireStrong(password, account)
          const { id: userId } = account
          const hash = yield* hashes.hash(password)
          yield* Effect.catchTag(
            bus.executeAsSystem(new ResetPassword({ userId, code, hash })),
            "CredentialsInvalid",
            () => failed("iam/ResetPassword", userId)
          )
        },
        hashes.placed
      )

      const changing: Methods["changing"] = Effect.fn("Logins.changing")(function*({ oldPassword, password }) {
        const { proof } = yield* CurrentCredential
        const actor = yield* reading
        yield* requirePolicy(actor, "iam", loginPermissions["iam/ChangePassword"]).pipe(
          Effect.tapError(() => Effect.orDie(audit.denied({ context: "iam", command: "iam/ChangePassword" }, actor)))
        )
        const { userId } = actor
        const [account] = yield* Effect.orDie(sql<Account>`${accounts} WHERE u.id = ${userId}`)
        const attempt = yield* throttle.attempt(userId)
        const hash = yield* verified(account, oldPassword)
        if (account === undefined || hash === null) return yield* failed("iam/ChangePassword", userId)
        yield* Effect.orDie(throttle.succeeded(attempt))
        yield* requireStrong(password, account)
        const sid = proof._tag === "Session" ? proof.id : undefined
        return new ChangePassword({ verified: hash, hash: yield* hashes.hash(password), sid })
      }, hashes.placed)

      return { ...bus, ...yield* LoginQueries, login, refresh, resetPassword, changing }
    })
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([
      LoginQueries.layer,
      LoginThrottle.layer,
      PasswordHashes.layer,
      SessionRepo.layer,
      AccessTokens.layer
    ]),
    Layer.provide(Sealing.layer)
  )
}
