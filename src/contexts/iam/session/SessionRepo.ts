import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError } from "effect/sql"
import { SessionId, type UserId } from "../../../kernel/contract/Rights.ts"
import { Origin } from "../../../kernel/Origin.ts"

/** The logins of users. */
export class SessionRepo extends Context.Service<SessionRepo, {
  /** A login by password, for 90 days at most. */
  open(userId: UserId, userAgent: string | undefined): Effect.Effect<SessionId, SqlError.SqlError>
  /** Ends one login of a user; whether it was open. */
  revoke(userId: UserId, id: SessionId): Effect.Effect<boolean, SqlError.SqlError>
  /** Ends all logins of a user but one; which were open. */
  revokeAll(userId: UserId, but?: SessionId): Effect.Effect<ReadonlyArray<SessionId>, SqlError.SqlError>
}>()("cardapio/contexts/iam/session/SessionRepo") {
  static readonly layer = Layer.effect(
    SessionRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const isOpen = sql`revoked_at IS NULL AND expires_at > now()`
      return SessionRepo.of({
        open: Effect.fnUntraced(function*(userId, userAgent) {
          const id = SessionId.make(SecureRandom.uuidV7Unsafe())
          const { address } = yield* Origin
          yield* sql`
            INSERT INTO sessions (id, user_id, via, expires_at, address, user_agent)
            VALUES (${id}, ${userId}, 'password', now() + interval '90 days', ${address}, ${
            userAgent?.slice(0, 500) ?? null
          })`
          return id
        }),
        revoke: (userId, id) =>
          Effect.map(
            sql`UPDATE sessions SET revoked_at = now() WHERE id = ${id} AND user_id = ${userId} AND ${isOpen} RETURNING id`,
            (rows) => rows.length > 0
          ),
        revokeAll: (userId, but) =>
          Effect.map(
            sql<{ id: SessionId }>`
              UPDATE sessions SET revoked_at = now()
              WHERE user_id = ${userId} AND ${isOpen} AND id IS DISTINCT FROM ${but ?? null}::uuid RETURNING id`,
            (rows) => rows.map(({ id }) => id)
          )
      })
    })
  )
}
