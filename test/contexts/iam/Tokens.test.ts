import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import { Tokens } from "../../../src/contexts/iam/Tokens.ts"
import { SessionId, UserId } from "../../../src/kernel/contract/Rights.ts"
import { makePair } from "../../support/CraftedToken.ts"
import { type FakeIssuer, fakeIssuer } from "../../support/FakeIssuer.ts"
import { atNoon, LocalIssuer, noon, outcome, verifier } from "./Verifier.ts"

const local = new LocalIssuer()
const pair = makePair("RS256", "a key")

const verified = (token: string) => Effect.flatMap(Tokens, (tokens) => tokens.verify(token))

const withIssuer = <E>(
  test: (issuer: FakeIssuer) => Effect.Effect<void, E, Tokens>,
  options: object = {},
  overrides: Readonly<Record<string, string>> = {}
) =>
  Effect.gen(function*() {
    yield* atNoon
    const issuer = yield* fakeIssuer([pair])
    yield* Effect.provide(test(issuer), verifier(local, [issuer.entry(options)], overrides))
  }).pipe(Effect.scoped)

describe("a verified token says whom it speaks for", () => {
  it.effect("of ours: the user and the login", () =>
    withIssuer(() =>
      Effect.gen(function*() {
        const claims = local.claims(noon)
        assert.deepStrictEqual({ ...yield* verified(local.sign(claims)) }, {
          _tag: "local",
          userId: UserId.make(`${claims["sub"]}`),
          sid: SessionId.make(`${claims["sid"]}`)
        })
        for (const sid of [undefined, "", "no uuid", 1]) {
          assert.strictEqual(yield* outcome(local.sign({ ...claims, sid })), "token_invalid")
        }
        for (const name of ["jti", "iat", "nbf"]) {
          assert.strictEqual(yield* outcome(local.sign({ ...claims, [name]: undefined })), "token_invalid", name)
        }
      })
    ))

  it.effect("of an issuer: subject, e-mail, name, and what becomes of who is new", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const told = Effect.fnUntraced(function*(profile: object) {
          const found = yield* verified(issuer.sign({ ...issuer.claims(noon), ...profile }))
          return found._tag === "external" ? [found.email, found.name] : []
        })
        assert.deepStrictEqual({ ...yield* verified(issuer.sign(issuer.claims(noon))) }, {
          _tag: "external",
          issuer: issuer.issuer,
          subject: "a subject",
          email: null,
          name: null,
          provision: "user"
        })
        const email = "ana@example.org"
        assert.deepStrictEqual(yield* told({ email, name: " Ana  Souza " }), [email, "Ana  Souza"])
        assert.deepStrictEqual(yield* told({ email, email_verified: true }), [email, null])
        assert.deepStrictEqual(yield* told({ email, email_verified: false }), [null, null])
        assert.deepStrictEqual(yield* told({ email, email_verified: "false" }), [null, null])
        const longest = `${"a".repeat(239)}@example.org.br`
        assert.deepStrictEqual(yield* told({ email: longest }), [longest, null])
        for (
          const wrong of [
            `a${longest}`,
            "ana",
            "a@",
            "a b@example.org",
            "a@b..c",
            "a@b\n",
            "",
            1,
            [email],
            "é@example.org"
          ]
        ) {
          assert.deepStrictEqual(yield* told({ email: wrong }), [null, null], `${wrong}`)
        }
        for (const wrong of ["x".repeat(201), "", " ", "\u0000a", "\uD800a", 1, ["Ana"]]) {
          assert.deepStrictEqual(yield* told({ name: wrong }), [null, null], `${wrong}`)
        }
      }), { provision: "user" }))
})

describe("what is configured of an issuer decides", () => {
  it.effect("Cognito's access tokens name the client in place of the audience", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const { aud: _, ...claims } = issuer.claims(noon)
        const cognito = { ...claims, token_use: "access", client_id: "cardapio-api" }
        assert.strictEqual(yield* outcome(issuer.sign(cognito)), "accepted")
        assert.strictEqual(yield* outcome(issuer.sign({ ...claims, aud: "cardapio-api" })), "accepted")
        const wrong = [
          { client_id: "another" },
          { client_id: undefined },
          { client_id: ["cardapio-api"] },
          { token_use: "id" },
          { token_use: undefined },
          { aud: "another" },
          { aud: null }
        ]
        for (const each of wrong) {
          assert.strictEqual(
            yield* outcome(issuer.sign({ ...cognito, ...each })),
            "token_invalid",
            JSON.stringify(each)
          )
        }
      }), { clientIdClaim: "client_id" }))

  it.effect("without clientIdClaim, a client is no audience", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const { aud: _, ...claims } = issuer.claims(noon)
        const cognito = { ...claims, token_use: "access", client_id: "cardapio-api" }
        assert.strictEqual(yield* outcome(issuer.sign(cognito)), "token_invalid")
      })
    ))

  it.effect("21 with tokenUse id, ID tokens are taken, and access tokens are not", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const claims = issuer.claims(noon)
        for (const good of [{}, { token_use: "id" }, { typ: "ID" }, { nonce: "n" }]) {
          assert.strictEqual(yield* outcome(issuer.sign({ ...claims, ...good })), "accepted", JSON.stringify(good))
        }
        for (const wrong of [{ token_use: "access" }, { typ: "Bearer" }]) {
          assert.strictEqual(
            yield* outcome(issuer.sign({ ...claims, ...wrong })),
            "token_invalid",
            JSON.stringify(wrong)
          )
        }
        assert.strictEqual(yield* outcome(issuer.sign(claims, pair, { typ: "at+jwt" })), "token_invalid")
      }), { tokenUse: "id" }))

  it.effect("leeway", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const claims = issuer.claims(noon)
        for (const good of [{ exp: noon - 9 }, { nbf: noon + 9 }, { iat: noon + 9 }]) {
          assert.strictEqual(yield* outcome(issuer.sign({ ...claims, ...good })), "accepted", JSON.stringify(good))
        }
        for (const wrong of [{ exp: noon - 11 }, { nbf: noon + 11 }, { iat: noon + 11 }]) {
          assert.strictEqual(
            yield* outcome(issuer.sign({ ...claims, ...wrong })),
            "token_invalid",
            JSON.stringify(wrong)
          )
        }
      }), { leeway: 10 }))

  it.effect("AUTH_LOCAL=false refuses our own tokens, and no others", () =>
    withIssuer(
      (issuer) =>
        Effect.gen(function*() {
          assert.strictEqual(yield* outcome(local.sign(local.claims(noon))), "token_invalid")
          assert.strictEqual(yield* outcome(issuer.sign(issuer.claims(noon))), "accepted")
        }),
      {},
      { AUTH_LOCAL: "false" }
    ))
})

describe("a token that was verified is remembered", () => {
  it.effect("until it has expired", () =>
    withIssuer((issuer) =>
      Effect.gen(function*() {
        const tokens = [
          local.sign({ ...local.claims(noon), exp: noon + 100 }),
          issuer.sign({ ...issuer.claims(noon), exp: noon + 100 })
        ]
        for (const token of tokens) assert.strictEqual(yield* outcome(token), "accepted")
        yield* TestClock.adjust("159 seconds")
        for (const token of tokens) assert.strictEqual(yield* outcome(token), "accepted")
        yield* TestClock.adjust("1 second")
        for (const token of tokens) assert.strictEqual(yield* outcome(token), "token_invalid")
      })
    ))

  it.effect("32 but not when its key is retired", () =>
    Effect.gen(function*() {
      yield* atNoon
      const retiring = new LocalIssuer()
      const token = retiring.sign(retiring.claims(noon))
      yield* Effect.gen(function*() {
        assert.strictEqual(yield* outcome(token), "accepted")
        retiring.keys.clear()
        assert.strictEqual(yield* outcome(token), "token_invalid")
      }).pipe(Effect.provide(verifier(retiring, [])))
    }))
})

it.effect("the log tells why a token was refused, and nothing of the token", () => {
  const lines: Array<string> = []
  const kept = Logger.layer([Logger.make(({ message }) => void lines.push(JSON.stringify(message)))])
  return withIssuer((issuer) =>
    Effect.gen(function*() {
      const tokens = [
        "x".repeat(8193),
        `${"x".repeat(8193)}.e30.e30`,
        issuer.sign({ ...issuer.claims(noon), exp: 1, secret: "hunter2" }),
        issuer.sign({ ...issuer.claims(noon), sub: "hunter2".repeat(99) }),
        issuer.sign("{\"hunter2\""),
        issuer.sign(issuer.claims(noon), { ...pair, kid: "hunter2" })
      ]
      for (const token of tokens) assert.strictEqual(yield* outcome(token), "token_invalid")
      assert.lengthOf(lines, tokens.length)
      // Whatever is too long is not even read.
      assert.deepStrictEqual(
        lines.slice(0, 2),
        Array.from({ length: 2 }, () => JSON.stringify(["a token was refused", { reason: "longer than 8 KiB" }]))
      )
      assert.include(lines[2], "ERR_JWT_EXPIRED exp")
      for (const line of lines) assert.notMatch(line, /hunter2|xxx|eyJ/)
    })
  ).pipe(Effect.provide(kept))
})
