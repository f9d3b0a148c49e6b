import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { join } from "node:path"
import { firstVersionDatabase } from "../support/FirstVersion.ts"
import { launchCommand, onDatabase, query, startServer, until } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { postmasterBelow, temporaryFolder } from "../support/TemporaryFolder.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const lineOf = (banner: string, name: string) => new RegExp(`^ {2}${name} +(.+)$`, "m").exec(banner)?.[1] ?? ""

/** What an operator gets who pastes a line into a shell in the checkout. */
const pasted = (line: string, environment: Readonly<Record<string, string>>) =>
  Effect.flatMap(launchCommand("/bin/sh", ["-c", line], environment), (program) => program.ended)

const isProblem = (headers: Headers) => headers.get("content-type") === "application/problem+json"

describe.concurrent("a start", () => {
  it.live("with the embedded database says where it is, on which data, and how to get a token; one on a copy of its folder finds it all", () =>
    Effect.gen(function*() {
      const dataDir = join(yield* temporaryFolder, "data")
      const environment = { DATA_DIR: dataDir }
      const first = yield* startServer(environment)
      expect(first.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(lineOf(first.banner, "Docs")).toBe(`${first.address}/docs`)
      expect(lineOf(first.banner, "Database")).toMatch(/: new, \d+ migrations applied$/)
      expect(lineOf(first.banner, "Token")).toBe("npm run -s cli -- iam token --email admin@localhost")

      const [token, tried] = yield* Effect.all([
        pasted(lineOf(first.banner, "Token"), environment),
        pasted(lineOf(first.banner, "Try").replace("curl ", "curl -s -w '\\n%{http_code}' "), environment)
      ], { concurrency: 2 })
      expect(token).toMatchObject({ code: 0, stderr: "" })
      expect((yield* first.get("/v1/products", token.stdout.trim())).status).toBe(200)
      expect(tried).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^\{"data":.*\n200$/) })
      const made = yield* first.post("/v1/products", { name: "Kept" }, token.stdout.trim())
      expect(made.status).toBe(201)

      process.kill(postmasterBelow(dataDir)?.pid ?? 0, "SIGKILL")
      const seen = new Set<number>()
      yield* until(async () => {
        const { status } = await Effect.runPromise(first.get("/v1/products", token.stdout.trim()))
        seen.add(status)
        return status === 200 && postmasterBelow(dataDir) !== undefined
      })
      expect([...seen].filter((status) => status !== 200 && status !== 503)).toEqual([])
      expect((yield* first.get(made.headers.get("location") ?? "", token.stdout.trim())).status).toBe(200)

      yield* first.signal("SIGTERM")
      expect((yield* first.ended).stderr).toBe("")
      yield* until(() => postmasterBelow(dataDir) === undefined)
      const restored = `${dataDir} restored`
      expect(yield* pasted(`cp -a "${dataDir}" "${restored}"`, {})).toMatchObject({ code: 0 })
      const second = yield* startServer({ DATA_DIR: restored })
      expect(lineOf(second.banner, "Database")).toMatch(/: found, with 1 user, up to date \(migration \d+\)$/)
      expect(yield* second.get("/v1/products", token.stdout.trim())).toMatchObject({
        status: 200,
        body: expect.stringContaining("\"Kept\"")
      })
    }))

  it.live("with DATABASE_URL says the same of that database, and two at once on an empty one both serve", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase("template0")
      const servers = yield* Effect.all([startServer(onDatabase(url)), startServer(onDatabase(url))], {
        concurrency: 2
      })
      const lines = servers.map(({ banner }) => lineOf(banner, "Database")).toSorted()
      expect(lines).toEqual([
        expect.stringMatching(/^DATABASE_URL: found, with 0 users, up to date \(migration \d+\)$/),
        expect.stringMatching(/^DATABASE_URL: new, \d+ migrations applied$/)
      ])
      for (const { banner, get } of servers) {
        expect(banner).not.toContain(new URL(Redacted.value(url)).password)
        expect((yield* get("/health/ready")).status).toBe(200)
      }
      const [keys] = yield* query<{ count: number }>(url, "SELECT count(*)::integer AS count FROM signing_keys")
      expect(keys?.count).toBe(1)
    }))

  it.live("on a database of the first version brings it up to date, and serves what is in it, and its pages to anybody", () =>
    Effect.gen(function*() {
      const url = yield* firstVersionDatabase
      const { banner, get } = yield* startServer(onDatabase(url))
      expect(lineOf(banner, "Database")).toMatch(/found, with 1 user, \d+ migrations applied now \(migration \d+\)$/)
      const token = yield* signedToken(url, "admin@localhost")
      const search = "/v1/products?nutrients.energyKcal[gte]=360&q="
      for (const q of ["queijo pao", "pao de qeijo"]) {
        expect(yield* get(`${search}${encodeURIComponent(q)}`, token)).toMatchObject({
          status: 200,
          body: expect.stringContaining("\"Pão de queijo\"")
        })
      }
      expect((yield* get("/v1/products/barcode/7891000100103", token)).status).toBe(200)
      expect((yield* get("/v1/events", token)).status).toBe(200)

      expect(yield* get("/health")).toMatchObject({ status: 200, body: "{\"status\":\"alive\"}" })
      const ready = yield* get("/health/ready")
      expect(ready.status).toBe(200)
      expect(JSON.parse(ready.body)).toMatchObject({
        status: "ready",
        checks: { database: { ok: true }, migrations: { ok: true } }
      })

      const docs = yield* get("/docs")
      expect(docs.status).toBe(200)
      expect(docs.headers.get("content-type")).toMatch(/^text\/html/)
      expect(docs.headers.get("content-security-policy")).toContain("connect-src 'self'")
      const markup = docs.body.replaceAll(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, "$1")
      expect(markup.length).toBeLessThan(20_000)
      expect(markup.match(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\/[^"'\s>]*/gi)).toBeNull()

      const openapi = yield* get("/openapi.json")
      expect(openapi.status).toBe(200)
      const definition: unknown = JSON.parse(openapi.body)
      expect(definition).toMatchObject({
        openapi: expect.stringMatching(/^3\.1/),
        paths: { "/v1/products": { get: {}, post: {} } }
      })

      const problems = yield* get("/problems")
      expect(problems.status).toBe(200)
      const codes = [...problems.body.matchAll(/href="\/problems\/([a-z_]+)"/g)].map(([, code]) => code ?? "")
      expect(codes).toEqual(expect.arrayContaining(["database_unavailable", "permission_missing", "route_unknown"]))
      const named = new Set([...openapi.body.matchAll(/"\/problems\/([a-z_]+)"/g)].map(([, code]) => code ?? ""))
      expect([...named].filter((code) => !codes.includes(code))).toEqual([])
      for (const code of codes) {
        const page = yield* get(`/problems/${code}`)
        expect([code, page.status, page.headers.get("content-type")]).toEqual([code, 200, "text/html; charset=utf-8"])
        expect(page.body).toContain(`<code>${code}</code>`)
        expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
      }
      const unknown = yield* get("/problems/nonsense")
      expect([unknown.status, isProblem(unknown.headers)]).toEqual([404, true])
      const refused = yield* get("/v1/products")
      expect([refused.status, isProblem(refused.headers)]).toEqual([401, true])
    }))
})
