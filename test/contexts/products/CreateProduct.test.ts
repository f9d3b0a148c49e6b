import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { clientOf, TestServer } from "../../support/TestServer.ts"

const rice = {
  name: "  Arroz integral cozido ",
  barcode: "7891000100103",
  nutrients: {
    energyKcal: { value: 124 },
    sodium: { value: 1 },
    carbohydrate: { value: 25.8 },
    dietaryFiber: { value: 2.7 },
    vitaminC: { value: 0, mark: "trace" as const }
  },
  portions: [{ name: "colher", grams: 25 }],
  allergens: { gluten: { state: "free" as const, evidence: "label" } },
  packageSize: 1,
  packageSizeUnit: "kg" as const
}

layer(TestServer(), { excludeTestServices: true })("CreateProduct", (it) => {
  it.effect("creates a product and answers it as it is read", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const [created, response] = yield* client.products.create({
        query: {},
        headers: {},
        payload: rice,
        responseMode: "decoded-and-response"
      })
      assert.strictEqual(response.status, 201)
      assert.strictEqual(response.headers["etag"], "\"1\"")
      assert.strictEqual(response.headers["location"], `/v1/products/${created.body.data.id}`)

      const { data } = created.body
      assert.strictEqual(data.name, "Arroz integral cozido")
      assert.strictEqual(data.source.key, "manual")
      assert.strictEqual(data.sourceRef, data.id)
      assert.deepStrictEqual(data.nutrients.energyKj, { value: 518.816, unit: "kJ", derived: true })
      assert.deepStrictEqual(data.nutrients.salt, { value: 0.0025, unit: "g", derived: true })
      assert.deepStrictEqual(data.nutrients.availableCarbohydrate, { value: 23.1, unit: "g", derived: true })
      assert.deepStrictEqual(data.nutrients.vitaminC, { value: 0, unit: "mg", qualifier: "trace" })
      assert.deepStrictEqual(
        data.manualFields.toSorted(),
        ["allergens", "barcode", "name", "nutrients", "packageSize", "packageSizeUnit", "portions"]
      )
      const read = yield* client.products.get({ params: { id: data.id }, query: {} })
      assert.deepStrictEqual(read.body.data, data)
    }))

  it.effect("refuses a barcode that a live product of the same source has, in any of its forms", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const first = yield* client.products.create({
        query: {},
        headers: {},
        payload: { name: "A", barcode: "96385074" }
      })
      const error = yield* client.products.create({
        query: {},
        headers: {},
        payload: { name: "B", barcode: "00000096385074" }
      })
        .pipe(
          Effect.flip
        )
      assert.strictEqual(error._tag, "BarcodeTaken")
      assert.isTrue(error._tag === "BarcodeTaken" && error.productId === first.body.data.id)
    }))

  it.effect("refuses a source reference that any product of the source has", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const first = yield* client.products.create({ query: {}, headers: {}, payload: { name: "A", sourceRef: "my-1" } })
      yield* sql`UPDATE products SET discarded = true WHERE id = ${first.body.data.id}`
      const error = yield* client.products.create({ query: {}, headers: {}, payload: { name: "B", sourceRef: "my-1" } })
        .pipe(
          Effect.flip
        )
      assert.isTrue(error._tag === "SourceRefTaken" && error.productId === first.body.data.id)
    }))

  it.effect("refuses references that lead nowhere, all at once", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { data: [source] } = yield* client.classifications.listSources({ query: {} })
      assert.isDefined(source)
      const error = yield* client.products.create({
        query: {},
        headers: {},
        payload: { name: "A", brandId: source.id, categoryId: source.id, sourceId: source.id }
      }).pipe(Effect.flip)
      assert.strictEqual(error._tag, "ReferenceUnknown")
      assert.deepStrictEqual(
        error._tag === "ReferenceUnknown" && error.errors?.map(({ pointer }) => pointer),
        ["/brandId", "/categoryId"]
      )
    }))

  it.effect("two at once with one barcode: one is created, the other is told of it", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const create = client.products.create({
        query: {},
        headers: {},
        payload: { name: "twin", barcode: "4006381333931" }
      })
      const results = yield* Effect.all([Effect.exit(create), Effect.exit(create), Effect.exit(create)], {
        concurrency: "unbounded"
      })
      assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 1)
      const { data } = yield* client.products.list({ query: { barcode: ["4006381333931"] } })
      assert.strictEqual(data.length, 1)
    }))
})
