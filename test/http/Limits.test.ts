import { assert, layer } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Schedule, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { SessionId, UserId } from "../../src/kernel/contract/Rights.ts"
import { Reads } from "../../src/kernel/Database.ts"
import { Administrator, clientOf, TestServer } from "../support/TestServer.ts"

const Code = Schema.Struct({ code: Schema.String })

const codeOf = (body: string) => Schema.decodeUnknownSync(Schema.fromJsonString(Code))(body).code

const ask = Effect.fnUntraced(function*(path: string, headers: Readonly<Record<string, string>> = {}) {
  const { headers: answered, status, text } = yield* HttpClient.get(path, { headers })
  const body = yield* text
  return { status, headers: answered, code: status >= 400 ? codeOf(body) : undefined, body }
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

layer(TestServer({ RATE_LIMIT_PER_MINUTE: "6", TRUSTED_PROXIES: "127.0.0.0/8, ::1" }), { excludeTestServices: true })(
  "the rate limit",
  (it) => {
    it.effect("keeps each user, and each address where nobody is signed in, to so many requests a minute", () =>
      Effect.gen(function*() {
        const { token } = yield* Administrator
        const other = yield* (yield* AccessTokens).sign(
          UserId.make(SecureRandom.uuidV7Unsafe()),
          SessionId.make(SecureRandom.uuidV7Unsafe()),
          Duration.minutes(1)
        )
        const from = (address: string) => ({ "x-forwarded-for": address })
        for (let left = 5; left >= 0; left--) {
          const { headers, status } = yield* ask("/v1/products?limit=1", bearer(token))
          assert.strictEqual(status, 200)
          assert.strictEqual(headers["ratelimit-policy"], "\"default\";q=6;w=60")
          assert.match(headers["ratelimit"] ?? "", new RegExp(`^"default";r=${left};t=\\d+$`))
        }
        const refused = yield* ask("/v1/products?limit=1", bearer(token))
        assert.deepStrictEqual([refused.status, refused.code], [429, "rate_limited"])
        assert.match(refused.headers["retry-after"] ?? "", /^[1-9]\d?$/)
        assert.match(refused.headers["ratelimit"] ?? "", /^"default";r=0;t=\d+$/)

        assert.strictEqual((yield* ask("/v1/products", bearer(other))).code, "user_unknown")
        const strangers = yield* Effect.forEach(
          ["/v1/products", "/nowhere", "/docs", "/v1/products", "/problems", "/openapi.json", "/docs", "/v1/products"],
          (path) => ask(path, from("192.0.2.7"))
        )
        assert.deepStrictEqual(strangers.map(({ status }) => status), [401, 404, 200, 401, 200, 200, 429, 429])
        assert.strictEqual((yield* ask("/docs", from("192.0.2.8"))).status, 200)
        assert.strictEqual((yield* ask("/docs", from("192.0.2.9, 192.0.2.7"))).status, 429)
        for (let i = 0; i < 10; i++) assert.strictEqual((yield* ask("/health", from("192.0.2.7"))).status, 200)
      }))
  }
)

/** Keeps others from the products until the effect has ended. */
const whileLocked = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const [locked, done] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const fiber = yield* Effect.forkChild(sql.withTransaction(Effect.gen(function*() {
      yield* sql`LOCK TABLE products IN ACCESS EXCLUSIVE MODE`
      yield* Deferred.succeed(locked, undefined)
      yield* Deferred.await(done)
    })))
    yield* Deferred.await(locked)
    const answer = yield* Effect.exit(effect)
    yield* Deferred.succeed(done, undefined)
    yield* Fiber.join(fiber)
    return yield* answer
  })

const waitingFor = (count: number) =>
  Effect.flatMap(Reads, (reads) =>
    Effect.repeat(
      reads<{ count: number }>`
        SELECT count(*)::integer AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      { until: ([row]) => (row?.count ?? 0) >= count, schedule: Schedule.spaced("10 millis") }
    ))

const create = Effect.flatMap(Administrator, ({ token }) =>
  HttpClient.execute(
    HttpClientRequest.post("/v1/products", { headers: bearer(token) }).pipe(
      HttpClientRequest.setBody(HttpBody.text("{\"name\":\"a\"}", "application/json"))
    )
  ))

layer(TestServer({ MAX_CONCURRENT_REQUESTS: "2", DATABASE_POOL_SIZE: "4" }), { excludeTestServices: true })(
  "admission",
  (it) => {
    it.effect("answers what is beyond MAX_CONCURRENT_REQUESTS with 503 at once, and then takes requests again", () =>
      Effect.gen(function*() {
        const { token } = yield* Administrator
        yield* whileLocked(Effect.gen(function*() {
          yield* Effect.forkChild(Effect.all([create, create], { concurrency: 2 }))
          yield* waitingFor(2)
          const refused = yield* ask("/v1/products", bearer(token))
          assert.deepStrictEqual([refused.status, refused.code], [503, "overloaded"])
          assert.match(refused.headers["retry-after"] ?? "", /^\d+$/)
          assert.strictEqual((yield* ask("/health/ready")).status, 200)
        }))
        yield* Effect.repeat(ask("/v1/products", bearer(token)), {
          until: ({ status }) => status === 200,
          schedule: Schedule.spaced("20 millis")
        }).pipe(Effect.timeout("5 seconds"))
      }))
  }
)

layer(TestServer({ DATABASE_POOL_SIZE: "2" }), { excludeTestServices: true })("the connections for commands", (it) => {
  it.effect("are waited for no longer than half a second", () =>
    Effect.gen(function*() {
      yield* whileLocked(Effect.gen(function*() {
        yield* Effect.forkChild(create)
        yield* waitingFor(1)
        const [elapsed, answer] = yield* Effect.timed(create)
        assert.deepStrictEqual([answer.status, codeOf(yield* answer.text)], [503, "database_unavailable"])
        assert.isBelow(Duration.toMillis(elapsed), 1500)
      }))
      const last = yield* Effect.repeat(create, {
        until: ({ status }) => status === 201,
        schedule: Schedule.spaced("20 millis")
      }).pipe(Effect.timeout("5 seconds"))
      assert.strictEqual(last.status, 201)
    }))
})

layer(TestServer({ DATABASE_POOL_SIZE: "2" }), { excludeTestServices: true })("a command", (it) => {
  it.effect("needs one connection, with its idempotency key, audit entry and event", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const all = yield* Effect.forEach(
        Array.from({ length: 30 }, (_, n) => n),
        (n) =>
          client.products.create({ headers: { "idempotency-key": `key-${n}` }, query: {}, payload: { name: `${n}a` } }),
        { concurrency: 2 }
      )
      assert.strictEqual(all.length, 30)
    }))
})

const shared = "https://app.example.org"

layer(TestServer({ CORS_ORIGINS: `${shared},https://other.example.org`, PUBLIC_URL: "https://api.example.org/" }), {
  excludeTestServices: true
})("pages of other origins", (it) => {
  it.effect("may read the answers where they are named, and others not", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const preflight = (origin: string) =>
        HttpClient.options("/v1/products", {
          headers: {
            origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization"
          }
        })
      const allowed = yield* preflight(shared)
      assert.deepInclude(allowed.headers, {
        "access-control-allow-origin": shared,
        "access-control-allow-headers": "authorization"
      })
      assert.strictEqual(allowed.status, 204)
      assert.notProperty((yield* preflight("https://evil.example.org")).headers, "access-control-allow-origin")
      const read = yield* ask("/v1/products", { ...bearer(token), origin: shared })
      assert.strictEqual(read.headers["access-control-allow-origin"], shared)
      assert.notProperty(read.headers, "access-control-allow-credentials")
      assert.match(read.headers["access-control-expose-headers"] ?? "", /etag/)
      const plain = yield* HttpClient.options("/v1/products")
      assert.strictEqual(plain.headers["allow"], "GET, POST, HEAD, OPTIONS")
    }))

  it.effect("find the address of PUBLIC_URL in the definition", () =>
    Effect.gen(function*() {
      const { body } = yield* ask("/openapi.json")
      assert.deepInclude(JSON.parse(body), { servers: [{ url: "https://api.example.org" }] })
    }))
})
