import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makePair } from "../../support/CraftedToken.ts"
import { fakeIssuer } from "../../support/FakeIssuer.ts"
import { claimRows } from "./ClaimRows.ts"
import { formRows } from "./FormRows.ts"
import { keyRows } from "./KeyRows.ts"
import { type Attacked, externalKind, localKind, type Row } from "./TokenKind.ts"
import { atNoon, LocalIssuer, outcome, verifier } from "./Verifier.ts"

const pairs = [makePair("RS256", "rsa"), makePair("ES256", "ec"), makePair("EdDSA", "ed")]
const attackerPairs = [makePair("RS256", "rsa")]
const otherPairs = [makePair("RS256", "rsa"), makePair("EdDSA", "other")]

/** Our server, two issuers that it trusts, one of which may use RS256 alone, and the server of an attacker. */
const attacked = Effect.gen(function*() {
  yield* atNoon
  const local = new LocalIssuer()
  const issuer = yield* fakeIssuer(pairs)
  const narrow = yield* fakeIssuer(otherPairs)
  const attacker = yield* fakeIssuer(attackerPairs)
  const entries = [issuer.entry(), narrow.entry({ algorithms: ["RS256"] })]
  const found: Attacked = { local, issuer, narrow, attacker }
  return { ...found, layer: verifier(local, entries) }
})

const rows: ReadonlyArray<Row> = [...keyRows, ...formRows, ...claimRows]

describe("a token is refused, rows of the table", () => {
  for (const { accepted, kinds, number, refused, words } of rows) {
    for (const make of [localKind, externalKind]) {
      const { name } = make
      if (!kinds.includes(name)) continue
      it.effect(`${number} ${words}, ${name}`, () =>
        Effect.gen(function*() {
          const world = yield* attacked
          const kind = make.of(world)
          yield* Effect.gen(function*() {
            assert.strictEqual(yield* outcome(kind.sign()), "accepted")
            for (const [what, token] of Object.entries(accepted?.(kind, world) ?? {})) {
              assert.strictEqual(yield* outcome(token), "accepted", what)
            }
            const wrong = Object.entries(refused(kind, world))
            assert.isNotEmpty(wrong)
            for (const [what, token] of wrong) assert.strictEqual(yield* outcome(token), "token_invalid", what)
            assert.isEmpty(world.attacker.requests)
          }).pipe(Effect.provide(world.layer))
        }).pipe(Effect.scoped))
    }
  }
})
