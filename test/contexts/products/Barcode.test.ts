import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const create = Effect.fnUntraced(function*(name: string, barcode: string, source: string) {
  const client = yield* clientOf()
  const { data } = yield* client.classifications.listSources({ query: {} })
  const sourceId = data.find(({ key }) => key === source)?.id
  assert.isDefined(sourceId)
  const { body } = yield* client.products.create({ query: {}, headers: {}, payload: { name, barcode, sourceId } })
  return body.data
})

const look = (gtin: string) =>
  Effect.gen(function*() {
    const { token } = yield* Administrator
    const answer = yield* HttpClient.execute(
      HttpClientRequest.get(`/v1/products/barcode/${gtin}`).pipe(HttpClientRequest.bearerToken(token))
    )
    return { status: answer.status, body: JSON.parse(yield* answer.text) }
  })

const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

layer(Server, { excludeTestServices: true })("Barcode", (it) => {
  it.effect("finds all live products, of the best source first, undecided ones of auto too", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const names = ["off", "auto", "manual", "taco"]
      const made = yield* Effect.forEach(names, (source) => create(`from ${source}`, "7891000100103", source))
      const { data } = yield* client.products.byBarcode({ params: { gtin: "7891000100103" } })
      assert.deepStrictEqual(data.map(({ name }) => name), ["from manual", "from taco", "from auto", "from off"])
      assert.deepStrictEqual(data[0], made[2])
      assert.isNull(data[2]?.effectiveIsFood)
      yield* client.products.discard({ query: {}, headers: {}, params: { id: made[2]?.id ?? assert.fail() } })
      const left = yield* client.products.byBarcode({ params: { gtin: "7891000100103" } })
      assert.deepStrictEqual(left.data.map(({ name }) => name), ["from taco", "from auto", "from off"])
    }))

  it.effect("takes 8, 12, 13 and 14 digits of one number for the same item", () =>
    Effect.gen(function*() {
      const eight = yield* create("eight", "96385074", "manual")
      const twelve = yield* create("twelve", "036000291452", "manual")
      const forms = { [eight.id]: ["96385074", "000096385074", "0000096385074", "00000096385074"] }
      forms[twelve.id] = ["036000291452", "0036000291452", "00036000291452"]
      for (const [id, gtins] of Object.entries(forms)) {
        for (const gtin of gtins) {
          const { body, status } = yield* look(gtin)
          assert.deepStrictEqual([gtin, status, body.data.map((each: { id: string }) => each.id)], [gtin, 200, [id]])
        }
      }
    }))

  it.effect("says 404 where there is none, and 422 where it is no GTIN", () =>
    Effect.gen(function*() {
      const unknown = yield* look("4006381333931")
      assert.deepStrictEqual([unknown.status, unknown.body.code], [404, "product_not_found"])
      for (const gtin of ["96385075", "7891000100104", "123", "9638507", "963850740", "96385074x", "%20"]) {
        const { body, status } = yield* look(gtin)
        assert.deepStrictEqual([gtin, status, body.code], [gtin, 422, "barcode_invalid"])
        assert.deepStrictEqual([body.errors[0].parameter, body.errors[0].code], ["gtin", "barcode_invalid"])
      }
    }))

  it.effect("sends two statements, the second over the index of GTINs", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { statements } = yield* countingStatements(look("96385074"))
      assert.strictEqual(statements, 2)
      yield* sql`
        INSERT INTO products (id, name, normalised_name, language, source_id, source_ref)
        SELECT gen_random_uuid(), 'filler', 'filler', 'en', id, n::text
        FROM classifications, generate_series(1, 5000) AS n WHERE key = 'private'`
      yield* sql`ANALYZE products`
      const plan = yield* sql<{ queryPlan: string }>`
        EXPLAIN SELECT * FROM products p LEFT JOIN classifications s ON s.id = p.source_id
        WHERE p.gtin14 = '00000096385074' AND NOT p.discarded ORDER BY s.rank, p.name, p.id`
      assert.include(JSON.stringify(plan), "products_gtin")
    }))
})
