import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { nutrients } from "../../../src/contexts/products/contract/Nutrients.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const send = Effect.fnUntraced(function*(items: unknown, headers: Record<string, string> = {}, query = "") {
  const { token } = yield* Administrator
  const answer = yield* HttpClient.execute(
    HttpClientRequest.post(`/v1/products/bulk${query}`).pipe(
      HttpClientRequest.bearerToken(token),
      HttpClientRequest.setHeaders(headers),
      HttpClientRequest.setBody(HttpBody.text(JSON.stringify({ items }), "application/json"))
    )
  )
  return { status: answer.status, headers: answer.headers, body: JSON.parse(yield* answer.text) }
})

interface Told {
  readonly pointer: string
  readonly code?: string
}

/** The problem's status, code, and where its faults are. */
const refused = (items: unknown) =>
  Effect.map(send(items), ({ body, status }) => ({
    status,
    code: body.code,
    faults: body.errors.map(({ code, pointer }: Told) => `${pointer} ${code ?? ""}`.trim())
  }))

const counted = SqlClient.SqlClient.use((sql) =>
  sql<{ products: number; events: number; entries: number; keys: number }>`
    SELECT (SELECT count(*)::integer FROM products) AS products, (SELECT count(*)::integer FROM events) AS events,
      (SELECT count(*)::integer FROM audit_log) AS entries, (SELECT count(*)::integer FROM idempotency_keys) AS keys`
).pipe(Effect.map(([row]) => row ?? assert.fail()))

const named = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `item ${n}`, sourceRef: `item ${n}` }))

const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

layer(Server, { excludeTestServices: true })("BulkCreate", (it) => {
  it.effect("creates all items in their order, with one event and one audit entry", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const before = yield* counted
      const { data } = yield* client.products.createAll({
        query: {},
        headers: {},
        payload: {
          items: [{ name: "um", barcode: "96385074" }, { name: "dois", nutrients: { sodium: { value: 400 } } }]
        }
      })
      assert.deepStrictEqual(data.map(({ index }) => index), [0, 1])
      const read = yield* Effect.forEach(data, ({ id }) => client.products.get({ params: { id }, query: {} }))
      assert.deepStrictEqual(read.map(({ body }) => body.data.name), ["um", "dois"])
      assert.deepStrictEqual(read[1]?.body.data.nutrients.salt, { value: 1, unit: "g", derived: true })
      const after = yield* counted
      assert.deepStrictEqual(
        [after.products - before.products, after.events - before.events, after.entries - before.entries],
        [2, 1, 1]
      )
      const [event] = yield* sql<
        { tag: string; payload: unknown }
      >`SELECT tag, payload FROM events ORDER BY id DESC LIMIT 1`
      assert.deepStrictEqual(event, {
        tag: "products/ProductCreated",
        payload: {
          _tag: "products/ProductCreated",
          items: [
            { id: data[0]?.id, source: "manual", name: "um", barcode: "96385074" },
            { id: data[1]?.id, source: "manual", name: "dois", barcode: null }
          ]
        }
      })
      const [entry] = yield* sql`
        SELECT command, target_type, target_id, version_before, version_after, changed_fields
        FROM audit_log ORDER BY id DESC LIMIT 1`
      assert.deepStrictEqual(entry, {
        command: "products/CreateProducts",
        targetType: "products",
        targetId: data[0]?.id,
        versionBefore: null,
        versionAfter: 1,
        changedFields: ["2 products"]
      })
    }))

  it.effect("tells of every bad item by its pointer, 422 where one could never be created, and stores nothing", () =>
    Effect.gen(function*() {
      yield* send([{ name: "there", barcode: "4006381333931", sourceRef: "there" }])
      const before = yield* counted
      const nobody = "019c0d5e-0000-7000-8000-000000000000"
      const mixed = [
        { name: "good" },
        { name: "", extra: 1 },
        { name: "taken", barcode: "04006381333931" },
        { name: "x", brandId: nobody },
        { name: "x", nutrients: { protein: { value: 1, unit: "kcal" } } },
        { name: "x", barcode: "123" },
        7
      ]
      assert.deepStrictEqual(yield* refused(mixed), {
        status: 422,
        code: "invalid_request",
        faults: [
          "/items/1/name",
          "/items/1/extra",
          "/items/2/barcode barcode_taken",
          "/items/3/brandId reference_unknown",
          "/items/4/nutrients/protein unit_not_convertible",
          "/items/5/barcode barcode_invalid",
          "/items/6"
        ]
      })
      const shared = [
        [{ barcode: "1" }, "/barcode", "barcode_invalid"],
        [{ nutrients: { iron: { value: 1, unit: "IU" } } }, "/nutrients/iron", "unit_not_convertible"],
        [{ nutrients: { iron: -1 } }, "/nutrients/iron", "value_out_of_range"],
        [{ sourceId: nobody }, "/sourceId", "reference_unknown"]
      ] as const
      for (const [members, pointer, code] of shared) {
        const answer = yield* refused([{ name: "good" }, { name: "x", ...members }])
        assert.deepStrictEqual(answer, { status: 422, code, faults: [`/items/1${pointer} ${code}`] })
      }
      assert.deepStrictEqual(yield* counted, before)
    }))

  it.effect("says 409 where nothing but other products, or twins, are in the way", () =>
    Effect.gen(function*() {
      const { body: { data: [there] } } = yield* send([{ name: "owner", barcode: "036000291452", sourceRef: "owner" }])
      const before = yield* counted
      const { body, status } = yield* send([
        { name: "a", barcode: "00036000291452", sourceRef: "owner" },
        { name: "b", barcode: "5901234123457", sourceRef: "twin" },
        { name: "c", barcode: "05901234123457" },
        { name: "d", sourceRef: "twin" },
        { name: "e", sourceRef: "Twin" }
      ])
      assert.deepStrictEqual([status, body.code], [409, "bulk_conflict"])
      assert.deepStrictEqual(body.errors, [
        { pointer: "/items/0/sourceRef", code: "source_ref_taken", detail: `is that of the product ${there.id}` },
        { pointer: "/items/0/barcode", code: "barcode_taken", detail: `is that of the product ${there.id}` },
        { pointer: "/items/2/barcode", code: "barcode_taken", detail: "is that of /items/1" },
        { pointer: "/items/3/sourceRef", code: "source_ref_taken", detail: "is that of /items/1" }
      ])
      assert.deepStrictEqual(yield* counted, before)
      // The same barcode in another source is another product's.
      const sources = yield* Effect.flatMap(clientOf(), (client) => client.classifications.listSources({ query: {} }))
      const other = sources.data.find(({ key }) => key === "private")?.id
      assert.strictEqual((yield* send([{ name: "a", barcode: "036000291452", sourceId: other }])).status, 201)
    }))

  it.effect("tells of each of a thousand bad items, and counts the items before it reads them", () =>
    Effect.gen(function*() {
      const { faults, status } = yield* refused(Array.from({ length: 1000 }, () => ({ name: "", extra: 1 })))
      assert.strictEqual(status, 422)
      assert.deepStrictEqual(faults, Array.from({ length: 1000 }, (_, n) => `/items/${n}/name`))
      const many = yield* refused([{ name: "x", ...Object.fromEntries(named(300).map(({ name }) => [name, 1])) }])
      assert.strictEqual(many.faults.length, 100)
      for (const items of [[], Array.from({ length: 2_000_000 }, () => ({})), {}, undefined]) {
        const begin = performance.now()
        assert.deepStrictEqual((yield* refused(items)).faults, ["/items"])
        assert.isBelow(performance.now() - begin, 5000)
      }
    }))

  it.effect("creates a thousand rich products in as many statements as one, in bodies of up to 8 MiB", () =>
    Effect.gen(function*() {
      const rich = (n: number) => ({
        name: `rich ${n}`,
        sourceRef: `rich ${n}`,
        nutrients: Object.fromEntries(nutrients.slice(0, 40).map(({ code }, i) => [code, (n + i) % 90])),
        portions: [{ name: "xícara", grams: 227 }],
        aliases: [{ language: "en", name: `a rich food ${n}`, kind: "translation" }],
        ingredients: "x".repeat(5000)
      })
      const single = yield* countingStatements(send([rich(1000)]))
      const items = Array.from({ length: 1000 }, (_, n) => rich(n))
      const many = yield* countingStatements(send(items))
      assert.deepStrictEqual([single.answer.status, many.answer.status], [201, 201])
      assert.strictEqual(many.answer.body.data.length, 1000)
      assert.strictEqual(many.statements, single.statements)
      const again = yield* countingStatements(send(items))
      assert.strictEqual(again.answer.status, 409)
      assert.strictEqual(again.answer.body.errors.length, 1000)
      assert.isBelow(again.statements, 7)
      const large = yield* Effect.exit(send(Array.from({ length: 1000 }, () => ({ name: "x".repeat(8500) }))))
      assert.isTrue(large._tag === "Success" && large.value.status === 413)
    }))

  it.effect("tries without keeping, acts once per idempotency key, and wins or loses against another one as a whole", () =>
    Effect.gen(function*() {
      const before = yield* counted
      const tried = yield* send(named(3), { "idempotency-key": "tried" }, "?dryRun=true")
      assert.strictEqual(tried.status, 200)
      assert.deepStrictEqual([tried.body.dryRun, tried.body.data.length, tried.body.events.length], [true, 3, 1])
      assert.strictEqual(tried.body.events[0].payload.items.length, 3)
      assert.deepStrictEqual(yield* counted, before)

      const first = yield* send(named(3), { "idempotency-key": "bulk" })
      const second = yield* send(named(3), { "idempotency-key": "bulk" })
      assert.deepStrictEqual([first.status, second.status], [201, 201])
      assert.deepStrictEqual(second.body, first.body)
      assert.strictEqual(second.headers["idempotency-replayed"], "true")
      assert.strictEqual((yield* counted).products, before.products + 3)

      const items = Array.from({ length: 100 }, (_, n) => ({ name: "rival", sourceRef: `rival ${n}` }))
      const rivals = yield* Effect.all([send(items), send(items), send(items)], { concurrency: "unbounded" })
      assert.deepStrictEqual(rivals.map(({ status }) => status).toSorted(), [201, 409, 409])
      assert.strictEqual((yield* counted).products, before.products + 103)
    }))
})
