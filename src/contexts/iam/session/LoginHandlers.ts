import { Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { createHash, randomBytes } from "node:crypto"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { SessionId, UserId } from "../../../kernel/contract/Rights.ts"
import { Sealing } from "../../../kernel/Sealing.ts"
import { AccessTokens } from "../AccessTokens.ts"
import { SessionsRevoked } from "../contract/IamEvents.ts"
import type { LoginCommand } from "../contract/LoginCommands.ts"
import { CredentialsInvalid, LoginNotFound, RefreshInvalid, Tokens } from "../contract/Logins.ts"
import { addNextKey } from "../key/SigningKeys.ts"
import { SessionRepo } from "./SessionRepo.ts"

const accessLifetime = Duration.minutes(15)

const hashOf = (token: string) => createHash("sha256").update(token).digest()

const TokensText = Schema.fromJsonString(Tokens)

/** A refresh token with its login, which is held. */
interface Held {
  readonly sessionId: SessionId
  readonly userId: UserId
  readonly isUsed: boolean
  /** Whether it was used with this key within the last 10 s. */
  readonly isRepeated: boolean
  readonly isOpen: boolean
  readonly sealedAnswer: Uint8Array | null
}

const changeOf = (id: string, changedFields: ReadonlyArray<string>, type = "login") => ({
  target: { type, id },
  versionBefore: null,
  versionAfter: null,
  changedFields
})

const revoked = (userId: UserId, sid: SessionId | "all", reason: SessionsRevoked["reason"]) =>
  eventOf(SessionsRevoked, new SessionsRevoked({ userId, sid, reason }))

type Own = Exclude<LoginCommand, { readonly _tag: "iam/ResetPassword" | "iam/ChangePassword" }>

export const loginHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const access = yield* AccessTokens
  const sealing = yield* Sealing
  const sessions = yield* SessionRepo

  const issue = Effect.fnUntraced(function*(userId: UserId, sid: SessionId): Effect.fn.Return<Tokens, unknown> {
    const refreshToken = randomBytes(32).toString("base64url")
    yield* sql`
      INSERT INTO refresh_tokens (token_hash, session_id, expires_at)
      SELECT ${hashOf(refreshToken)}, id, least(expires_at, now() + interval '30 days') FROM sessions WHERE id = ${sid}`
    const accessToken = yield* access.sign(userId, sid, accessLifetime)
    return { accessToken, tokenType: "Bearer", expiresIn: Duration.toSeconds(accessLifetime), refreshToken }
  })
  const issued = (userId: UserId, sid: SessionId) => Effect.orDie(issue(userId, sid))

  const held = Effect.fnUntraced(function*(token: string, key: string | undefined) {
    const [row] = yield* sql<Held>`
      SELECT t.session_id, s.user_id, t.used_at IS NOT NULL AS is_used, t.sealed_answer,
        coalesce(t.used_at > now() - interval '10 seconds' AND t.idempotency_key = ${
      key ?? null
    }, false) AS is_repeated,
        s.revoked_at IS NULL AND s.expires_at > now() AND t.expires_at > now() AND u.status = 'active' AS is_open
      FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
      WHERE t.token_hash = ${hashOf(token)} FOR NO KEY UPDATE OF t, s`
    return row !== undefined && row.isOpen ? row : yield* new RefreshInvalid({})
  })

  const handlers: Handlers<Own> = {
    "iam/Login": Effect.fnUntraced(function*({ hash, renewed, userAgent, userId }) {
      const [user] = yield* sql`
        SELECT FROM users u JOIN passwords p ON p.user_id = u.id
        WHERE u.id = ${userId} AND u.status = 'active' AND p.hash = ${hash} FOR NO KEY UPDATE OF u, p`
      if (user === undefined) return yield* new CredentialsInvalid({})
      if (renewed !== undefined) yield* sql`UPDATE passwords SET hash = ${renewed} WHERE user_id = ${userId}`
      const sid = yield* sessions.open(userId, userAgent)
      return { answer: yield* issued(userId, sid), change: changeOf(sid, ["createdAt"]), by: userId }
    }),
    "iam/Refresh": Effect.fnUntraced(function*({ idempotencyKey, refreshToken }) {
      const { isRepeated, isUsed, sealedAnswer, sessionId: sid, userId } = yield* held(refreshToken, idempotencyKey)
      const name = `refresh ${hashOf(refreshToken).toString("base64url")}`
      if (isRepeated && sealedAnswer !== null) {
        const answer = sealing.open(name, sealedAnswer).pipe(Effect.flatMap(Schema.decodeEffect(TokensText)))
        return { answer: yield* Effect.orDie(answer) }
      }
      if (isUsed) {
        yield* sessions.revoke(userId, sid)
        const change = changeOf(sid, ["revokedAt"])
        return { answer: undefined, change, by: userId, events: [revoked(userId, sid, "reuse")] }
      }
      const answer = yield* issued(userId, sid)
      const sealed = idempotencyKey === undefined ? null : yield* sealing.seal(name, JSON.stringify(answer))
      yield* sql`
        UPDATE refresh_tokens SET used_at = now(), idempotency_key = ${
        idempotencyKey ?? null
      }, sealed_answer = ${sealed}
        WHERE token_hash = ${hashOf(refreshToken)}`
      return { answer }
    }),
    "iam/Logout": Effect.fnUntraced(function*({ sid }, { userId }) {
      if (sid === undefined || userId === null || !(yield* sessions.revoke(userId, sid))) return { answer: undefined }
      return { answer: undefined, change: changeOf(sid, ["revokedAt"]), events: [revoked(userId, sid, "logout")] }
    }),
    "iam/LogoutAll": Effect.fnUntraced(function*(_, { userId }) {
      if (userId === null || (yield* sessions.revokeAll(userId)).length === 0) return { answer: undefined }
      return { answer: undefined, change: changeOf("all", ["revokedAt"]), events: [revoked(userId, "all", "logout")] }
    }),
    "iam/RotateKeys": Effect.fnUntraced(function*() {
      const answer = yield* addNextKey(sql, sealing)
      return answer ? { answer, change: changeOf("next", ["state"], "signingKey") } : { answer }
    }),
    "iam/EndLogin": Effect.fnUntraced(function*({ sid }, { userId }) {
      if (userId === null || !(yield* sessions.revoke(userId, sid))) return yield* new LoginNotFound({})
      return { answer: undefined, change: changeOf(sid, ["revokedAt"]), events: [revoked(userId, sid, "logout")] }
    })
  }
  return handlers
})
