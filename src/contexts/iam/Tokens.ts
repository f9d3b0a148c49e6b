import { Clock, Context, Effect, Layer } from "effect"
import { TokenInvalid } from "../../kernel/contract/Problems.ts"
import { Sealing } from "../../kernel/Sealing.ts"
import { Settings } from "../../kernel/Settings.ts"
import type { IssuerUnavailable } from "./contract/Authorization.ts"
import { SigningKeys } from "./key/SigningKeys.ts"
import { readJws } from "./token/CompactJws.ts"
import { externalTokens } from "./token/ExternalTokens.ts"
import { IssuerClient } from "./token/FetchedDocument.ts"
import { localIssuer } from "./token/localIssuer.ts"
import { localTokens } from "./token/LocalTokens.ts"
import { refused } from "./token/Refusal.ts"
import { strictObject } from "./token/strictObject.ts"
import type { Verified, VerifiedToken } from "./token/VerifiedToken.ts"

const rememberedAtMost = 10_000

/** The tokens that are taken: our own, and those of the issuers of AUTH_ISSUERS. */
export class Tokens extends Context.Service<Tokens, {
  /**
   * Whom a token speaks for, without the database once the key is known. Every fault is the same answer; its cause is logged, the
   * token never.
   */
  verify(token: string): Effect.Effect<VerifiedToken, TokenInvalid | IssuerUnavailable>
}>()("cardapio/contexts/iam/Tokens") {
  static readonly layerNoDeps = Layer.effect(
    Tokens,
    Effect.gen(function*() {
      const { authIssuers } = yield* Settings
      const local = yield* localTokens
      const external = new Map(
        yield* Effect.forEach(
          authIssuers,
          (entry) => Effect.map(externalTokens(entry), (verify) => [entry.issuer, verify] as const)
        )
      )
      const remembered = new Map<string, Verified>()
      const remember = (token: string, verified: Verified) => {
        const [oldest] = remembered.keys()
        if (remembered.size >= rememberedAtMost && oldest !== undefined) remembered.delete(oldest)
        remembered.set(token, verified)
      }

      const verified = Effect.fnUntraced(function*(token: string) {
        const jws = yield* Effect.fromResult(readJws(token))
        const claims = strictObject(jws.payload)
        if (claims === undefined) return yield* refused("the payload is no JSON object")
        const { iss } = claims
        if (iss === localIssuer) return yield* local(token, jws)
        const verify = typeof iss === "string" ? external.get(iss) : undefined
        return yield* verify === undefined ? refused("iss is not configured") : verify(token, jws, claims)
      })

      return Tokens.of({
        verify: Effect.fnUntraced(function*(token) {
          const known = remembered.get(token)
          if (known !== undefined) {
            if ((yield* Clock.currentTimeMillis) < known.expiresAtMillis && (yield* known.inForce)) return known.token
            remembered.delete(token)
          }
          const found = yield* Effect.catchTag(
            verified(token),
            "Refusal",
            ({ reason }) =>
              Effect.andThen(Effect.logInfo("a token was refused", { reason }), Effect.fail(new TokenInvalid({})))
          )
          remember(token, found)
          return found.token
        })
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide(SigningKeys.layer),
    Layer.provide(Sealing.layer),
    Layer.provide(IssuerClient)
  )
}
