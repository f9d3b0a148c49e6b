import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const create = Effect.fnUntraced(function*(name: string) {
  const client = yield* clientOf()
  const { body } = yield* client.products.create({
    query: {},
    headers: {},
    payload: {
      name,
      nutrients: { energyKcal: { value: 100 }, sodium: { value: 10 }, protein: { value: 0, mark: "trace" } },
      allergens: { milk: { state: "contains", evidence: "label" } },
      packageSize: 1,
      packageSizeUnit: "kg"
    }
  })
  return { client, product: body.data }
})

interface Entry {
  readonly command: string
  readonly outcome: string
  readonly versionBefore: number | null
  readonly versionAfter: number | null
  readonly changedFields: ReadonlyArray<string>
  readonly correlationId: string | null
  readonly address: string | null
}

const entriesOf = (id: string) =>
  SqlClient.SqlClient.use((sql) => sql<Entry>`SELECT * FROM audit_log WHERE target_id = ${id} ORDER BY id`)

layer(TestServer(), { excludeTestServices: true })("ChangeProduct", (it) => {
  it.effect("merges a patch: what is absent stays, null clears, objects are merged, what follows is derived anew", () =>
    Effect.gen(function*() {
      const { client, product } = yield* create("Leite")
      const { body, headers } = yield* client.products.update({
        query: {},
        params: { id: product.id },
        headers: { "if-match": "\"1\"" },
        payload: {
          shoppingName: "Leite integral",
          packageSize: null,
          packageSizeUnit: null,
          nutrients: { sodium: null, protein: 3.2, iron: { value: 1, unit: "mg" } },
          allergens: { gluten: { state: "free", evidence: "label" } }
        }
      })
      assert.strictEqual(headers.etag, "\"2\"")
      const { data } = body
      assert.deepStrictEqual([data.version, data.name, data.shoppingName, data.packageSize], [
        2,
        "Leite",
        "Leite integral",
        null
      ])
      assert.deepStrictEqual(data.nutrients.protein, { value: 3.2, unit: "g" })
      assert.deepStrictEqual([data.nutrients.sodium, data.nutrients.salt], [undefined, undefined])
      assert.deepStrictEqual(data.nutrients.energyKcal, { value: 100, unit: "kcal" })
      assert.deepStrictEqual(Object.keys(data.allergens).toSorted(), ["gluten", "milk"])
      assert.includeMembers([...data.manualFields], ["shoppingName", "nutrients", "allergens", "packageSize"])
      const read = yield* client.products.get({ params: { id: product.id }, query: {} })
      assert.deepStrictEqual(read.body.data, data)

      const same = yield* client.products.update({
        query: {},
        params: { id: product.id },
        headers: {},
        payload: { shoppingName: "Leite integral" }
      })
      assert.strictEqual(same.body.data.version, 2)
      const entries = yield* entriesOf(product.id)
      assert.deepStrictEqual(
        entries.map(({ command, versionAfter, versionBefore }) => [command, versionBefore, versionAfter]),
        [["products/CreateProduct", null, 1], ["products/UpdateProduct", 1, 2]]
      )
      assert.deepStrictEqual(
        [...entries[1]?.changedFields ?? []].toSorted(),
        ["allergens", "nutrients", "packageSize", "packageSizeUnit", "shoppingName"]
      )
      assert.match(entries[1]?.address ?? "", /\/(?:24|48)$/)
      assert.isNotNull(entries[1]?.correlationId)
    }))

  it.effect("goes back to what a product has by itself where null clears what it must have", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { data: sources } = yield* client.classifications.listSources({ query: {} })
      const idOf = (key: string) => sources.find((source) => source.key === key)?.id ?? assert.fail("no such source")
      const { body: { data: product } } = yield* client.products.create({
        query: {},
        headers: {},
        payload: { name: "Pão", sourceId: idOf("private"), sourceRef: "pão", language: "fr", nutrientBasis: "per100ml" }
      })
      const { body: { data } } = yield* client.products.update({
        query: {},
        params: { id: product.id },
        headers: {},
        payload: { sourceId: null, sourceRef: null, language: null, nutrientBasis: null }
      })
      assert.deepStrictEqual(
        [data.source.id, data.sourceRef, data.language, data.nutrientBasis],
        [idOf("manual"), product.id, "pt-BR", "per100g"]
      )
    }))

  it.effect("refuses a patch whose outcome could not be created, with pointers, and keeps nothing of it", () =>
    Effect.gen(function*() {
      const { client, product } = yield* create("Queijo")
      const tagOf = (payload: object) =>
        Effect.map(
          Effect.flip(client.products.update({ query: {}, params: { id: product.id }, headers: {}, payload })),
          ({ _tag }) => _tag
        )
      assert.strictEqual(yield* tagOf({ packageSize: null }), "InvalidRequest")
      assert.strictEqual(yield* tagOf({ name: " " }), "InvalidRequest")
      assert.strictEqual(yield* tagOf({ barcode: "123" }), "BarcodeInvalid")
      assert.strictEqual(yield* tagOf({ nutrients: { protein: { value: 200, qualifier: null } } }), "ValueOutOfRange")
      assert.strictEqual(yield* tagOf({ nutrients: { protein: { value: 1, unit: "kcal" } } }), "UnitNotConvertible")
      assert.strictEqual(yield* tagOf({ brandId: "019c0d5e-0000-7000-8000-000000000000" }), "ReferenceUnknown")
      const { body } = yield* client.products.get({ params: { id: product.id }, query: {} })
      assert.deepStrictEqual(body.data, product)
    }))

  it.effect("tries each change without keeping it, and says what would be told of it", () =>
    Effect.gen(function*() {
      const { client, product } = yield* create("Ensaio")
      const params = { id: product.id }
      const query = { dryRun: true }
      const count = SqlClient.SqlClient.use((sql) =>
        sql`
          SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM events) AS events,
            (SELECT count(*) FROM audit_log) AS entries, (SELECT count(*) FROM idempotency_keys) AS keys`
      )
      const before = yield* count
      const told = (body: object) =>
        "events" in body && "dryRun" in body
          ? { events: body.events, dryRun: body.dryRun }
          : assert.fail("this is no dry run")
      const item = { id: product.id, source: "manual", name: "Ensaio", barcode: null }

      const [created, response] = yield* client.products.create({
        query,
        headers: { "idempotency-key": "tried" },
        payload: { name: "nunca" },
        responseMode: "decoded-and-response"
      })
      assert.deepStrictEqual([response.status, created.headers.etag, created.headers.location], [
        200,
        undefined,
        undefined
      ])
      assert.strictEqual(created.body.data.name, "nunca")
      const { id } = created.body.data
      assert.deepStrictEqual(told(created.body), {
        events: [{
          tag: "products/ProductCreated",
          payload: { _tag: "products/ProductCreated", items: [{ id, source: "manual", name: "nunca", barcode: null }] }
        }],
        dryRun: true
      })
      const updated = yield* client.products.update({
        params,
        query,
        headers: { "if-match": "\"1\"" },
        payload: { shoppingName: "x" }
      })
      assert.deepStrictEqual([updated.body.data.version, updated.headers.etag], [2, undefined])
      const changed = {
        id: product.id,
        version: 2,
        changedFields: ["shoppingName"],
        nutritionChanged: false,
        shoppingChanged: true,
        allergensChanged: false
      }
      assert.deepStrictEqual(told(updated.body).events, [{
        tag: "products/ProductChanged",
        payload: { _tag: "products/ProductChanged", items: [changed] }
      }])
      const gone = yield* client.products.discard({ params, query, headers: {} })
      assert.deepStrictEqual(gone?.body, {
        data: null,
        events: [{ tag: "products/ProductDiscarded", payload: { _tag: "products/ProductDiscarded", items: [item] } }],
        dryRun: true
      })
      const stale = yield* Effect.flip(client.products.discard({ params, query, headers: { "if-match": "\"9\"" } }))
      assert.strictEqual(stale._tag, "VersionMismatch")
      const restored = yield* client.products.restore({ params, query, headers: {} })
      assert.deepStrictEqual(told(restored.body), { events: [], dryRun: true })
      assert.deepStrictEqual(yield* count, before)
      assert.deepStrictEqual((yield* client.products.get({ params, query: {} })).body.data, product)
    }))

  it.effect("keeps to If-Match, and loses no change where many come at once", () =>
    Effect.gen(function*() {
      const { client, product } = yield* create("Pão")
      const params = { id: product.id }
      const stale = yield* Effect.flip(
        client.products.update({ query: {}, params, headers: { "if-match": "\"7\"" }, payload: { name: "x" } })
      )
      assert.isTrue(stale._tag === "VersionMismatch" && stale.currentVersion === 1)
      const weak = yield* Effect.flip(
        client.products.discard({ query: {}, params, headers: { "if-match": "W/\"1\"" } })
      )
      assert.strictEqual(weak._tag, "VersionMismatch")
      const fields = ["shoppingName", "storeDepartmentName", "substitutes", "ingredients", "nutritionGroup"]
      yield* Effect.forEach(
        fields,
        (field) => client.products.update({ query: {}, params, headers: {}, payload: { [field]: `new ${field}` } }),
        { concurrency: "unbounded" }
      )
      const { data } = (yield* client.products.get({ params, query: {} })).body
      assert.strictEqual(data.version, 6)
      assert.deepStrictEqual(
        [data.shoppingName, data.storeDepartmentName, data.substitutes, data.ingredients, data.nutritionGroup],
        fields.map((field) => `new ${field}`)
      )
      const winners = yield* Effect.forEach(
        ["a", "b", "c", "d"],
        (name) =>
          Effect.exit(
            client.products.update({ query: {}, params, headers: { "if-match": "\"6\"" }, payload: { name } })
          ),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(winners.filter(({ _tag }) => _tag === "Success").length, 1)
    }))

  it.effect("discards and restores, and does not restore over another's barcode", () =>
    Effect.gen(function*() {
      const { client, product } = yield* create("Café")
      const params = { id: product.id }
      yield* client.products.update({ query: {}, params, headers: {}, payload: { barcode: "96385074" } })
      yield* client.products.discard({ query: {}, params, headers: {} })
      const gone = yield* Effect.flip(client.products.discard({ query: {}, params, headers: {} }))
      assert.strictEqual(gone._tag, "ProductNotFound")
      const other = yield* client.products.create({
        query: {},
        headers: {},
        payload: { name: "other", barcode: "96385074" }
      })
      const taken = yield* Effect.flip(client.products.restore({ query: {}, params, headers: {} }))
      assert.isTrue(taken._tag === "BarcodeTaken" && taken.productId === other.body.data.id)
      yield* client.products.discard({ query: {}, params: { id: other.body.data.id }, headers: {} })
      const restored = yield* client.products.restore({ query: {}, params, headers: {} })
      assert.deepStrictEqual([restored.body.data.discarded, restored.body.data.version], [false, 4])
      const again = yield* client.products.restore({ query: {}, params, headers: {} })
      assert.strictEqual(again.body.data.version, 4)
    }))

  it.effect("an idempotency key acts once, also where the same request comes twice at the same moment", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const sql = yield* SqlClient.SqlClient
      const send = (key: string, body: object) =>
        HttpClient.execute(
          HttpClientRequest.post("/v1/products").pipe(
            HttpClientRequest.bearerToken(token),
            HttpClientRequest.setHeader("idempotency-key", key),
            HttpClientRequest.setBody(HttpBody.text(JSON.stringify(body), "application/json"))
          )
        )
      const answers = yield* Effect.all(Array.from({ length: 5 }, () => send("one", { name: "once" })), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(answers.map(({ status }) => status), [201, 201, 201, 201, 201])
      const bodies = yield* Effect.forEach(answers, (answer) => answer.text)
      assert.strictEqual(new Set(bodies).size, 1)
      assert.strictEqual(new Set(answers.map(({ headers }) => headers["location"])).size, 1)
      assert.strictEqual(answers.filter(({ headers }) => headers["idempotency-replayed"] === "true").length, 4)
      const [count] = yield* sql<{ count: number }>`SELECT count(*)::integer AS count FROM products WHERE name = 'once'`
      assert.strictEqual(count?.count, 1)

      const reused = yield* send("one", { name: "another" })
      assert.strictEqual(reused.status, 422)
      assert.include(yield* reused.text, "idempotency_key_reused")
      const ill = yield* send("a b", { name: "x" })
      assert.strictEqual(ill.status, 422)
      assert.include(yield* ill.text, "\"header\":\"idempotency-key\"")
    }))

  it.effect("a request that failed leaves no key behind", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const headers = { "idempotency-key": "retry" }
      const brandId = "019c0d5e-0000-7000-8000-00000000000a"
      const { data: [source] } = yield* client.classifications.listSources({ query: {} })
      assert.isDefined(source)
      const failed = yield* Effect.flip(
        client.products.create({ query: {}, headers, payload: { name: "later", categoryId: source.id } })
      )
      assert.strictEqual(failed._tag, "ReferenceUnknown")
      assert.deepStrictEqual(yield* sql`SELECT key FROM idempotency_keys WHERE key = 'retry'`, [])
      yield* sql`INSERT INTO classifications (id, kind, name) VALUES (${brandId}, 'category', 'later')`
      const created = yield* client.products.create({ query: {}, headers, payload: { name: "later" } })
      assert.strictEqual(created.body.data.name, "later")
    }))

  it.effect("the audit log tells of what was denied", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { userId } = yield* Administrator
      const { client, product } = yield* create("Sal")
      yield* sql`DELETE FROM role_assignments WHERE user_id = ${userId}`
      for (const headers of [{}, { "idempotency-key": "denied" }]) {
        const denied = yield* Effect.flip(client.products.create({ query: {}, headers, payload: { name: "denied" } }))
        assert.strictEqual(denied._tag, "PermissionMissing")
      }
      const entries = yield* sql<Entry>`SELECT * FROM audit_log WHERE outcome = 'denied'`
      assert.deepStrictEqual(entries.map(({ command }) => command), [
        "products/CreateProduct",
        "products/CreateProduct"
      ])
      assert.strictEqual((yield* entriesOf(product.id)).length, 1)
    }))
})
