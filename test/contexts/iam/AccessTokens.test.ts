import { assert, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { exportSPKI, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from "jose"
import { AccessTokens } from "../../../src/contexts/iam/AccessTokens.ts"
import { UserId } from "../../../src/kernel/contract/Rights.ts"
import { Sealing } from "../../../src/kernel/Sealing.ts"
import { Administrator, TestServer } from "../../support/TestServer.ts"

const statusOf = Effect.fnUntraced(function*(token: string) {
  const { status } = yield* HttpClient.execute(
    HttpClientRequest.bearerToken(HttpClientRequest.get("/v1/products/nutrients"), token)
  )
  return status
})

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

const claimsOf = (token: string): JWTPayload =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())

/** The server's own signing key, for right signatures over wrong claims. */
const stolenKey = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<
    { kid: string; sealedPrivateJwk: Uint8Array }
  >`SELECT kid, sealed_private_jwk FROM signing_keys`
  assert.isDefined(row)
  const jwk: JWK = JSON.parse(yield* (yield* Sealing).open(row.kid, row.sealedPrivateJwk))
  return { kid: row.kid, privateKey: yield* Effect.promise(() => importJWK(jwk, "EdDSA")) }
}).pipe(Effect.provide(Sealing.layer))

layer(TestServer(), { excludeTestServices: true })("AccessTokens", (it) => {
  it.effect("takes its own tokens, until a minute after they have expired", () =>
    Effect.gen(function*() {
      const { token, userId } = yield* Administrator
      const tokens = yield* AccessTokens
      assert.strictEqual(yield* statusOf(token), 200)
      assert.strictEqual(yield* statusOf(yield* tokens.issue(UserId.make(userId), Duration.seconds(-30))), 200)
      assert.strictEqual(yield* statusOf(yield* tokens.issue(UserId.make(userId), Duration.seconds(-65))), 401)
      assert.deepStrictEqual(Object.keys(claimsOf(token)).toSorted(), [
        "aud",
        "exp",
        "iat",
        "iss",
        "jti",
        "nbf",
        "sid",
        "sub"
      ])
    }))

  it.effect("refuses any change of a token", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const [header = "", payload = "", signature = ""] = token.split(".")
      for (let index = 0; index < token.length; index += 7) {
        const other = token[index] === "A" ? "B" : "A"
        assert.strictEqual(yield* statusOf(token.slice(0, index) + other + token.slice(index + 1)), 401, `${index}`)
      }
      const wrong = [
        `${header}.${payload}.`,
        `${header}.${payload}`,
        `${token}.${signature}`,
        `${token}=`,
        `${token}.a.b`,
        ` ${token} x`,
        `${encoded({ alg: "none", typ: "at+jwt" })}.${payload}.`,
        `${encoded({ alg: "nOnE", typ: "at+jwt" })}.${payload}.${signature}`,
        "x".repeat(9000),
        // 86 characters hold 512 bits and 4 unused ones, which must be zero.
        `${header}.${payload}.${signature.slice(0, -1)}${signature.endsWith("A") ? "B" : "A"}`
      ]
      for (const each of wrong) assert.strictEqual(yield* statusOf(each), 401, each.slice(0, 60))
    }))

  it.effect("refuses tokens that another key signed, and a public key as a shared secret", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const { kid } = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())
      const foreign = yield* Effect.promise(() => generateKeyPair("EdDSA", { crv: "Ed25519" }))
      const signed = (header: { alg: string; typ: string; kid: string }, key: Parameters<SignJWT["sign"]>[0]) =>
        Effect.promise(() => new SignJWT(claimsOf(token)).setProtectedHeader(header).sign(key))
      assert.strictEqual(yield* statusOf(yield* signed({ alg: "EdDSA", typ: "at+jwt", kid }, foreign.privateKey)), 401)
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql<
        { publicJwk: { kty: string; crv: string; x: string } }
      >`SELECT public_jwk FROM signing_keys`
      assert.isDefined(row)
      const spki = yield* Effect.promise(async () => {
        const key = await importJWK(row.publicJwk, "EdDSA")
        return key instanceof Uint8Array ? "" : exportSPKI(key)
      })
      for (const secret of [spki, row.publicJwk.x, JSON.stringify(row.publicJwk)]) {
        const key = new TextEncoder().encode(secret)
        assert.strictEqual(yield* statusOf(yield* signed({ alg: "HS256", typ: "at+jwt", kid }, key)), 401)
      }
    }))

  it.effect("refuses right signatures over wrong claims and headers", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const good = claimsOf(token)
      const { kid, privateKey } = yield* stolenKey
      const now = Math.floor(Date.now() / 1000)
      const sign = (claims: JWTPayload, header: object = {}) =>
        Effect.promise(() =>
          new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid, ...header }).sign(privateKey)
        )
      assert.strictEqual(yield* statusOf(yield* sign(good)), 200)
      assert.strictEqual(yield* statusOf(yield* sign({ ...good, nbf: now + 30 })), 200)
      const { sub: _, ...without } = good
      const wrong = [
        sign({ ...good, iss: "cardapio/" }),
        sign({ ...good, aud: "other" }),
        sign({ ...good, exp: now - 61 }),
        sign({ ...good, nbf: now + 90 }),
        sign(without),
        sign({ ...good, sub: "1" }),
        sign(good, { typ: "JWT" }),
        sign(good, { kid: "../../dev/null" }),
        sign(good, { kid: undefined })
      ]
      for (const each of wrong) assert.strictEqual(yield* statusOf(yield* each), 401)
    }))

  it.effect("reads status and rights with every request", () =>
    Effect.gen(function*() {
      const { token, userId } = yield* Administrator
      const sql = yield* SqlClient.SqlClient
      const create = HttpClientRequest.post("/v1/products").pipe(
        HttpClientRequest.bodyJsonUnsafe({ name: "x" }),
        HttpClientRequest.bearerToken(token),
        HttpClient.execute
      )
      assert.strictEqual((yield* create).status, 201)
      yield* sql`
        DELETE FROM role_assignments a USING roles r
        WHERE r.id = a.role_id AND r.context = 'products' AND r.name = 'administrator' AND a.user_id = ${userId}`
      const forbidden = yield* create
      assert.strictEqual(forbidden.status, 403)
      yield* sql`UPDATE users SET status = 'disabled' WHERE id = ${userId}`
      const disabled = yield* create
      assert.strictEqual(disabled.status, 401)
      assert.include(yield* disabled.text, "user_disabled")
      yield* sql`DELETE FROM role_assignments WHERE user_id = ${userId}`
      yield* sql`DELETE FROM sessions`
      yield* sql`DELETE FROM users WHERE id = ${userId}`
      assert.include(yield* (yield* create).text, "user_unknown")
    }))

  it.effect("two credentials in one request are a malformed request", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const response = yield* HttpClient.get("/v1/products", {
        headers: { authorization: `Bearer ${token}, Bearer ${token}` }
      })
      assert.strictEqual(response.status, 400)
    }))
})
