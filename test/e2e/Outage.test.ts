import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { certificate, databaseDoor } from "../support/DatabaseDoor.ts"
import { addUser, type Answer, onDatabase, query, type RunningServer, startServer, until } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const administrator = "admin@example.org"

/** A server whose way to the database a test can bar. */
const servingThrough = Effect.fnUntraced(function*(encrypted: boolean) {
  const { name, url } = yield* freshDatabase()
  yield* addUser(url, administrator)
  const door = yield* databaseDoor(url, { encrypted })
  const token = yield* signedToken(url, administrator)
  const trusted = { NODE_EXTRA_CA_CERTS: certificate }
  const environment = { ...onDatabase(door.url), ...trusted, COMMAND_TIMEOUT: "2 s", SQL_STATEMENT_TIMEOUT: "2 s" }
  const server = yield* startServer(environment)
  expect((yield* server.get("/v1/products", token)).status).toBe(200)
  return { door, name, server, token, url }
})

const serving = servingThrough(false)

const requests = ({ server, token }: { readonly server: RunningServer; readonly token: string }) =>
  Effect.all([
    server.get("/v1/products", token),
    server.get("/v1/products/0192d0d4-7b7a-7c4e-8a55-5f3e5a3f7b11", token),
    server.get("/v1/products?name[like]=a", token),
    server.post("/v1/products", { name: "Made while the database was away" }, token)
  ], { concurrency: "unbounded" })

const expectAway = (answer: Answer, statuses: ReadonlyArray<number> = [503]) => {
  expect(statuses, answer.body).toContain(answer.status)
  expect(answer.headers.get("content-type")).toBe("application/problem+json")
  if (answer.status === 503) expect(answer.headers.get("retry-after")).toMatch(/^\d+$/)
  expect(answer.millis).toBeLessThan(10_000)
}

const expectBack = ({ server, token }: { readonly server: RunningServer; readonly token: string }) =>
  Effect.gen(function*() {
    const seen = new Set<number>()
    yield* until(async () => {
      const { status } = await Effect.runPromise(server.get("/v1/products", token))
      seen.add(status)
      return status === 200
    }, 10_000)
    expect([...seen].filter((status) => status !== 200 && status !== 503)).toEqual([])
    expect((yield* server.get("/health/ready")).status).toBe(200)
    expect((yield* server.post("/v1/products", { name: "Made afterwards" }, token)).status).toBe(201)
  })

describe.concurrent("while the database is away, requests are told so, and afterwards served", () => {
  it.live("when it refuses connections", () =>
    Effect.gen(function*() {
      const serves = yield* serving
      yield* serves.door.shut
      for (let round = 0; round < 3; round++) {
        for (const answer of yield* requests(serves)) expectAway(answer)
      }
      expect((yield* serves.server.get("/health")).status).toBe(200)
      // Twice a second the queue asks, not as fast as it can.
      expect(serves.server.said().stdout.split("\n").filter((line) => line.includes("\"WARN\"")).length).toBeLessThan(
        60
      )
      const ready = yield* serves.server.get("/health/ready")
      expect(ready.status).toBe(503)
      expect(JSON.parse(ready.body)).toMatchObject({ checks: { database: { ok: false } } })
      yield* serves.door.open
      yield* expectBack(serves)
      const [row] = yield* query<{ count: number }>(serves.url, "SELECT count(*)::integer AS count FROM products")
      expect(row?.count).toBe(1)
    }))

  it.live("when it takes none and has ended those that there were", () =>
    Effect.gen(function*() {
      const serves = yield* serving
      const other = Redacted.make(Object.assign(new URL(Redacted.value(serves.url)), { pathname: "/postgres" }).href)
      yield* query(other, `ALTER DATABASE ${serves.name} ALLOW_CONNECTIONS false`)
      yield* query(other, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${serves.name}'`)
      for (let round = 0; round < 3; round++) {
        for (const answer of yield* requests(serves)) expectAway(answer)
      }
      expect((yield* serves.server.get("/health/ready")).status).toBe(503)
      yield* query(other, `ALTER DATABASE ${serves.name} ALLOW_CONNECTIONS true`)
      yield* expectBack(serves)
    }))

  for (const encrypted of [false, true]) {
    it.live(`when nothing comes back from it any more${encrypted ? ", over TLS" : ""}`, () =>
      Effect.gen(function*() {
        const serves = yield* servingThrough(encrypted)
        yield* serves.door.freeze
        const [ready, answers] = yield* Effect.all([serves.server.get("/health/ready"), requests(serves)], {
          concurrency: 2
        })
        expect(ready.status).toBe(503)
        for (const answer of answers) expectAway(answer, [503, 504])
        yield* serves.door.open
        yield* expectBack(serves)
      }))
  }

  it.live("a connection over TLS that is idle for longer than the limit of silence stays, and is cancelled through", () =>
    Effect.gen(function*() {
      const serves = yield* servingThrough(true)
      const { door, server, token, url } = serves
      const count = Effect.map(
        query<{ open: number }>(
          url,
          "SELECT count(*)::integer AS open FROM pg_stat_activity WHERE application_name = 'cardapio queries' AND datname = current_database()"
        ),
        ([row]) => row?.open ?? 0
      )
      const [before, passed] = [yield* count, door.passed()]
      yield* Effect.sleep("5 seconds")
      expect((yield* server.get("/v1/products", token)).status).toBe(200)
      expect(yield* count).toBe(before)
      expect(door.passed()).toBe(passed)
      yield* query(
        url,
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); RETURN NEW; END $$"
      )
      yield* query(url, "CREATE TRIGGER slow BEFORE INSERT ON products FOR EACH ROW EXECUTE FUNCTION slow()")
      expect([503, 504]).toContain((yield* server.post("/v1/products", { name: "Slow" }, token)).status)
      const sleeping = query(
        url,
        "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
      )
      yield* until(() => Effect.runPromise(Effect.map(sleeping, ({ length }) => length === 0)), 3000)
    }))
})
