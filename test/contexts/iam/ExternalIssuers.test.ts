import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { Tokens } from "../../../src/contexts/iam/Tokens.ts"
import { makePair } from "../../support/CraftedToken.ts"
import { type FakeIssuer, fakeIssuer, type Mode } from "../../support/FakeIssuer.ts"
import { atNoon, LocalIssuer, nowSeconds, outcome, verifier } from "./Verifier.ts"

const pair = makePair("RS256", "the first")
const other = makePair("RS256", "the second")
const local = new LocalIssuer()
const discovery = "/.well-known/openid-configuration"

const tokenOf = (issuer: FakeIssuer, claims: object = {}, key = pair) =>
  Effect.map(nowSeconds, (now) => issuer.sign({ ...issuer.claims(now), exp: now + 100_000, ...claims }, key))

/** A token whose signature nobody has seen. */
const freshToken = (issuer: FakeIssuer, key = pair) => tokenOf(issuer, { jti: crypto.randomUUID() }, key)

const outcomeOf = (issuer: FakeIssuer, key = pair) => Effect.flatMap(freshToken(issuer, key), outcome)

/** Runs a test with a fake issuer, at noon. */
const withIssuer = <E>(
  test: (issuer: FakeIssuer) => Effect.Effect<void, E, Tokens>,
  options: (issuer: FakeIssuer) => object = () => ({})
) =>
  Effect.gen(function*() {
    yield* atNoon
    const issuer = yield* fakeIssuer([pair])
    yield* Effect.provide(test(issuer), verifier(local, [issuer.entry(options(issuer))]))
  }).pipe(Effect.scoped)

/** Waits in real time until the issuer was asked. */
const asked = (issuer: FakeIssuer, times: number) =>
  TestClock.withLive(
    Effect.suspend(() => issuer.requests.length >= times ? Effect.void : Effect.fail("not yet")).pipe(
      Effect.eventually,
      Effect.timeout("5 seconds")
    )
  )

describe("the keys of an issuer", () => {
  it.effect("are found by discovery, once for all tokens", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        for (let n = 0; n < 3; n++) assert.strictEqual(yield* outcomeOf(issuer), "accepted")
        assert.deepStrictEqual(issuer.requests, [discovery, "/keys"])
      })
    ))

  it.effect("are read where jwksUri says, without discovery", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        assert.strictEqual(yield* outcomeOf(issuer), "accepted")
        assert.deepStrictEqual(issuer.requests, ["/certs"])
      }), (issuer) => ({ jwksUri: `${issuer.issuer}/certs` })))

  it.effect("are fetched once for all who need them at the same time", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const outcomes = yield* Effect.all(Array.from({ length: 50 }, () => outcomeOf(issuer)), {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual(new Set(outcomes), new Set(["accepted"]))
        assert.deepStrictEqual(issuer.requests, [discovery, "/keys"])
      })
    ))

  it.effect("are still fetched when who asked first is gone", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const first = yield* Effect.forkChild(outcomeOf(issuer))
        yield* asked(issuer, 1)
        const second = yield* Effect.forkChild(outcomeOf(issuer))
        yield* Fiber.interrupt(first)
        assert.strictEqual(yield* Fiber.join(second), "accepted")
        assert.deepStrictEqual(issuer.requests, [discovery, "/keys"])
      })
    ))

  it.effect("are kept for 10 minutes, and those withdrawn are out of force then", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const remembered = yield* tokenOf(issuer)
        assert.strictEqual(yield* outcome(remembered), "accepted")
        issuer.keys = [other.jwk]
        yield* TestClock.adjust("9 minutes")
        assert.strictEqual(yield* outcome(remembered), "accepted")
        assert.strictEqual(yield* outcomeOf(issuer), "accepted")
        assert.lengthOf(issuer.requests, 2)
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* outcome(remembered), "token_invalid")
        assert.strictEqual(yield* outcomeOf(issuer), "token_invalid")
        assert.strictEqual(yield* outcomeOf(issuer, other), "accepted")
      })
    ))

  it.effect("are fetched again for an unknown kid, at most every 30 s", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        assert.strictEqual(yield* outcomeOf(issuer), "accepted")
        issuer.keys = [pair.jwk, other.jwk]
        yield* TestClock.adjust("29 seconds")
        for (let n = 0; n < 3; n++) assert.strictEqual(yield* outcomeOf(issuer, other), "token_invalid")
        assert.lengthOf(issuer.requests, 2)
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* outcomeOf(issuer, other), "accepted")
        assert.lengthOf(issuer.requests, 4)
        const unknown = { ...other, kid: "the third" }
        for (let n = 0; n < 3; n++) assert.strictEqual(yield* outcomeOf(issuer, unknown), "token_invalid")
        assert.lengthOf(issuer.requests, 4)
      })
    ))

  it.effect("serve for 24 h while the issuer is away", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const remembered = yield* tokenOf(issuer)
        assert.strictEqual(yield* outcome(remembered), "accepted")
        issuer.mode = "away"
        yield* TestClock.adjust("23 hours")
        yield* TestClock.adjust("59 minutes")
        assert.strictEqual(yield* outcomeOf(issuer), "accepted")
        assert.strictEqual(yield* outcome(remembered), "accepted")
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(yield* outcome(remembered), "issuer_unavailable")
        assert.strictEqual(yield* outcomeOf(issuer), "issuer_unavailable")
        issuer.mode = "well"
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual(yield* outcomeOf(issuer), "accepted")
      })
    ))

  it.effect("are not asked for more than every 30 s while the issuer is away", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        issuer.mode = "failing"
        for (let n = 0; n < 3; n++) assert.strictEqual(yield* outcomeOf(issuer), "issuer_unavailable")
        assert.lengthOf(issuer.requests, 1)
        issuer.mode = "well"
        yield* TestClock.adjust("29 seconds")
        assert.strictEqual(yield* outcomeOf(issuer), "issuer_unavailable")
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* outcomeOf(issuer), "accepted")
      })
    ))

  it.effect("are not asked for by a token that can be refused without them", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const claims = issuer.claims(yield* nowSeconds)
        const refused = [
          issuer.sign(claims, pair, { alg: "RS512" }),
          issuer.sign(claims, pair, { typ: "logout+jwt" }),
          issuer.sign({ ...claims, token_use: "id" })
        ]
        for (const token of refused) assert.strictEqual(yield* outcome(token), "token_invalid")
        assert.isEmpty(issuer.requests)
      })
    ))

  it.effect("may be 64, in 256 KiB", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        issuer.mode = "full"
        issuer.keys = [pair.jwk, ...Array.from({ length: 63 }, () => ({ kty: "EC" }))]
        assert.strictEqual(yield* outcomeOf(issuer), "accepted")
      })
    ))

  const unusable: ReadonlyArray<Mode> = [
    "garbled",
    "redirecting",
    "oversized",
    "crowded",
    "failing",
    "away",
    "misnamed",
    "plain"
  ]
  for (const mode of unusable) {
    it.effect(`are not taken from an issuer that is ${mode}`, () =>
      withIssuer((issuer) =>
        Effect.gen(function*() {
          issuer.mode = mode
          assert.strictEqual(yield* outcomeOf(issuer), "issuer_unavailable")
          assert.deepStrictEqual(issuer.requests, [discovery])
          issuer.mode = "well"
          yield* TestClock.adjust("30 seconds")
          assert.strictEqual(yield* outcomeOf(issuer), "accepted")
        })
      ))
  }

  for (const mode of ["redirecting", "oversized", "crowded", "failing"] as const) {
    it.effect(`are not taken from a jwksUri that is ${mode}`, () =>
      withIssuer((issuer) =>
        Effect.gen(function*() {
          issuer.mode = mode
          assert.strictEqual(yield* outcomeOf(issuer), "issuer_unavailable")
          assert.deepStrictEqual(issuer.requests, ["/keys"])
        }), (issuer) => ({ jwksUri: `${issuer.issuer}/keys` })))
  }

  for (const mode of ["silent", "dripping"] as const) {
    it.effect(`are waited for 3 s where the issuer is ${mode}, and other issuers are not delayed`, () =>
      Effect.gen(function*() {
        yield* atNoon
        const slow = yield* fakeIssuer([pair])
        const quick = yield* fakeIssuer([other])
        slow.mode = mode
        yield* Effect.gen(function*() {
          const waiting = yield* Effect.forkChild(outcomeOf(slow))
          yield* asked(slow, 1)
          assert.strictEqual(yield* outcomeOf(quick, other), "accepted")
          yield* TestClock.adjust("2999 millis")
          assert.isUndefined(waiting.pollUnsafe())
          yield* TestClock.adjust("1 milli")
          assert.strictEqual(yield* Fiber.join(waiting), "issuer_unavailable")
        }).pipe(Effect.provide(verifier(local, [slow.entry(), quick.entry()])))
      }).pipe(Effect.scoped))
  }
})
