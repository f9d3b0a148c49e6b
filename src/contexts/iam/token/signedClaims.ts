import { Clock, Effect } from "effect"
import { type CryptoKey, errors, jwtVerify } from "jose"
import { refused } from "./Refusal.ts"
import type { JsonObject } from "./strictObject.ts"

/** What a token must be signed and made out for. */
export interface Expected {
  readonly alg: string
  readonly issuer: string
  /** `undefined` where the audience stands in another claim, which the caller has compared. */
  readonly audience: ReadonlyArray<string> | undefined
  readonly leewaySeconds: number
}

const reasonOf = (cause: unknown) =>
  cause instanceof errors.JWTClaimValidationFailed || cause instanceof errors.JWTExpired
    ? `${cause.code} ${cause.claim}`
    : cause instanceof errors.JOSEError
    ? cause.code
    : "the signature cannot be checked"

/** The claims of a token that this key signed. `iss` and `aud` are right; so are `exp`, `nbf` and `iat` at this moment, where they stand. */
export const signedClaims = Effect.fnUntraced(function*(
  token: string,
  key: CryptoKey,
  { alg, audience, issuer, leewaySeconds }: Expected
) {
  const now = yield* Clock.currentTimeMillis
  const { payload } = yield* Effect.tryPromise({
    try: () =>
      jwtVerify<JsonObject>(token, key, {
        algorithms: [alg],
        issuer,
        ...(audience !== undefined && { audience: [...audience] }),
        currentDate: new Date(now),
        clockTolerance: leewaySeconds
      }),
    catch: (cause) => refused(reasonOf(cause))
  })
  const { iat } = payload
  const issuedWell = iat === undefined || typeof iat === "number" && iat >= 0 && iat <= now / 1000 + leewaySeconds
  return issuedWell ? payload : yield* refused("iat lies ahead, or is no time")
})
