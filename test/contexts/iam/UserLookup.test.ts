import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { UserLookup } from "../../../src/contexts/iam/contract/UserLookup.ts"
import { UserId } from "../../../src/kernel/contract/Rights.ts"
import { TestServer } from "../../support/TestServer.ts"

layer(TestServer(), { excludeTestServices: true })("the names of users", (it) => {
  it.effect("are looked up by a transaction over its own connection", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { names } = yield* UserLookup
      const id = UserId.make(SecureRandom.uuidV7Unsafe())
      yield* sql`INSERT INTO users (id, email, name) VALUES (${id}, 'ana@example.org', 'Ana')`
      const within = yield* sql.withTransaction(Effect.andThen(
        sql`UPDATE users SET name = 'Bia' WHERE id = ${id}`,
        names([id])
      ))
      assert.deepStrictEqual([...within], [[id, "Bia"]])
    }))
})
