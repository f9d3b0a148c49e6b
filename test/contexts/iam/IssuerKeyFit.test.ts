import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generateKeyPairSync } from "node:crypto"
import { type IssuerPair, makePair } from "../../support/CraftedToken.ts"
import { fakeIssuer } from "../../support/FakeIssuer.ts"
import { atNoon, LocalIssuer, noon, outcome, verifier } from "./Verifier.ts"

const local = new LocalIssuer()
const [rsa, ec, edwards] = [makePair("RS256", "rsa"), makePair("ES256", "ec"), makePair("EdDSA", "ed")]
const without = ({ kid, publicKey }: IssuerPair) => ({ ...publicKey.export({ format: "jwk" }), kid })

/** A pair of another kind, published and used as if it were for the algorithm. */
const disguised = (
  alg: IssuerPair["alg"],
  pair: Pick<IssuerPair, "privateKey" | "publicKey">,
  jwk: object = {}
): IssuerPair => ({
  alg,
  kid: "it",
  ...pair,
  jwk: { ...pair.publicKey.export({ format: "jwk" }), kid: "it", ...jwk }
})

/** What becomes of a token that the pair signed, while the issuer publishes these keys. */
const outcomeWith = Effect.fnUntraced(function*(pair: IssuerPair, keys: ReadonlyArray<object>) {
  yield* atNoon
  const issuer = yield* fakeIssuer([])
  issuer.keys = keys
  return yield* Effect.provide(
    outcome(issuer.sign(issuer.claims(noon), pair)),
    verifier(local, [issuer.entry()])
  )
}, Effect.scoped)

describe("31 a key that its issuer does not mean for this is refused", () => {
  for (const pair of [rsa, ec, edwards]) {
    const jwk = without(pair)
    const meant: Readonly<Record<string, object>> = {
      "that says nothing": {},
      "use sig": { use: "sig" },
      "key_ops with verify": { key_ops: ["sign", "verify"] },
      "alg": { alg: pair.alg }
    }
    const notMeant: Readonly<Record<string, object>> = {
      "use enc": { use: "enc" },
      "use of nothing": { use: "" },
      "key_ops without verify": { key_ops: ["encrypt"] },
      "no key_ops": { key_ops: [] },
      "key_ops as text": { key_ops: "verify" },
      "another alg": { alg: "PS256" },
      "no kid": { kid: undefined },
      "a kid that is a number": { kid: 1 },
      "its private part": { d: pair.privateKey.export({ format: "jwk" }).d }
    }
    for (const [what, changed] of Object.entries(meant)) {
      it.effect(`${pair.alg}, but not one with ${what}`, () =>
        Effect.map(outcomeWith(pair, [{ ...jwk, ...changed }]), (found) => assert.strictEqual(found, "accepted")))
    }
    for (const [what, changed] of Object.entries(notMeant)) {
      it.effect(`${pair.alg} with ${what}`, () =>
        Effect.map(outcomeWith(pair, [{ ...jwk, ...changed }]), (found) => assert.strictEqual(found, "token_invalid")))
    }
  }

  it.effect("two keys with its kid", () =>
    Effect.gen(function*() {
      const twin = makePair("RS256", rsa.kid)
      assert.strictEqual(yield* outcomeWith(rsa, [rsa.jwk, twin.jwk]), "token_invalid")
      assert.strictEqual(yield* outcomeWith(rsa, [rsa.jwk, { ...ec.jwk, kid: rsa.kid }]), "accepted")
    }))

  it.effect("keys that are unusable do not hide those that are not", () =>
    Effect.gen(function*() {
      const unusable = [null, 1, "key", [], {}, { kty: "oct", k: "AAAA", kid: "rsa" }, { kty: "EC", kid: "x" }]
      assert.strictEqual(
        yield* outcomeWith(rsa, [...unusable.filter((key) => typeof key === "object" && key !== null), rsa.jwk]),
        "accepted"
      )
    }))
})

describe("a key must be of the type and size of its algorithm", () => {
  const rsaOf = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength })
  const ecOf = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve })
  const unfit: Readonly<Record<string, IssuerPair>> = {
    "RSA of 1024 bits": disguised("RS256", rsaOf(1024)),
    "RSA of 2040 bits": disguised("RS256", rsaOf(2040)),
    "P-384": disguised("ES256", ecOf("P-384")),
    "P-384 said to be P-256": disguised("ES256", ecOf("P-384"), { crv: "P-256" }),
    "secp256k1": disguised("ES256", ecOf("secp256k1")),
    "secp256k1 said to be P-256": disguised("ES256", ecOf("secp256k1"), { crv: "P-256" }),
    "Ed448": disguised("EdDSA", generateKeyPairSync("ed448")),
    "Ed448 said to be Ed25519": disguised("EdDSA", generateKeyPairSync("ed448"), { crv: "Ed25519" })
  }
  for (const [what, pair] of Object.entries(unfit)) {
    it.effect(
      what,
      () => Effect.map(outcomeWith(pair, [pair.jwk]), (found) => assert.strictEqual(found, "token_invalid"))
    )
  }

  it.effect("RSA with a public exponent of 1, by which anyone signs", () =>
    Effect.gen(function*() {
      yield* atNoon
      const issuer = yield* fakeIssuer([])
      issuer.keys = [{ ...rsa.jwk, e: "AQ" }]
      const [header, payload] = issuer.sign(issuer.claims(noon), rsa).split(".")
      // With e = 1 the signature is the padded hash itself.
      const digest = yield* Effect.promise(() => crypto.subtle.digest("SHA-256", Buffer.from(`${header}.${payload}`)))
      const info = Buffer.concat([Buffer.from("3031300d060960864801650304020105000420", "hex"), Buffer.from(digest)])
      const padded = Buffer.concat([Buffer.of(0, 1), Buffer.alloc(253 - info.length, 0xff), Buffer.of(0), info])
      const token = `${header}.${payload}.${padded.toString("base64url")}`
      assert.strictEqual(
        yield* Effect.provide(outcome(token), verifier(local, [issuer.entry()])),
        "token_invalid"
      )
    }).pipe(Effect.scoped))
})
