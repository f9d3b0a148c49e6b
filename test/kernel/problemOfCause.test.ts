import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Layer, Logger } from "effect"
import { SqlClient } from "effect/sql"
import { CommandDatabase } from "../../src/kernel/Database.ts"
import { problemOfCause } from "../../src/kernel/defects.ts"
import { TestLocation, testSettings } from "../support/TestDatabase.ts"

const TestLayer = CommandDatabase.pipe(
  Layer.provideMerge(TestLocation),
  Layer.provideMerge(testSettings()),
  Layer.provide(Logger.layer([]))
)

layer(TestLayer, { excludeTestServices: true })("what a failed request is told", (it) => {
  const failing = (ended: boolean) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const exit = yield* Effect.exit(sql.withTransaction(Effect.gen(function*() {
        const [row] = yield* sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`
        if (ended) yield* Effect.ignore(sql`SELECT pg_terminate_backend(${row?.pid ?? 0})`)
        return yield* Effect.fail("a fault of another kind")
      })))
      return Exit.isFailure(exit) ? problemOfCause(exit.cause)._tag : "no failure"
    })

  it.effect("is that the database is away, where the rollback of another fault fails as well", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* failing(true), "DatabaseUnavailable")
      assert.strictEqual(yield* failing(false), "InternalError")
    }))
})
