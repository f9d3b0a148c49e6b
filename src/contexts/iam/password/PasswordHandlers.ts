import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { createHash, randomInt, timingSafeEqual } from "node:crypto"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { SessionId, UserId } from "../../../kernel/contract/Rights.ts"
import { SessionsRevoked } from "../contract/IamEvents.ts"
import type { ChangePassword, IssueResetCode, ResetPassword, SetPassword } from "../contract/LoginCommands.ts"
import { CredentialsInvalid } from "../contract/Logins.ts"
import { UserNotFound } from "../contract/User.ts"
import { SessionRepo } from "../session/SessionRepo.ts"
import { requireNoLess } from "../user/requireNoLess.ts"

const codeLifetime = { minutes: 60 }
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
const codeLength = 20

/** 100 bits, in letters and digits that are not taken for each other. */
const newCode = () => Array.from({ length: codeLength }, () => alphabet.charAt(randomInt(alphabet.length))).join("")

const hashOf = (code: string) => createHash("sha256").update(code.trim().toUpperCase()).digest()

/** Whether it is the code that was issued. */
export const isCode = (code: string, issued: Uint8Array | null): boolean =>
  issued !== null && timingSafeEqual(issued, hashOf(code))

const changeOf = (id: UserId, changedFields: ReadonlyArray<string>) => ({
  target: { type: "user", id },
  versionBefore: null,
  versionAfter: null,
  changedFields
})

/** Writes passwords, and ends the logins that were opened with those before. */
const writing = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const sessions = yield* SessionRepo
  return Effect.fnUntraced(function*(userId: UserId, hash: string, but?: SessionId) {
    yield* sql`
      INSERT INTO passwords (user_id, hash) VALUES (${userId}, ${hash})
      ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = now()`
    yield* sql`DELETE FROM reset_codes WHERE user_id = ${userId}`
    const ended = yield* sessions.revokeAll(userId, but)
    const sids = but === undefined && ended.length > 0 ? ["all" as const] : ended
    return sids.map((sid) => eventOf(SessionsRevoked, new SessionsRevoked({ userId, sid, reason: "password" })))
  })
})

/** What managers of users do to the passwords of others. */
export const passwordHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const write = yield* writing
  const requireRight = yield* requireNoLess

  const managed = Effect.fnUntraced(function*(actor: Actor, id: UserId) {
    const [user] = yield* sql`SELECT FROM users WHERE id = ${id} FOR NO KEY UPDATE`
    if (user === undefined) return yield* new UserNotFound({})
    yield* requireRight(actor, id)
  })

  const handlers: Handlers<IssueResetCode | SetPassword> = {
    "iam/IssueResetCode": Effect.fnUntraced(function*({ id }, actor) {
      yield* managed(actor, id)
      const code = newCode()
      const expiresAt = DateTime.add(yield* DateTime.now, codeLifetime)
      yield* sql`
        INSERT INTO reset_codes (user_id, code_hash, expires_at) VALUES (${id}, ${hashOf(code)}, ${
        DateTime.toDateUtc(expiresAt)
      })
        ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at`
      return { answer: { code, expiresAt }, change: changeOf(id, ["resetCode"]) }
    }),
    "iam/SetPassword": Effect.fnUntraced(function*({ hash, id }, actor) {
      yield* managed(actor, id)
      const events = yield* write(id, hash)
      return { answer: undefined, change: changeOf(id, ["password"]), events }
    })
  }
  return handlers
})

/** What users do to their own passwords. */
export const ownPasswordHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const write = yield* writing

  const handlers: Handlers<ChangePassword | ResetPassword> = {
    "iam/ChangePassword": Effect.fnUntraced(function*({ hash, sid, verified }, { userId }) {
      const [same] = yield* sql`SELECT FROM passwords WHERE user_id = ${userId} AND hash = ${verified} FOR UPDATE`
      if (same === undefined || userId === null) return yield* new VersionConflict({})
      const events = yield* write(userId, hash, sid)
      return { answer: undefined, change: changeOf(userId, ["password"]), events }
    }),
    "iam/ResetPassword": Effect.fnUntraced(function*({ code, hash, userId }) {
      const [row] = yield* sql<{ codeHash: Uint8Array }>`
        SELECT c.code_hash FROM reset_codes c JOIN users u ON u.id = c.user_id
        WHERE c.user_id = ${userId} AND c.expires_at > now() AND u.status = 'active' FOR UPDATE OF c`
      if (row === undefined || !isCode(code, row.codeHash)) return yield* new CredentialsInvalid({})
      const events = yield* write(userId, hash)
      return { answer: undefined, change: changeOf(userId, ["password"]), by: userId, events }
    })
  }
  return handlers
})
