import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { command, refusal } from "../support/Commands.ts"
import { addUser, type Ended, onDatabase, query, refusedStart, startServer, until } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const takenPort = Effect.map(
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createServer().listen(0, "127.0.0.1")
      await once(server, "listening")
      return server
    }),
    (server) => Effect.sync(() => server.close())
  ),
  (server) => {
    const address: AddressInfo | string | null = server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  }
)

const mended = (url: Redacted.Redacted<string>, changes: Partial<Pick<URL, "password" | "pathname" | "port">>) =>
  onDatabase(Redacted.make(Object.assign(new URL(Redacted.value(url)), changes).href))

/** One line on stderr, of which every pattern is a part. */
const expectLine = (ended: Ended, ...parts: ReadonlyArray<RegExp>) => {
  expect({
    code: ended.code,
    stdout: ended.stdout,
    lines: ended.stderr.trimEnd().split("\n").length,
    said: ended.stderr
  })
    .toEqual({ code: 1, stdout: "", lines: 1, said: expect.stringMatching(/^cardapio: \S/) })
  for (const part of parts) expect(ended.stderr).toMatch(part)
}

describe.concurrent("a start is refused with one line that says what to do", () => {
  it.live("where the port is in use", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const port = yield* takenPort
      const ended = yield* refusedStart({ ...onDatabase(url), PORT: String(port) })
      expectLine(ended, /in use/, new RegExp(`\\b127\\.0\\.0\\.1:${port}\\b`), /PORT/)
    }))

  it.live("where HOST is no address of this machine", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const ended = yield* refusal({ ...onDatabase(url), HOST: "203.0.113.7" })
      expectLine(ended, /203\.0\.113\.7/, /Example: HOST/)
    }))

  it.live("where nothing answers at DATABASE_URL, with or without MIGRATE", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const environment = mended(url, { port: "1" })
      const both = yield* Effect.all([
        refusal({ ...environment, MIGRATE: "false" }),
        command(["products", "list", "--as", "admin@example.org"], environment)
      ], { concurrency: 2 })
      for (const ended of both) expectLine(ended, /127\.0\.0\.1:1\//, /ECONNREFUSED/, /mend DATABASE_URL/)
    }))

  it.live("where the password is wrong, which is not told", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const environment = mended(url, { password: "hunter2-hunter2" })
      expectLine(yield* refusal(environment), /refuses the user or password of DATABASE_URL/, /^(?!.*hunter2)/)
    }))

  it.live("where the database does not exist", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      expectLine(
        yield* refusal(mended(url, { pathname: "/no_such_database" })),
        /database "no_such_database" does not exist/,
        /mend DATABASE_URL/
      )
    }))

  it.live("where DATABASE_URL comes without AUTH_KEY_SECRET", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const ended = yield* refusal({ DATABASE_URL: Redacted.value(url) })
      expectLine(ended, /AUTH_KEY_SECRET is needed with DATABASE_URL/, /openssl rand/)
    }))

  it.live("where another AUTH_KEY_SECRET has sealed the keys, which stay as they are", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      const keys = query(url, "SELECT * FROM signing_keys ORDER BY kid")
      yield* addUser(url, "admin@example.org")
      yield* signedToken(url, "admin@example.org")
      const before = yield* keys
      const other = { ...onDatabase(url), AUTH_KEY_SECRET: "another secret, which is long enough too" }
      const [ended, doctor] = yield* Effect.all([refusal(other), command(["doctor"], other)], { concurrency: 2 })
      expectLine(ended, /sealed with another secret/, /set AUTH_KEY_SECRET/, /^(?!.*long enough)/)
      expect(doctor.code).toBe(1)
      expect(doctor.stdout).toMatch(/^FAIL {2}signing keys .*sealed with another secret/m)
      expect(yield* keys).toEqual(before)
    }))

  it.live("where the database is newer than the program, with or without MIGRATE", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase()
      yield* query(url, "INSERT INTO effect_sql_migrations (migration_id, name) VALUES (9999, 'from_the_future')")
      const both = yield* Effect.all([
        refusal({ ...onDatabase(url), MIGRATE: "false" }),
        command(["migrate"], onDatabase(url))
      ], { concurrency: 2 })
      for (const ended of both) {
        expectLine(ended, /migration 9999/, /knows only \d+/, /start the newer program/)
      }
    }))
})

describe("MIGRATE=false on an empty database", () => {
  it.live("makes nothing, is not ready until cli migrate has run, and works then, with a role that owns nothing", () =>
    Effect.gen(function*() {
      const { name, url } = yield* freshDatabase("template0")
      yield* query(url, `CREATE ROLE ${name} LOGIN PASSWORD 'poor'`)
      yield* Effect.addFinalizer(() =>
        Effect.andThen(query(url, `DROP OWNED BY ${name}`), query(url, `DROP ROLE ${name}`))
      )
      const poor = Redacted.make(Object.assign(new URL(Redacted.value(url)), { username: name, password: "poor" }).href)
      const server = yield* startServer({ ...onDatabase(poor), MIGRATE: "false" })
      expect((yield* server.get("/health")).status).toBe(200)
      const before = yield* server.get("/health/ready")
      expect(before.status).toBe(503)
      expect(JSON.parse(before.body)).toMatchObject({
        checks: {
          database: { ok: true },
          migrations: { ok: false, detail: expect.stringMatching(/run .*cli.* migrate/) }
        }
      })
      expect(yield* query(url, "SELECT FROM information_schema.tables WHERE table_schema = 'public'")).toEqual([])

      const migrated = yield* command(["migrate"], onDatabase(url))
      expect(migrated.code).toBe(0)
      expect(migrated.stdout).toMatch(/^0001_text\n/)
      expect(migrated.stderr).toMatch(/^\d+ applied, now at migration \d+\n$/)
      yield* query(url, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${name}`)
      yield* query(url, `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${name}`)
      expect((yield* server.get("/health/ready")).status).toBe(200)
      yield* addUser(url, "admin@example.org")
      const token = yield* signedToken(url, "admin@example.org")
      expect((yield* server.post("/v1/products", { name: "Arroz" }, token)).status).toBe(201)
      const jobs = Effect.map(query(url, "SELECT name FROM scheduled_jobs"), ({ length }) => length > 0)
      yield* until(() => Effect.runPromise(jobs))
      expect(server.said()).toMatchObject({ stdout: expect.not.stringMatching(/"level":"(?:WARN|ERROR)"/), stderr: "" })
      const again = yield* command(["migrate"], onDatabase(url))
      expect(again).toMatchObject({ code: 0, stdout: "", stderr: expect.stringMatching(/^up to date/) })
    }))
})
