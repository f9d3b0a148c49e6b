import { expect, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import { broken } from "../../../scripts/proof/Proven.ts"
import { mutateTokens } from "../../../scripts/proof/tokens.ts"
import { Tokens } from "../../../src/contexts/iam/Tokens.ts"
import { makePair } from "../../support/CraftedToken.ts"
import { fakeIssuer } from "../../support/FakeIssuer.ts"
import { atNoon, LocalIssuer, noon, verifier } from "./Verifier.ts"

const local = new LocalIssuer()
const pairs = [makePair("RS256", "rsa"), makePair("ES256", "ec"), makePair("EdDSA", "ed")]
const seed = process.env["PROOF_SEED"] ?? Date.now() % 1_000_000

it.effect("a token that was changed at random is refused (`npm run proof -- tokens` tries a million)", () =>
  Effect.gen(function*() {
    yield* atNoon
    const issuer = yield* fakeIssuer(pairs)
    const claims = issuer.claims(noon)
    const tokens = Object.fromEntries(pairs.map((pair) => [pair.alg, issuer.sign(claims, pair)]))
    const proven = yield* Effect.gen(function*() {
      const { verify } = yield* Tokens
      const all = { local: local.sign(local.claims(noon)), ...tokens }
      return yield* Random.withSeed(mutateTokens(all, { count: 5000, verify }), seed)
    }).pipe(Effect.provide(verifier(local, [issuer.entry()])))
    expect(broken(proven), `PROOF_SEED=${seed}`).toEqual([])

    const careless = yield* mutateTokens(tokens, { count: 10, verify: () => Effect.void })
    expect(broken(careless)).toContain("RS256 accepted is 10, and 0 was promised")
  }).pipe(Effect.scoped))
