import { Clock, Context, Duration, Effect, Layer, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { type CryptoKey, decodeProtectedHeader, jwtVerify, SignJWT } from "jose"
import { type Credential, UserId } from "../../kernel/contract/Rights.ts"
import { TokenInvalid } from "./contract/Authorization.ts"
import { KeySealing } from "./key/KeySealing.ts"
import { SigningKeys, type SigningKeysSealed } from "./key/SigningKeys.ts"

const issuer = "cardapio"
const maxLength = 8192
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** base64url has one spelling for each value: unused trailing bits must be zero. */
const isCanonical = (segment: string) => Buffer.from(segment, "base64url").toString("base64url") === segment

const reasonOf = (cause: unknown) => cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown"

const Claims = Schema.Struct({
  sub: UserId,
  exp: Schema.Finite,
  sid: Schema.String,
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
  sign(userId: UserId, lifetime: Duration.Duration): Effect.Effect<string, SigningKeysSealed>
  /** Who a token speaks for, without the database. Every fault is the same answer; its cause is logged, the token never. */
  verify(token: string): Effect.Effect<Credential, TokenInvalid>
}>()("cardapio/contexts/iam/AccessTokens") {
  static readonly layerNoDeps = Layer.effect(
    AccessTokens,
    Effect.gen(function*() {
      const keys = yield* SigningKeys
      const checked = async (token: string, key: CryptoKey) => {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ["EdDSA"],
          typ: "at+jwt",
          issuer,
          audience: issuer,
          clockTolerance: 60,
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

      return AccessTokens.of({
        ready: Effect.asVoid(keys.active),
        sign: Effect.fnUntraced(function*(userId, lifetime) {
          const { key, kid } = yield* keys.active
          const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
          return yield* Effect.promise(() =>
            new SignJWT({ sid: SecureRandom.uuidV7Unsafe() })
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
          const { exp, sub } = yield* Effect.tryPromise({ try: () => checked(token, key), catch: reasonOf }).pipe(
            Effect.catch(invalid)
          )
          const credential = { userId: sub }
          remember(token, { credential, kid, key, expires: exp * 1000 })
          return credential
        })
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(Layer.provide(SigningKeys.layer), Layer.provide(KeySealing.layer))
}
