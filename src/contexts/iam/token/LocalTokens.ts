import { Effect, Option, Schema } from "effect"
import { SessionId, UserId } from "../../../kernel/contract/Rights.ts"
import { Settings } from "../../../kernel/Settings.ts"
import { SigningKeys } from "../key/SigningKeys.ts"
import type { CompactJws } from "./CompactJws.ts"
import { leewaySeconds, localIssuer } from "./localIssuer.ts"
import { refused } from "./Refusal.ts"
import { signedClaims } from "./signedClaims.ts"
import type { Verified } from "./VerifiedToken.ts"

const alg = "EdDSA"

const decodeClaims = Schema.decodeUnknownOption(Schema.Struct({
  sub: UserId,
  sid: SessionId,
  jti: Schema.NonEmptyString,
  exp: Schema.Finite,
  iat: Schema.Finite,
  nbf: Schema.Finite
}))

/** Verifies our own access tokens (RFC 9068), without the database once their key is known. */
export const localTokens = Effect.gen(function*() {
  const keys = yield* SigningKeys
  const { authLocal } = yield* Settings
  const keyOf = (kid: string) => Effect.orDie(keys.publicKey(kid))

  return Effect.fnUntraced(function*(token: string, jws: CompactJws) {
    if (!authLocal) return yield* refused("AUTH_LOCAL is false")
    if (jws.typ !== "at+jwt") return yield* refused("typ is not at+jwt")
    if (jws.alg !== alg) return yield* refused("alg is not EdDSA")
    const key = yield* keyOf(jws.kid)
    if (key === undefined) return yield* refused("no key has its kid")
    const expected = { alg, issuer: localIssuer, audience: [localIssuer], leewaySeconds }
    const claims = decodeClaims(yield* signedClaims(token, key, expected))
    if (Option.isNone(claims)) return yield* refused("claims of ours are missing or wrong")
    const { exp, sid, sub } = claims.value
    const verified: Verified = {
      token: { _tag: "local", userId: sub, sid },
      expiresAtMillis: exp * 1000,
      inForce: Effect.map(keyOf(jws.kid), (current) => current === key)
    }
    return verified
  })
})
