import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { SqlClient } from "effect/sql"
import { decodeProtectedHeader } from "jose"
import { AccessTokens } from "../../../src/contexts/iam/AccessTokens.ts"
import { RotateKeys } from "../../../src/contexts/iam/contract/LoginCommands.ts"
import { iamJobs } from "../../../src/contexts/iam/iamJobs.ts"
import { Logins } from "../../../src/contexts/iam/Logins.ts"
import { Tokens } from "../../../src/contexts/iam/Tokens.ts"
import { UserId } from "../../../src/kernel/contract/Rights.ts"
import { Sealing } from "../../../src/kernel/Sealing.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

/** What a process would do that knows nothing yet. */
const anotherProcess = <A, E, R>(effect: Effect.Effect<A, E, R | AccessTokens>) =>
  Effect.provide(effect, Layer.fresh(AccessTokens.layer))

const token = Effect.gen(function*() {
  const { userId } = yield* Administrator
  return yield* (yield* AccessTokens).issue(UserId.make(userId), Duration.minutes(15))
})

const kidOf = (token: string) => decodeProtectedHeader(token).kid

/** What two processes do at the same moment. */
const rotate = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (const { name, run } of yield* iamJobs) {
    if (name !== "iam/RotateKeys") continue
    yield* Effect.all([sql.withTransaction(run(sql)), sql.withTransaction(run(sql))], { concurrency: 2 })
  }
})

const states = SqlClient.SqlClient.use((sql) =>
  Effect.map(
    sql<{ state: string; private: boolean }>`
      SELECT state, sealed_private_jwk <> '' AS private FROM signing_keys ORDER BY created_at`,
    (rows) => rows.map(({ private: hasPrivate, state }) => hasPrivate ? state : `${state}, without its private part`)
  )
)

const TestLayer = Layer.merge(Logins.layer, Sealing.layer).pipe(Layer.provideMerge(TestServer()))

layer(TestLayer, { excludeTestServices: true })("signing keys", (it) => {
  it.effect("are published without their private parts", () =>
    Effect.gen(function*() {
      const first = yield* token
      const response = yield* HttpClient.get("/.well-known/jwks.json")
      assert.strictEqual(response.headers["cache-control"], "max-age=300")
      const { keys } = Object(yield* response.json)
      assert.deepStrictEqual(keys.map(Object.keys), [["kty", "crv", "x", "kid", "alg", "use"]])
      assert.strictEqual(keys[0].kid, kidOf(first))
    }))

  it.effect("are known for 10 minutes before they sign, and their tokens are taken for 30 minutes after", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const old = yield* token
      const logins = yield* Logins
      const made = yield* Effect.all([1, 2, 3].map(() => logins.executeAsSystem(new RotateKeys())), { concurrency: 3 })
      assert.deepStrictEqual(made.toSorted(), [false, false, true])
      yield* rotate
      assert.deepStrictEqual(yield* states, ["active", "next"])
      assert.strictEqual(kidOf(yield* anotherProcess(token)), kidOf(old))
      yield* sql`UPDATE signing_keys SET created_at = created_at - interval '10 minutes'`
      yield* rotate
      assert.deepStrictEqual(yield* states, ["retired, without its private part", "active"])
      const fresh = yield* anotherProcess(token)
      assert.notStrictEqual(kidOf(fresh), kidOf(old))
      yield* (yield* clientOf(old)).me.get({})
      yield* sql`UPDATE signing_keys SET retired_at = now() - interval '31 minutes' WHERE state = 'retired'`
      const taken = yield* Effect.provide(
        Effect.flatMap(
          Tokens,
          (tokens) => Effect.all([Effect.result(tokens.verify(old)), Effect.result(tokens.verify(fresh))])
        ),
        Layer.fresh(Tokens.layer)
      )
      assert.deepStrictEqual(taken.map(({ _tag }) => _tag), ["Failure", "Success"])
    }))

  it.effect("are followed by another after 90 days", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* rotate
      const before = yield* states
      yield* sql`UPDATE signing_keys SET activated_at = activated_at - interval '90 days' WHERE state = 'active'`
      yield* rotate
      yield* rotate
      assert.deepStrictEqual(yield* states, [...before, "next"])
    }))
})
