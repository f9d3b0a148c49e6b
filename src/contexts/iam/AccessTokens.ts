import { Clock, Context, Duration, Effect, Layer, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { type CryptoKey, decodeProtectedHeader, jwtVerify, SignJWT } from "jose"
import { TokenInvalid } from "../../kernel/contract/Problems.ts"
import { type Credential, SessionId, UserId } from "../../kernel/contract/Rights.ts"
import { Sealing } from "../../kernel/Sealing.ts"
import { SigningKeys, type SigningKeysSealed } from "./key/SigningKeys.ts"

const issuer = "cardapio"
const leewaySeconds = 60
const maxLength = 8192
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** base64url has one spelling for each value: unused trailing bits must be zero. */
const isCanonical = (segment: string) => Buffer.from(segment, "base64url").toString("base64url") === segment

const reasonOf = (cause: unknown) => cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown"

const Claims = Schema.Struct({
  sub: UserId,
  exp: Schema.Finite,
  sid: SessionId,
  jti: Schema.String,
  iat: Schema.Finite
})

/** A token whose signature and claims were found good: they stay so while its key is known, until it expires. */
interface Remembered {
  readonly credential: Credential
  readonly kid: string
  readonly key: CryptoKey
  readonly expires: number
}

const rememberedAtMost = 10_000

/** Our own access tokens (RFC 9068): EdDSA, `typ: at+jwt`, nothing personal inside. */
export class AccessTokens extends Context.Service<AccessTokens, {
  /** Succeeds where tokens can be signed and verified. */
  readonly ready: Effect.Effect<void, SigningKeysSealed>
  /** A token of a login. */
  sign(userId: UserId, sessionId: SessionId, lifetime: Duration.Duration): Effect.Effect<string, SigningKeysSealed>
  /** A token of a login that an operator opens for it, and that ends with it. */
  issue(userId: UserId, lifetime: Duration.Duration): Effect.Effect<string, SigningKeysSealed>
  /** Who a token speaks for, without the database. Every fault is the same answer; its cause is logged, the token never. */
  verify(token: string): Effect.Effect<Credential, TokenInvalid>
}>()("cardapio/contexts/iam/AccessTokens") {
  static readonly layerNoDeps = Layer.effect(
    AccessTokens,
    Effect.gen(function*() {
      const keys = yield* SigningKeys
      const sql = yield* SqlClient.SqlClient
      const checked = async (token: string, key: CryptoKey) => {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ["EdDSA"],
          typ: "at+jwt",
          issuer,
          audience: issuer,
          clockTolerance: leewaySeconds,
          requiredClaims: ["exp", "iat", "nbf", "sub", "jti", "sid"]
        })
        return Schema.decodeUnknownPromise(Claims)(payload)
      }
      const remembered = new Map<string, Remembered>()
      const remember = (token: string, verified: Remembered) => {
        const [oldest] = remembered.keys()
        if (remembered.size >= rememberedAtMost && oldest !== undefined) remembered.delete(oldest)
        remembered.set(token, verified)
      }
      const invalid = (reason: string) =>
        Effect.andThen(Effect.logInfo("a token was refused", { reason }), Effect.fail(new TokenInvalid({})))

      const sign = Effect.fnUntraced(function*(userId: UserId, sid: SessionId, lifetime: Duration.Duration) {
        const { key, kid } = yield* keys.active
        const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
        return yield* Effect.promise(() =>
          new SignJWT({ sid })
            .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid })
            .setIssuer(issuer)
            .setAudience(issuer)
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
        }),
        verify: Effect.fnUntraced(function*(token) {
          const known = remembered.get(token)
          if (known !== undefined) {
            const current = (yield* Effect.orDie(keys.publicKey(known.kid))) === known.key
            if (current && (yield* Clock.currentTimeMillis) < known.expires) return known.credential
            remembered.delete(token)
          }
          if (token.length > maxLength) return yield* invalid("longer than 8 KiB")
          if (!compact.test(token) || !token.split(".").every(isCanonical)) return yield* invalid("not a compact JWS")
          const { kid } = yield* Effect.try({ try: () => decodeProtectedHeader(token), catch: reasonOf }).pipe(
            Effect.catch(invalid)
          )
          const key = kid === undefined || kid.length > 64 ? undefined : yield* Effect.orDie(keys.publicKey(kid))
          if (kid === undefined || key === undefined) return yield* invalid("no key has its kid")
          const { exp, sid, sub } = yield* Effect.tryPromise({ try: () => checked(token, key), catch: reasonOf }).pipe(
            Effect.catch(invalid)
          )
          const credential: Credential = { userId: sub, proof: { _tag: "Session", id: sid } }
          remember(token, { credential, kid, key, expires: exp * 1000 })
          return credential
        })
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(Layer.provide(SigningKeys.layer), Layer.provide(Sealing.layer))
}
