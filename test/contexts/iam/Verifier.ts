import { Clock, Effect, Exit, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { type CryptoKey, importJWK } from "jose"
import { SigningKeys } from "../../../src/contexts/iam/key/SigningKeys.ts"
import { IssuerClient } from "../../../src/contexts/iam/token/FetchedDocument.ts"
import { Tokens } from "../../../src/contexts/iam/Tokens.ts"
import { crafted, type IssuerPair, makePair, type Part } from "../../support/CraftedToken.ts"
import { testSettings } from "../../support/TestDatabase.ts"

/** The server itself, as the issuer of tokens: keys in memory, and tokens of any shape. */
export class LocalIssuer {
  readonly pair = makePair("EdDSA", SecureRandom.uuidV7Unsafe())
  readonly keys = new Map<string, CryptoKey>()

  readonly layer = Layer.effect(
    SigningKeys,
    Effect.promise(async () => {
      const key = await importJWK(this.pair.jwk, "EdDSA")
      if (!(key instanceof Uint8Array)) this.keys.set(this.pair.kid, key)
      return SigningKeys.of({
        active: Effect.die("nothing is signed"),
        published: Effect.never,
        publicKey: (kid) => Effect.sync(() => this.keys.get(kid))
      })
    })
  )

  claims(nowSeconds: number): Record<string, unknown> {
    return {
      iss: "cardapio",
      aud: "cardapio",
      sub: "01980000-0000-7000-8000-000000000001",
      sid: "01980000-0000-7000-8000-000000000002",
      jti: "01980000-0000-7000-8000-000000000003",
      iat: nowSeconds,
      nbf: nowSeconds,
      exp: nowSeconds + 900
    }
  }

  sign(claims: Part, { alg, kid, privateKey }: IssuerPair = this.pair, header: object = {}) {
    return crafted({ alg, typ: "at+jwt", kid, ...header }, claims, privateKey, alg)
  }
}

/** `Tokens` as the server has it, but for the database. */
export const verifier = (
  local: LocalIssuer,
  issuers: ReadonlyArray<object>,
  overrides: Readonly<Record<string, string>> = {}
) =>
  Tokens.layerNoDeps.pipe(
    Layer.provide([local.layer, IssuerClient, testSettings({ AUTH_ISSUERS: JSON.stringify(issuers), ...overrides })])
  )

/** What became of a token: whom it speaks for, or the code of the problem. */
export const outcome = Effect.fnUntraced(function*(token: string) {
  const exit = yield* Effect.exit(Effect.flip((yield* Tokens).verify(token)))
  return Exit.isSuccess(exit) ? exit.value.code : "accepted"
})

/** A moment at which all of a test happens, in seconds. */
export const noon = Date.UTC(2026, 10, 24, 12) / 1000

export const atNoon = TestClock.setTime(noon * 1000)

export const nowSeconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000))
