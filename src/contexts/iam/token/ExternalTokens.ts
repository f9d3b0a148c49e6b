import { Effect, Option, Schema } from "effect"
import { nameText, RawText } from "../../../kernel/contract/Values.ts"
import type { Issuer } from "../../../kernel/SettingCodecs.ts"
import { Email } from "../contract/User.ts"
import type { CompactJws } from "./CompactJws.ts"
import { issuerKeys } from "./IssuerKeys.ts"
import { refused } from "./Refusal.ts"
import { signedClaims } from "./signedClaims.ts"
import type { JsonObject } from "./strictObject.ts"
import type { Verified } from "./VerifiedToken.ts"

const decodeClaims = Schema.decodeUnknownOption(Schema.Struct({
  sub: RawText.check(Schema.isBetweenCodePoints(1, 255)),
  exp: Schema.Finite
}))

const decodeEmail = Schema.decodeUnknownOption(Email)
const decodeName = Schema.decodeUnknownOption(nameText(200))

const emailOf = ({ email, email_verified: verified }: JsonObject) =>
  verified === false || verified === "false" ? null : Option.getOrNull(decodeEmail(email))

const mediaTypes: ReadonlySet<string | undefined> = new Set([undefined, "jwt", "at+jwt"])

/** The header's `typ` in lower case and short, as RFC 7515 compares it. */
const mediaTypeOf = ({ typ }: CompactJws) => typ?.toLowerCase().replace(/^application\//, "")

/**
 * What a token is for, as far as it says so: by `token_use` (Cognito), the header's `typ` (RFC 9068), the claim `typ` (Keycloak),
 * or by claims that only ID tokens have.
 */
const useOf = (jws: CompactJws, claims: JsonObject): unknown => {
  if (claims["token_use"] !== undefined) return claims["token_use"]
  if (mediaTypeOf(jws) === "at+jwt") return "access"
  if (claims["typ"] !== undefined) {
    return claims["typ"] === "Bearer"
      ? "access"
      : claims["typ"] === "ID"
      ? "id"
      : "other"
  }
  return ["nonce", "at_hash", "c_hash"].some((name) => Object.hasOwn(claims, name)) ? "id" : undefined
}

/** Verifies the tokens of one issuer, which their `iss` has selected. */
export const externalTokens = Effect.fnUntraced(function*(entry: Issuer) {
  const keyOf = yield* issuerKeys(entry)
  const { algorithms, audience, clientIdClaim, issuer, leeway, provision, tokenUse } = entry

  return Effect.fnUntraced(function*(token: string, jws: CompactJws, claims: JsonObject) {
    const { alg, kid } = jws
    if (!mediaTypes.has(mediaTypeOf(jws))) return yield* refused("typ is of another kind of token")
    if (!algorithms.some((allowed) => allowed === alg)) return yield* refused("alg is not allowed for this issuer")
    const use = useOf(jws, claims)
    if (use !== undefined && use !== tokenUse) return yield* refused(`it is not meant for ${tokenUse}`)
    const byClientId = clientIdClaim !== undefined && use === "access" && !Object.hasOwn(claims, "aud")
    if (byClientId && !audience.some((accepted) => accepted === claims[clientIdClaim])) {
      return yield* refused(`${clientIdClaim} is none of the audience`)
    }
    const key = yield* keyOf(kid, alg)
    if (key === undefined) return yield* refused("no key of the issuer has its kid and fits its alg")
    const expected = { alg, issuer, audience: byClientId ? undefined : audience, leewaySeconds: leeway }
    const signed = decodeClaims(yield* signedClaims(token, key, expected))
    if (Option.isNone(signed)) return yield* refused("sub is missing or wrong")
    const verified: Verified = {
      token: {
        _tag: "external",
        issuer,
        subject: signed.value.sub,
        email: emailOf(claims),
        name: Option.getOrNull(decodeName(claims["name"])),
        provision
      },
      expiresAtMillis: signed.value.exp * 1000,
      inForce: Effect.map(keyOf(kid, alg), (current) => current === key)
    }
    return verified
  })
})
