import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { SessionId, UserId } from "../../../kernel/contract/Rights.ts"

/** The logins of users. */
export class SessionRepo extends Context.Service<SessionRepo, {
  /** Ends one login of a user; whether it was open. */
  revoke(userId: UserId, id: SessionId): Effect.Effect<boolean, SqlError.SqlError>
  /** Ends all logins of a user; how many were open. */
  revokeAll(userId: UserId): Effect.Effect<number, SqlError.SqlError>
}>()("cardapio/contexts/iam/session/SessionRepo") {
  static readonly layer = Layer.effect(
    SessionRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      return SessionRepo.of({
        revoke: (userId, id) =>
          Effect.map(
            sql`
              UPDATE sessions SET revoked_at = now()
              WHERE id = ${id} AND user_id = ${userId} AND revoked_at IS NULL AND expires_at > now() RETURNING id`,
            (rows) => rows.length > 0
          ),
        revokeAll: (userId) =>
          Effect.map(
            sql`
              UPDATE sessions SET revoked_at = now()
              WHERE user_id = ${userId} AND revoked_at IS NULL AND expires_at > now() RETURNING id`,
            (rows) => rows.length
          )
      })
    })
  )
}
