import { assert, layer } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

layer(TestServer(), { excludeTestServices: true })("when users were last seen", (it) => {
  it.effect("is told to the minute, and so is when logins and API keys were last used", () =>
    Effect.gen(function*() {
      const { client, id } = yield* callerWith(["products", "product_manager"])
      const silent = yield* callerWith()
      const { body: { data: made } } = yield* client.apiKeys.create({
        headers: {},
        query: {},
        payload: { name: "Till", permissions: [{ context: "products", permission: "manage_products" }] }
      })
      yield* (yield* clientOf("key" in made ? made.key : "")).products.nutrients({})
      const sql = yield* SqlClient.SqlClient
      const read = sql<Readonly<Record<"user" | "session" | "key" | "silent", Date | null>>>`
        SELECT (SELECT last_seen_at FROM users WHERE id = ${id}) AS "user",
          (SELECT last_used_at FROM sessions WHERE user_id = ${id}) AS session,
          (SELECT last_used_at FROM api_keys WHERE user_id = ${id}) AS key,
          (SELECT last_seen_at FROM users WHERE id = ${silent.id}) AS silent`
      const [row] = yield* read.pipe(
        Effect.repeat({ schedule: Schedule.spaced("50 millis"), until: ([row]) => row?.key instanceof Date }),
        Effect.timeout("10 seconds")
      )
      for (const seen of [row?.user, row?.session, row?.key]) {
        assert.strictEqual(seen?.getTime() ?? 1, Math.floor((seen?.getTime() ?? 0) / 60_000) * 60_000)
        assert.isBelow(Date.now() - (seen?.getTime() ?? 0), 130_000)
      }
      assert.isNull(row?.silent)
    }))
})
