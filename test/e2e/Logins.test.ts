import { describe, expect, it } from "@effect/vitest"
import { Effect, type Redacted } from "effect"
import { argon2Sync } from "node:crypto"
import { addUser, onDatabase, query, type RunningServer, startServer } from "../support/Programs.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const email = "ana@example.org"
const password = "correct horse battery"

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "")

/** A cheap hash, which the first login makes anew. */
const hash = (() => {
  const nonce = Buffer.alloc(16, 7)
  const tag = argon2Sync("argon2id", { message: password, nonce, memory: 64, passes: 1, parallelism: 1, tagLength: 32 })
  return `$argon2id$v=19$m=64,t=1,p=1$${text(nonce)}$${text(tag)}`
})()

/** Two servers on one database, with a user who has a password. */
const twoServers = Effect.gen(function*() {
  const { url } = yield* freshDatabase()
  yield* addUser(url, email)
  yield* query(url, `INSERT INTO passwords (user_id, hash) SELECT id, '${hash}' FROM users WHERE email = '${email}'`)
  const servers = yield* Effect.all([startServer(onDatabase(url)), startServer(onDatabase(url))], {
    concurrency: "unbounded"
  })
  return { url, servers }
})

const login = (server: RunningServer, given = password) => server.post("/v1/auth/login", { email, password: given }, "")

const tokensOf = (body: string): { readonly accessToken: string; readonly refreshToken: string } =>
  JSON.parse(body).data

const codeOf = (body: string): unknown => JSON.parse(body).code

const rowsOf = (url: Redacted.Redacted<string>, statement: string) => query<{ count: number }>(url, statement)

describe.concurrent("two servers share their logins", () => {
  it.live("of two refreshes at once with one token one wins, the other ends the login, and that is told once", () =>
    Effect.gen(function*() {
      const { servers, url } = yield* twoServers
      const { refreshToken } = tokensOf((yield* login(servers[0])).body)
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
      const told = yield* rowsOf(
        url,
        "SELECT count(*)::integer AS count FROM events WHERE tag = 'iam/SessionsRevoked' AND payload::text LIKE '%reuse%'"
      )
      expect(told).toEqual([{ count: 1 }])
    }))

  it.live("wrong passwords are counted for both together, however many come at once", () =>
    Effect.gen(function*() {
      const { servers, url } = yield* twoServers
      const answers = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, n) => servers[n % 2] ?? servers[0]),
        (server, n) => login(server, `wrong password ${n}`),
        { concurrency: "unbounded" }
      )
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
      for (const server of servers) expect((yield* login(server)).status).toBe(429)
      const told = yield* rowsOf(
        url,
        "SELECT count(*)::integer AS count FROM audit_log WHERE outcome = 'failed_login' AND command = 'iam/Login'"
      )
      expect(told).toEqual([{ count: 5 }])
    }))
})
