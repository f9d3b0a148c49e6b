import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest, HttpServer } from "effect/http"
import { once } from "node:events"
import { request } from "node:http"
import { text } from "node:stream/consumers"
import { makePair } from "../../support/CraftedToken.ts"
import { type FakeIssuer, fakeIssuer } from "../../support/FakeIssuer.ts"
import { Administrator, TestServer } from "../../support/TestServer.ts"

class Issuers extends Context.Service<Issuers, { readonly known: FakeIssuer; readonly away: FakeIssuer }>()(
  "test/Issuers"
) {
  static readonly layer = Layer.effect(
    Issuers,
    Effect.all({ known: fakeIssuer([makePair("RS256", "a key")]), away: fakeIssuer([makePair("RS256", "a key")]) })
  )
}

const Server = Layer.unwrap(
  Effect.map(Issuers, ({ away, known }) => TestServer({ AUTH_ISSUERS: JSON.stringify([known.entry(), away.entry()]) }))
).pipe(Layer.provideMerge(Issuers.layer))

const now = () => Math.floor(Date.now() / 1000)

/** The answer to these `Authorization` headers, all of it but for the time. */
const answerTo = Effect.fnUntraced(function*(...authorization: ReadonlyArray<string>) {
  const { address } = yield* HttpServer.HttpServer
  const port = address._tag === "InetAddressV4" || address._tag === "InetAddressV6" ? address.port : 0
  return yield* Effect.promise(async () => {
    const sent = request({
      port,
      path: "/v1/products/nutrients",
      headers: [
        "host",
        "localhost",
        "x-correlation-id",
        "the-same",
        "connection",
        "close",
        ...authorization.flatMap((value) => ["authorization", value])
      ]
    })
    sent.end()
    const [response] = await once(sent, "response")
    const { date: _, ...headers } = response.headers
    return { status: response.statusCode, headers, body: await text(response) }
  })
})

layer(Server, { excludeTestServices: true })("answers to tokens", (it) => {
  it.effect("every refused token gets the same, byte for byte", () =>
    Effect.gen(function*() {
      const { known } = yield* Issuers
      const { token } = yield* Administrator
      const claims = known.claims(now())
      const [header = "", payload = "", signature = ""] = token.split(".")
      const first = yield* answerTo("Bearer x")
      assert.strictEqual(first.status, 401)
      assert.strictEqual(first.headers["www-authenticate"], "Bearer error=\"invalid_token\"")
      assert.strictEqual(JSON.parse(first.body).code, "token_invalid")
      const refused = [
        "a.b.c",
        `${header}.${payload}.${signature}x`,
        `${header}.${payload}.${signature.slice(2)}AA`,
        `${header}.${payload}`,
        known.sign({ ...claims, exp: 1 }),
        known.sign({ ...claims, aud: "another" }),
        known.sign({ ...claims, iss: "https://id.example.org" }),
        known.sign(claims, makePair("RS256", "a key")),
        known.sign(claims, { ...known.pair(), kid: "unknown" }),
        known.sign(claims, known.pair(), { crit: ["exp"] }),
        known.sign(claims, known.pair(), { alg: "none" })
      ]
      for (const each of refused) assert.deepStrictEqual(yield* answerTo(`Bearer ${each}`), first, each.slice(0, 80))
    }))

  it.effect("26 longer than 8 KiB is refused as any other", () =>
    Effect.gen(function*() {
      const { known } = yield* Issuers
      const long = known.sign({ ...known.claims(now()), padding: "x".repeat(8192) })
      assert.deepStrictEqual(yield* answerTo(`Bearer ${long}`), yield* answerTo("Bearer x"))
      const { token } = yield* Administrator
      assert.strictEqual((yield* answerTo(`Bearer ${token}`)).status, 200)
    }))

  it.effect("30 two Authorization headers are a malformed request, another scheme is no credential", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const { known } = yield* Issuers
      for (
        const second of [`Bearer ${token}`, `Bearer ${known.sign(known.claims(now()))}`, "Bearer x", "Basic eA==", ""]
      ) {
        const { body, status } = yield* answerTo(`Bearer ${token}`, second)
        assert.strictEqual(`${status} ${JSON.parse(body).code}`, "400 malformed_request", second)
      }
      for (
        const scheme of [`Basic ${token}`, `DPoP ${token}`, `Token ${token}`, token, `Bearer${token}`, "Bearer", ""]
      ) {
        const { body, headers, status } = yield* answerTo(scheme)
        assert.strictEqual(`${status} ${JSON.parse(body).code}`, "401 credential_missing", scheme.slice(0, 10))
        assert.strictEqual(headers["www-authenticate"], "Bearer")
      }
      assert.strictEqual((yield* answerTo()).headers["www-authenticate"], "Bearer")
    }))

  it.effect("an issuer that is away is told, and when to ask again", () =>
    Effect.gen(function*() {
      const { away, known } = yield* Issuers
      away.mode = "away"
      const { body, headers, status } = yield* answerTo(`Bearer ${away.sign(away.claims(now()))}`)
      assert.strictEqual(`${status} ${JSON.parse(body).code}`, "503 issuer_unavailable")
      assert.strictEqual(headers["retry-after"], "30")
      const { status: other } = yield* answerTo(`Bearer ${known.sign(known.claims(now()))}`)
      assert.notStrictEqual(other, 503)
      const page = yield* HttpClient.execute(HttpClientRequest.get("/problems/issuer_unavailable"))
      assert.strictEqual(page.status, 200)
    }))
})
