import { assert, layer } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { AuditEntryId, type AuditQuery } from "../../../src/contexts/iam/contract/AuditLog.ts"
import { Audit } from "../../../src/kernel/Audit.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

/** An entry of a context, as a command of it would have left it. */
const entryOf = Effect.fnUntraced(function*(context: string, target: string) {
  const sql = yield* SqlClient.SqlClient
  const id = AuditEntryId.make(SecureRandom.uuidV7Unsafe())
  yield* sql`
    INSERT INTO audit_log (id, actor_type, context, command, target_type, target_id, outcome, correlation_id, changed_fields)
    VALUES (${id}, 'system', ${context}, ${`${context}/Change`}, 'thing', ${target}, 'ok', ${`request-${target}`}, '{name}')`
  return id
})

const actors = [
  { role: ["iam", "auditor"], seen: ["iam", "products", "recipes"], looksUp: ["iam", "products", "recipes"] },
  { role: ["products", "auditor"], seen: ["products"], looksUp: ["products"] },
  { role: ["products", "support_staff"], seen: undefined, looksUp: ["products"] },
  { role: ["products", "product_manager"], seen: undefined, looksUp: undefined }
] as const

layer(TestServer(), { excludeTestServices: true })("the audit log", (it) => {
  it.effect("tells who did what to which thing, from where, and what was denied to whom", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const powerless = yield* callerWith()
      yield* Effect.flip(powerless.client.products.create({ headers: {}, query: {}, payload: { name: "Arroz" } }))
      const { body: { data: product } } = yield* client.products.create({
        headers: {},
        query: {},
        payload: { name: "Arroz" }
      })
      const { data: [created] } = yield* client.auditLog.list({
        query: { targetType: ["product"], targetId: [product.id] }
      })
      assert.deepInclude(created, {
        context: "products",
        command: "products/CreateProduct",
        outcome: "ok",
        target: { type: "product", id: product.id },
        versionBefore: null,
        versionAfter: 1
      })
      assert.deepInclude({ ...created?.actor }, { type: "user", name: "Administrator", apiKeyId: null })
      assert.match(created?.address ?? "", /^127\.0\.0\.0\/24$|^0:0:0::\/48$/)
      assert.include([...created?.changedFields ?? []], "name")
      const { data: denied } = yield* client.auditLog.list({ query: { outcome: ["denied"], userId: [powerless.id] } })
      assert.deepStrictEqual(denied.map(({ actor, command, target }) => [actor.name, command, target]), [
        ["A caller", "products/CreateProduct", null]
      ])
    }))

  it.effect("is filtered by each of its members, the newest entry first", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const target = SecureRandom.uuidV7Unsafe()
      const ids = [yield* entryOf("recipes", target), yield* entryOf("products", target)]
      const found = (query: AuditQuery) =>
        Effect.map(client.auditLog.list({ query: { targetId: [target], ...query } }), ({ data }) =>
          data.map(({ id }) => id))
      assert.deepStrictEqual(yield* found({}), ids.toReversed())
      const longAgo = DateTime.makeUnsafe("2020-01-01T00:00:00Z")
      const [recipe] = ids
      for (
        const [query, expected] of [
          [{ context: ["recipes"] }, [recipe]],
          [{ "context[ne]": "products" }, [recipe]],
          [{ command: ["recipes/Change"] }, [recipe]],
          [{ actorType: ["system"], outcome: ["ok"], context: ["recipes"] }, [recipe]],
          [{ actorType: ["user"] }, []],
          [{ "userId[null]": false }, []],
          [{ correlationId: [`request-${target}`], context: ["recipes"] }, [recipe]],
          [{ changedField: "name", context: ["recipes"] }, [recipe]],
          [{ changedField: "other" }, []],
          [{ versionAfter: 1 }, []],
          [{ "at[lt]": longAgo }, []],
          [{ "at[gte]": longAgo, sort: [{ field: "at", descending: false }] }, ids]
        ] as const satisfies ReadonlyArray<readonly [AuditQuery, ReadonlyArray<unknown>]>
      ) {
        assert.deepStrictEqual(yield* found(query), [...expected], JSON.stringify(query))
      }
    }))

  it.effect("is seen by auditors of iam whole, by others in their context, and looked up by support", () =>
    Effect.gen(function*() {
      const target = SecureRandom.uuidV7Unsafe()
      const ids = new Map<string, AuditEntryId>()
      for (const context of ["iam", "products", "recipes"]) ids.set(context, yield* entryOf(context, target))
      const ofTarget = (query: AuditQuery, client: Effect.Success<ReturnType<typeof clientOf>>) =>
        client.auditLog.list({ query }).pipe(
          Effect.map(({ data }) =>
            data.filter((each) => each.target?.id === target).map(({ context }) => context).toSorted()
          ),
          Effect.catchTag("PermissionMissing", () => Effect.undefined)
        )
      for (const { looksUp, role, seen } of actors) {
        const { client } = yield* callerWith(role)
        const limit = { limit: 200 }
        assert.deepStrictEqual(yield* ofTarget(limit, client), seen && [...seen], `${role}`)
        const whole = { targetType: ["thing"], targetId: [target] }
        assert.deepStrictEqual(yield* ofTarget({ ...limit, ...whole }, client), looksUp && [...looksUp], `${role}`)
        const correlationId = [`request-${target}`]
        assert.deepStrictEqual(yield* ofTarget({ ...limit, correlationId }, client), looksUp && [...looksUp], `${role}`)
        for (const [context, id] of ids) {
          const { _tag } = yield* Effect.result(client.auditLog.get({ params: { id } }))
          const mayRead = seen?.some((each) => each === context) === true
          assert.strictEqual(_tag, mayRead ? "Success" : "Failure", `${role} ${context}`)
        }
      }
    }))

  it.effect("keeps 60 denials of a caller in a minute, and counts the others in the next one", () =>
    Effect.gen(function*() {
      const audit = yield* Audit
      const { id } = yield* callerWith()
      const denied = audit.denied({ context: "iam", command: "iam/CreateUser" }, { userId: id, apiKeyId: null })
      yield* Effect.repeat(denied, { times: 64 })
      yield* TestClock.adjust("1 minute")
      yield* Effect.repeat(denied, { times: 1 })
      const { data } = yield* (yield* clientOf()).auditLog.list({ query: { userId: [id], limit: 200 } })
      assert.lengthOf(data, 62)
      assert.deepStrictEqual(data.flatMap(({ suppressed }) => suppressed === 0 ? [] : [suppressed]), [5])
    }).pipe(Effect.provide(TestClock.layer())))

  it.effect("is changed by nobody, its owner and a superuser included", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* entryOf("iam", "kept")
      const before = yield* sql`SELECT count(*) AS entries FROM audit_log`
      const attempts = [
        sql`UPDATE audit_log SET command = 'x'`,
        sql`DELETE FROM audit_log`,
        sql`TRUNCATE audit_log`,
        sql`TRUNCATE audit_log, users CASCADE`,
        sql`SET session_replication_role = replica; `.pipe(Effect.andThen(sql`DELETE FROM audit_log`))
      ]
      for (const attempt of attempts) {
        const { reason } = yield* Effect.flip(sql.withTransaction(attempt))
        assert.include(String(reason.cause), "audit_log is never changed")
      }
      assert.deepStrictEqual(yield* sql`SELECT count(*) AS entries FROM audit_log`, before)
    }))
})
