import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Exit, type Redacted, Scope } from "effect"
import { argon2Sync } from "node:crypto"
import { addUser, onDatabase, query, type RunningServer, startServer } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const password = "correct horse battery"

const scope = Scope.makeUnsafe()
let url: Redacted.Redacted<string>
let servers: readonly [RunningServer, RunningServer]

beforeAll(() =>
  Effect.gen(function*() {
    url = (yield* freshDatabase()).url
    servers = yield* Effect.all([startServer(onDatabase(url)), startServer(onDatabase(url))], { concurrency: 2 })
  }).pipe(Scope.provide(scope), Effect.runPromise)
)
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const ask = (server: RunningServer, method: string, path: string, token: string, body?: object) =>
  Effect.promise(async () => {
    const response = await fetch(`${server.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...body === undefined ? {} : { body: JSON.stringify(body) }
    })
    const text = await response.text()
    return { status: response.status, ...Object(text === "" ? {} : JSON.parse(text)) }
  })

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "")

/** A cheap hash, which the first login makes anew. */
const hash = (() => {
  const nonce = Buffer.alloc(16, 7)
  const tag = argon2Sync("argon2id", { message: password, nonce, memory: 64, passes: 1, parallelism: 1, tagLength: 32 })
  return `$argon2id$v=19$m=64,t=1,p=1$${text(nonce)}$${text(tag)}`
})()

/** A user who has a password. */
const person = Effect.fnUntraced(function*(name: string) {
  const email = `${name}@example.org`
  yield* addUser(url, email)
  yield* query(url, `INSERT INTO passwords (user_id, hash) SELECT id, '${hash}' FROM users WHERE email = '${email}'`)
  return email
})

const login = (server: RunningServer, email: string, given = password) =>
  server.post("/v1/auth/login", { email, password: given }, "")

const tokensOf = (body: string): { readonly accessToken: string; readonly refreshToken: string } =>
  JSON.parse(body).data

const codeOf = (body: string): unknown => JSON.parse(body).code

describe.concurrent("two servers on one database", () => {
  it.live("refuse at the next request what the other one took away", () =>
    Effect.gen(function*() {
      const [one, other] = servers
      yield* addUser(url, "admin@example.org")
      yield* addUser(url, "ana@example.org", { roles: ["product_manager", "user"] })
      const [{ id = "" } = {}] = yield* query<{ id: string }>(
        url,
        "SELECT id FROM users WHERE email = 'ana@example.org'"
      )
      const [{ role = "" } = {}] = yield* query<{ role: string }>(
        url,
        "SELECT id AS role FROM roles WHERE name = 'product_manager'"
      )
      const admin = yield* signedToken(url, "admin@example.org")
      const create = (token: string) => ask(other, "POST", "/v1/products", token, { name: "Arroz" })
      const signedIn = () => signedToken(url, "ana@example.org")

      const token = yield* signedIn()
      const permissions = [{ context: "products", permission: "manage_products" }]
      const { data: { id: keyId, key } } = yield* ask(one, "POST", "/v1/api-keys", token, { name: "Till", permissions })
      expect(yield* create(token)).toMatchObject({ status: 201 })
      expect(yield* create(key)).toMatchObject({ status: 201 })

      yield* ask(one, "DELETE", `/v1/users/${id}/roles/${role}`, admin)
      expect(yield* create(token)).toMatchObject({ status: 403, code: "permission_missing" })
      expect(yield* create(key)).toMatchObject({ status: 403, code: "permission_missing" })
      yield* ask(one, "PUT", `/v1/users/${id}/roles/${role}`, admin)
      expect(yield* create(token)).toMatchObject({ status: 201 })

      yield* ask(one, "DELETE", `/v1/api-keys/${keyId}`, token)
      expect(yield* create(key)).toMatchObject({ status: 401, code: "api_key_invalid" })

      yield* ask(one, "POST", "/v1/auth/logout", token)
      expect(yield* create(token)).toMatchObject({ status: 401, code: "token_invalid" })

      const again = yield* signedIn()
      expect(yield* create(again)).toMatchObject({ status: 201 })
      yield* ask(one, "POST", `/v1/users/${id}/logout-all`, admin)
      expect(yield* create(again)).toMatchObject({ status: 401, code: "token_invalid" })

      const last = yield* signedIn()
      expect(yield* create(last)).toMatchObject({ status: 201 })
      yield* ask(one, "POST", `/v1/users/${id}/disable`, admin)
      expect(yield* create(last)).toMatchObject({ status: 401, code: "user_disabled" })
    }))

  it.live("let one of two refreshes at once with one token win, the other ends the login, and that is told once", () =>
    Effect.gen(function*() {
      const { refreshToken } = tokensOf((yield* login(servers[0], yield* person("bea"))).body)
      const answers = yield* Effect.forEach(
        servers,
        (server) => server.post("/v1/auth/refresh", { refreshToken }, ""),
        { concurrency: "unbounded" }
      )
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401])
      const [won, lost] = answers.toSorted((a, b) => a.status - b.status).map(({ body }) => body)
      expect(codeOf(lost ?? "")).toBe("refresh_reused")
      for (const server of servers) {
        expect((yield* server.get("/v1/me/logins", tokensOf(won ?? "").accessToken)).status).toBe(401)
      }
      const told = yield* query<{ count: number }>(
        url,
        "SELECT count(*)::integer AS count FROM events WHERE tag = 'iam/SessionsRevoked' AND payload::text LIKE '%reuse%'"
      )
      expect(told).toEqual([{ count: 1 }])
    }))

  it.live("count wrong passwords together, however many come at once", () =>
    Effect.gen(function*() {
      const email = yield* person("caio")
      const answers = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, n) => servers[n % 2] ?? servers[0]),
        (server, n) => login(server, email, `wrong password ${n}`),
        { concurrency: "unbounded" }
      )
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
      for (const server of servers) expect((yield* login(server, email)).status).toBe(429)
      const told = yield* query<{ count: number }>(
        url,
        "SELECT count(*)::integer AS count FROM audit_log WHERE outcome = 'failed_login' AND command = 'iam/Login'"
      )
      expect(told).toEqual([{ count: 5 }])
    }))
})
