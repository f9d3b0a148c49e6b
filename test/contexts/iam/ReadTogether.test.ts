import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { SqlClient } from "effect/sql"
import { Actors } from "../../../src/kernel/Actors.ts"
import { type Credential, SessionId, UserId } from "../../../src/kernel/contract/Rights.ts"
import { callerWith } from "../../support/Callers.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { TestServer } from "../../support/TestServer.ts"

const nobody = "01900000-0000-7000-8000-000000000000"
const operator = (userId: UserId): Credential => ({ userId, proof: { _tag: "Operator" } })

layer(TestServer().pipe(Layer.provideMerge(CountedStatements)), { excludeTestServices: true })(
  "callers who ask at the same moment",
  (it) => {
    it.effect("are read by one statement, and each gets his own answer", () =>
      Effect.gen(function*() {
        const actors = yield* Actors
        const sql = yield* SqlClient.SqlClient
        const manager = yield* callerWith(["products", "product_manager"])
        const reader = yield* callerWith(["products", "user"])
        const disabled = yield* callerWith(["products", "user"])
        yield* sql`UPDATE users SET status = 'disabled' WHERE id = ${disabled.id}`
        yield* sql`INSERT INTO identities (issuer, subject, user_id) VALUES ('https://issuer.example.org', 's', ${reader.id})`
        const session: Credential = {
          userId: manager.id,
          proof: { _tag: "Session", id: SessionId.make(nobody) }
        }
        const linked = (subject: string): Credential => ({
          userId: reader.id,
          proof: { _tag: "Identity", issuer: "https://issuer.example.org", subject }
        })
        const asked = [
          operator(UserId.make(nobody)),
          operator(manager.id),
          session,
          operator(disabled.id),
          linked("s"),
          linked("t"),
          operator(manager.id)
        ]
        const { answer, statements } = yield* countingStatements(
          Effect.forEach(asked, (credential) => Effect.result(actors.reading(credential)), { concurrency: "unbounded" })
        )
        assert.strictEqual(statements, 1)
        assert.deepStrictEqual(
          answer.map((told) =>
            Result.isFailure(told)
              ? told.failure.code
              : [told.success.userId, told.success.permissions.has("products:manage_products")]
          ),
          [
            "user_unknown",
            [manager.id, true],
            "token_invalid",
            "user_disabled",
            [reader.id, false],
            "user_unknown",
            [manager.id, true]
          ]
        )
      }))
  }
)
