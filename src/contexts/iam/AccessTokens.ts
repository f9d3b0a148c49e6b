import { Clock, Context, Duration, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { SignJWT } from "jose"
import { SessionId, type UserId } from "../../kernel/contract/Rights.ts"
import { Sealing } from "../../kernel/Sealing.ts"
import { SigningKeys, type SigningKeysSealed } from "./key/SigningKeys.ts"
import { leewaySeconds, localIssuer } from "./token/localIssuer.ts"

/** Our own access tokens (RFC 9068): EdDSA, `typ: at+jwt`, nothing personal inside. */
export class AccessTokens extends Context.Service<AccessTokens, {
  /** Succeeds where tokens can be signed and verified. */
  readonly ready: Effect.Effect<void, SigningKeysSealed>
  /** A token of a login. */
  sign(userId: UserId, sessionId: SessionId, lifetime: Duration.Duration): Effect.Effect<string, SigningKeysSealed>
  /** A token of a login that an operator opens for it, and that ends with it. */
  issue(userId: UserId, lifetime: Duration.Duration): Effect.Effect<string, SigningKeysSealed>
}>()("cardapio/contexts/iam/AccessTokens") {
  static readonly layerNoDeps = Layer.effect(
    AccessTokens,
    Effect.gen(function*() {
      const keys = yield* SigningKeys
      const sql = yield* SqlClient.SqlClient

      const sign = Effect.fnUntraced(function*(userId: UserId, sid: SessionId, lifetime: Duration.Duration) {
        const { key, kid } = yield* keys.active
        const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
        return yield* Effect.promise(() =>
          new SignJWT({ sid })
            .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid })
            .setIssuer(localIssuer)
            .setAudience(localIssuer)
            .setSubject(userId)
            .setIssuedAt(now)
            .setNotBefore(now)
            .setExpirationTime(now + Math.ceil(Duration.toSeconds(lifetime)))
            .setJti(SecureRandom.uuidV7Unsafe())
            .sign(key)
        )
      })

      return AccessTokens.of({
        ready: Effect.asVoid(keys.active),
        sign,
        issue: Effect.fnUntraced(function*(userId, lifetime) {
          const id = SessionId.make(SecureRandom.uuidV7Unsafe())
          const seconds = Duration.toSeconds(lifetime) + leewaySeconds
          yield* Effect.orDie(sql`
            INSERT INTO sessions (id, user_id, via, expires_at)
            VALUES (${id}, ${userId}, 'operator', now() + ${seconds} * interval '1 second')`)
          return yield* sign(userId, id, lifetime)
        })
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(Layer.provide(SigningKeys.layer), Layer.provide(Sealing.layer))
}
