import { assert, layer } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import type { GrantedPermission } from "../../../src/contexts/iam/contract/ApiKeys.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

const managing: GrantedPermission = { context: "products", permission: "manage_products" }

const productWith = (headers: Readonly<Record<string, string>>) =>
  HttpClientRequest.post("/v1/products", { headers }).pipe(
    HttpClientRequest.bodyJsonUnsafe({ name: "x" }),
    HttpClient.execute,
    Effect.flatMap((response) =>
      Effect.map(response.json, (body) => ({ status: response.status, ...Object(body), headers: response.headers }))
    )
  )

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

type Caller = Effect.Success<ReturnType<typeof callerWith>>

const keyOf = ({ client }: Caller, permissions: ReadonlyArray<GrantedPermission> = [managing]) =>
  Effect.map(
    client.apiKeys.create({ headers: {}, query: {}, payload: { name: "Till", permissions } }),
    ({ body }) => {
      assert.isFalse("dryRun" in body)
      return "key" in body.data ? body.data : assert.fail("no key")
    }
  )

layer(TestServer(), { excludeTestServices: true })("API keys", (it) => {
  it.effect("act as their owner, as a bearer and by their own header, and are shown once", () =>
    Effect.gen(function*() {
      const owner = yield* callerWith(["products", "product_manager"])
      const made = yield* keyOf(owner)
      assert.match(made.key, /^cdp_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/)
      assert.strictEqual(
        DateTime.toEpochMillis(made.expiresAt) - DateTime.toEpochMillis(made.createdAt) > 89 * 864e5,
        true
      )
      assert.strictEqual((yield* productWith(bearer(made.key))).status, 201)
      assert.strictEqual((yield* productWith({ "x-api-key": made.key })).status, 201)
      const { data } = yield* owner.client.apiKeys.list({ query: {} })
      assert.deepStrictEqual(data.map(({ id, prefix }) => [id, prefix]), [[made.id, made.key.split("_")[1]]])
      assert.notInclude(JSON.stringify(data), made.key.slice(17))
      const sql = yield* SqlClient.SqlClient
      const [kept] = yield* sql<
        { hash: string }
      >`SELECT encode(secret_hash, 'escape') AS hash FROM api_keys WHERE id = ${made.id}`
      assert.notInclude(kept?.hash, made.key)
      const [entry] = yield* sql`
        SELECT actor_type, actor_id, api_key_id FROM audit_log WHERE command = 'products/CreateProduct' AND actor_id = ${owner.id}`
      assert.deepStrictEqual(entry, { actorType: "apiKey", actorId: owner.id, apiKeyId: made.id })
    }))

  it.effect("are refused where they are sent twice, changed, unknown, expired or revoked, or their owner is disabled", () =>
    Effect.gen(function*() {
      const owner = yield* callerWith(["products", "product_manager"])
      const sql = yield* SqlClient.SqlClient
      const { id, key } = yield* keyOf(owner)
      assert.strictEqual((yield* productWith({ ...bearer(key), "x-api-key": key })).status, 400)
      assert.strictEqual((yield* productWith({ ...bearer(owner.token), "x-api-key": key })).status, 400)
      const other = key.endsWith("a") ? "b" : "a"
      for (
        const wrong of [
          key.slice(0, -1) + other,
          key.slice(0, -1),
          `${key}a`,
          `cdp_${"0".repeat(12)}_${"0".repeat(43)}`,
          "cdp_"
        ]
      ) {
        for (const headers of [bearer(wrong), { "x-api-key": wrong }]) {
          const { code, headers: sent, status } = yield* productWith(headers)
          assert.deepStrictEqual([status, code, sent["www-authenticate"]], [
            401,
            "api_key_invalid",
            "Bearer error=\"invalid_token\""
          ], wrong)
        }
      }
      yield* sql`UPDATE api_keys SET expires_at = now() WHERE id = ${id}`
      assert.deepInclude(yield* productWith(bearer(key)), { status: 401, code: "api_key_invalid" })
      yield* sql`UPDATE api_keys SET expires_at = now() + interval '1 day' WHERE id = ${id}`
      yield* sql`UPDATE users SET status = 'disabled' WHERE id = ${owner.id}`
      assert.deepInclude(yield* productWith(bearer(key)), { status: 401, code: "user_disabled" })
      yield* sql`UPDATE users SET status = 'active' WHERE id = ${owner.id}`
      assert.deepInclude(yield* productWith(bearer(key)), { status: 201 })
      yield* owner.client.apiKeys.revoke({ params: { id }, query: {} })
      assert.deepInclude(yield* productWith(bearer(key)), { status: 401, code: "api_key_invalid" })
      yield* owner.client.apiKeys.revoke({ params: { id }, query: {} })
      const entries = yield* sql`SELECT FROM audit_log WHERE command = 'iam/RevokeApiKey' AND target_id = ${id}`
      assert.lengthOf(entries, 1)
    }))

  it.effect("may do what both they and their owner may at that moment", () =>
    Effect.gen(function*() {
      const owner = yield* callerWith(["products", "product_manager"], ["products", "user"])
      const sql = yield* SqlClient.SqlClient
      const { key } = yield* keyOf(owner)
      const little = yield* keyOf(owner, [{ context: "products", permission: "access_basic_features" }])
      assert.deepInclude(yield* productWith(bearer(little.key)), { status: 403, code: "permission_missing" })
      yield* sql`
        DELETE FROM role_assignments a USING roles r
        WHERE r.id = a.role_id AND r.name = 'product_manager' AND a.user_id = ${owner.id}`
      assert.deepInclude(yield* productWith(bearer(key)), { status: 403, code: "permission_missing" })
    }))

  it.effect("give no more than their owner has, live for a year at most, and are 50 at most", () =>
    Effect.gen(function*() {
      const owner = yield* callerWith(["products", "product_manager"])
      const sql = yield* SqlClient.SqlClient
      const refused = (permissions: ReadonlyArray<GrantedPermission>, expiresAt?: DateTime.Utc) =>
        Effect.flip(owner.client.apiKeys.create({
          headers: {},
          query: {},
          payload: { name: "x", permissions, ...expiresAt === undefined ? {} : { expiresAt } }
        }))
      const lacking = yield* refused([managing, { context: "recipes", permission: "manage_recipes" }])
      assert.deepInclude(lacking, { _tag: "ApiKeyPermissionNotHeld", status: 422, code: "permission_not_held" })
      assert.deepStrictEqual("errors" in lacking && lacking.errors?.map(({ pointer }) => pointer), ["/permissions/1"])
      for (const [unit, amount] of [["days", 366], ["minutes", -1]] as const) {
        const expiry = DateTime.add(yield* DateTime.now, { [unit]: amount })
        assert.strictEqual((yield* refused([managing], expiry))._tag, "InvalidRequest")
      }
      yield* sql`
        INSERT INTO api_keys (id, user_id, name, prefix, secret_hash, permissions, expires_at)
        SELECT uuidv7(), ${owner.id}, 'x', left(md5(n::text || ${owner.id}), 12), '', '{}', now() + interval '1 day'
        FROM generate_series(1, 49) n`
      const both = yield* Effect.all([1, 2, 3].map(() => Effect.result(keyOf(owner))), { concurrency: "unbounded" })
      assert.lengthOf(both.filter(({ _tag }) => _tag === "Success"), 1)
      assert.strictEqual((yield* refused([managing]))._tag, "ApiKeyLimitReached")
    }))

  it.effect("make and revoke no keys, and are seen and revoked by nobody else but user managers", () =>
    Effect.gen(function*() {
      const owner = yield* callerWith(["products", "product_manager"])
      const made = yield* keyOf(owner)
      const asKey = yield* clientOf(made.key)
      const payload = { name: "x", permissions: [managing] }
      const { id } = made
      assert.strictEqual(
        (yield* Effect.flip(asKey.apiKeys.create({ headers: {}, query: {}, payload })))._tag,
        "NotForApiKeys"
      )
      assert.strictEqual(
        (yield* Effect.flip(asKey.apiKeys.revoke({ params: { id }, query: {} })))._tag,
        "NotForApiKeys"
      )
      const passwords = { oldPassword: "x", password: "y" }
      assert.strictEqual(
        (yield* Effect.flip(asKey.logins.changePassword({ query: {}, payload: passwords })))._tag,
        "NotForApiKeys"
      )
      const denied = yield* SqlClient.SqlClient.use((sql) =>
        sql`SELECT command FROM audit_log WHERE outcome = 'denied' AND api_key_id = ${id} ORDER BY command`
      )
      assert.deepStrictEqual(denied.map(({ command }) => command), [
        "iam/ChangePassword",
        "iam/CreateApiKey",
        "iam/RevokeApiKey"
      ])
      const other = yield* callerWith(["products", "administrator"])
      assert.strictEqual((yield* Effect.flip(other.client.apiKeys.get({ params: { id } })))._tag, "ApiKeyNotFound")
      assert.strictEqual(
        (yield* Effect.flip(other.client.apiKeys.revoke({ params: { id }, query: {} })))._tag,
        "ApiKeyNotFound"
      )
      assert.strictEqual(
        (yield* Effect.flip(other.client.apiKeys.list({ query: { userId: owner.id } })))._tag,
        "PermissionMissing"
      )
      assert.deepStrictEqual((yield* other.client.apiKeys.list({ query: {} })).data, [])
      const manager = yield* callerWith(["iam", "user_manager"])
      assert.strictEqual((yield* manager.client.apiKeys.get({ params: { id } })).data.userId, owner.id)
      yield* manager.client.apiKeys.revoke({ params: { id }, query: {} })
      const { data: [revoked] } = yield* manager.client.apiKeys.list({ query: { userId: owner.id, live: false } })
      assert.isNotNull(revoked?.revokedAt)
    }))

  it.effect("come again with the same idempotency key, kept sealed, and not at all from a dry run", () =>
    Effect.gen(function*() {
      const owner = yield* callerWith(["products", "product_manager"])
      const sql = yield* SqlClient.SqlClient
      const create = (dryRun: boolean) =>
        owner.client.apiKeys.create({
          headers: { "idempotency-key": "once" },
          query: dryRun ? { dryRun } : {},
          payload: { name: "Till", permissions: [managing] }
        })
      assert.notProperty((yield* create(true)).body.data, "key")
      const [first, again] = [yield* create(false), yield* create(false)]
      assert.deepStrictEqual(again.body, first.body)
      const { body: { data } } = first
      assert.isTrue("key" in data)
      const kept = yield* sql<
        { text: string }
      >`SELECT idempotency_keys::text AS text FROM idempotency_keys WHERE caller = ${owner.id}`
      assert.lengthOf(kept, 1)
      assert.notInclude(kept[0]?.text, Buffer.from("cdp_").toString("hex"))
      yield* sql`UPDATE users SET status = 'disabled' WHERE id = ${owner.id}`
      assert.strictEqual((yield* Effect.flip(create(false)))._tag, "UserDisabled")
    }))
})
