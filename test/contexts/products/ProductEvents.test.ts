import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { ClassificationId } from "../../../src/contexts/products/contract/Classification.ts"
import type { ProductPatch } from "../../../src/contexts/products/contract/ProductPatch.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

const create = Effect.fnUntraced(function*(members: object = {}) {
  const client = yield* clientOf()
  const { body } = yield* client.products.create({ query: {}, headers: {}, payload: { name: "x", ...members } })
  return { client, product: body.data }
})

const classification = (kind: string) =>
  SqlClient.SqlClient.use((sql) =>
    sql<{ id: string }>`
      INSERT INTO classifications (id, kind, name)
      VALUES (gen_random_uuid(), ${kind}, gen_random_uuid()::text) RETURNING id`
  ).pipe(Effect.map(([row]) => ClassificationId.make(row?.id ?? "")))

type Flags = readonly [nutrition: boolean, shopping: boolean, allergens: boolean]

const none: Flags = [false, false, false]
const nutrition: Flags = [true, false, false]
const shopping: Flags = [false, true, false]
const both: Flags = [true, true, false]
const allergens: Flags = [false, false, true]

/** Every field of a product, what a change of it concerns, and the change. */
const changes: ReadonlyArray<readonly [field: string, Flags, ProductPatch]> = [
  ["name", shopping, { name: "other" }],
  ["language", none, { language: "en" }],
  ["aliases", none, { aliases: [{ language: "en", name: "a", kind: "synonym" }] }],
  ["sourceRef", none, { sourceRef: "other" }],
  ["attribution", none, { attribution: "other" }],
  ["barcode", none, { barcode: "96385074" }],
  ["isFood", none, { isFood: false }],
  ["nutrientBasis", nutrition, { nutrientBasis: "per100ml" }],
  ["nutrients", nutrition, { nutrients: { protein: 1 } }],
  ["shoppingName", shopping, { shoppingName: "other" }],
  ["storeDepartmentName", shopping, { storeDepartmentName: "other" }],
  ["recommendedBrandsAndProducts", shopping, { recommendedBrandsAndProducts: "other" }],
  ["substitutes", shopping, { substitutes: "other" }],
  ["edibleYield", both, { edibleYield: 0.5 }],
  ["kgPerUnit", both, { kgPerUnit: 0.5 }],
  ["litersPerKg", both, { litersPerKg: 0.5 }],
  ["cookingFactor", both, { cookingFactor: 0.5 }],
  ["conservationDays", shopping, { conservationDays: 5 }],
  ["nutritionGroup", none, { nutritionGroup: "other" }],
  ["portions", both, { portions: [{ name: "cup", grams: 227 }] }],
  ["allergens", allergens, { allergens: { milk: { state: "free", evidence: "label" } } }],
  ["packageSize", shopping, { packageSize: 2 }],
  ["packageSizeUnit", shopping, { packageSizeUnit: "l" }],
  ["ingredients", none, { ingredients: "other" }],
  ["imageUrl", none, { imageUrl: "https://example.org/a.png" }],
  ["score", none, { score: { final: 1, ingredients: 2, nutrients: 3 } }]
]

const referenceChanges = [
  ["brand", shopping],
  ["category", none],
  ["parentCategory", none],
  ["foodGroup", none],
  ["processType", none],
  ["source", none]
] as const

layer(TestServer(), { excludeTestServices: true })("ProductEvents", (it) => {
  const eventOf = Effect.fnUntraced(function*(patch: ProductPatch) {
    const { client, product } = yield* create({ packageSize: 1, packageSizeUnit: "kg" })
    const tried = yield* client.products.update({
      query: { dryRun: true },
      headers: {},
      params: { id: product.id },
      payload: patch
    })
    assert.isTrue("events" in tried.body && tried.body.events.length === 1)
    return { product, event: "events" in tried.body ? tried.body.events[0] : undefined }
  })

  const changed = (id: string, field: string, [nutritionChanged, shoppingChanged, allergensChanged]: Flags) => ({
    tag: "products/ProductChanged",
    payload: {
      _tag: "products/ProductChanged",
      items: [{ id, version: 2, changedFields: [field], nutritionChanged, shoppingChanged, allergensChanged }]
    }
  })

  it.effect.each(changes)(
    "a change of %s is told to those whom it concerns",
    ([field, flags, patch]) =>
      Effect.gen(function*() {
        const { event, product } = yield* eventOf(patch)
        assert.deepStrictEqual(event, changed(product.id, field, flags))
      })
  )

  it.effect.each(referenceChanges)("and so is one of %s", ([kind, flags]) =>
    Effect.gen(function*() {
      const { event, product } = yield* eventOf({ [`${kind}Id`]: yield* classification(kind) })
      assert.deepStrictEqual(event, changed(product.id, kind, flags))
    }))

  it.effect("a change of what is derived from, or of a qualifier alone, is a change of nutrition", () =>
    Effect.gen(function*() {
      const { client, product } = yield* create({ nutrients: { sodium: { value: 0 } } })
      const { body } = yield* client.products.update({
        query: { dryRun: true },
        headers: {},
        params: { id: product.id },
        payload: { nutrients: { sodium: { qualifier: "trace" } } }
      })
      assert.deepStrictEqual("events" in body ? body.events : [], [changed(product.id, "nutrients", nutrition)])
    }))

  it.effect("a product that comes, goes or comes back is told with its source, name and barcode", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const sourceId = yield* classification("source")
      const { client, product } = yield* create({ sourceId, barcode: "4006381333931" })
      const params = { id: product.id }
      yield* client.products.discard({ query: {}, headers: {}, params })
      yield* client.products.restore({ query: {}, headers: {}, params })
      const events = yield* sql`
        SELECT tag, payload FROM events WHERE payload->'items'->0->>'id' = ${product.id} ORDER BY published_at, id`
      const items = [{ id: product.id, source: sourceId, name: "x", barcode: "4006381333931" }]
      const tags = ["products/ProductCreated", "products/ProductDiscarded", "products/ProductRestored"]
      assert.deepStrictEqual(events, tags.map((tag) => ({ tag, payload: { _tag: tag, items } })))
    }))

  it.effect("what is restored must still refer to what is live, and its barcode be free", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [brandId, categoryId] = [yield* classification("brand"), yield* classification("category")]
      const { client, product } = yield* create({ brandId, categoryId, barcode: "036000291452" })
      const params = { id: product.id }
      yield* client.products.discard({ query: {}, headers: {}, params })
      yield* sql`UPDATE classifications SET deleted = true WHERE id = ${brandId}`
      const dangling = yield* Effect.flip(client.products.restore({ query: {}, headers: {}, params }))
      assert.isTrue(dangling._tag === "ReferenceUnknown")
      assert.deepStrictEqual(
        dangling._tag === "ReferenceUnknown" ? dangling.errors?.map(({ pointer }) => pointer) : [],
        ["/brandId"]
      )
      yield* sql`UPDATE classifications SET deleted = false WHERE id = ${brandId}`
      const other = yield* create({ barcode: "0036000291452" })
      const taken = yield* Effect.flip(client.products.restore({ query: {}, headers: {}, params }))
      assert.isTrue(taken._tag === "BarcodeTaken" && taken.productId === other.product.id)
      yield* client.products.update({
        query: {},
        headers: {},
        params: { id: other.product.id },
        payload: { barcode: null }
      })
      const { body } = yield* client.products.restore({ query: {}, headers: {}, params })
      assert.deepStrictEqual([body.data.discarded, body.data.version, body.data.brand?.id], [false, 3, brandId])
    }))
})
