import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import type { ProductQuery } from "../../../src/contexts/products/contract/ProductQuery.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const names = [
  "Açúcar",
  "abacate",
  "Ábaco",
  "Zebra",
  "banana",
  "Banana prata",
  "Maçã",
  "maca verde",
  "100% suco",
  "50_50"
]

const seed = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const client = yield* clientOf()
  yield* sql`
    INSERT INTO classifications (id, kind, name)
    VALUES (gen_random_uuid(), 'brand', 'São João'), (gen_random_uuid(), 'category', 'Frutas')`
  const { data: [brand] } = yield* client.classifications.listBrands({ query: {} })
  assert.isDefined(brand)
  yield* Effect.forEach(names, (name, index) =>
    client.products.create({
      query: {},
      headers: {},
      payload: {
        name,
        ...(index % 2 === 0 ? { brandId: brand.id } : {}),
        ...(index < 7 ? { nutrients: { protein: { value: index } } } : {}),
        ...(index === 0 ? { allergens: { milk: { state: "free", evidence: "label" } } } : {})
      }
    }))
  // One instant for all, so that only the id makes the order total.
  yield* sql`UPDATE products SET updated_at = '2026-01-01', created_at = '2026-01-01'`
  return yield* client.products.list({ query: { limit: 200 } })
})

const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

layer(Server, { excludeTestServices: true })("ListProducts", (it) => {
  const list = Effect.fnUntraced(function*(query: ProductQuery) {
    const client = yield* clientOf()
    return yield* client.products.list({ query })
  })
  const named = (query: ProductQuery) => Effect.map(list(query), ({ data }) => data.map(({ name }) => name).toSorted())

  it.effect("counts, pages and sorts by one collation whatever the database's locale", () =>
    Effect.gen(function*() {
      const all = yield* seed
      assert.strictEqual(all.pagination.total, names.length)
      const page = yield* list({ sort: [{ field: "name", descending: false }], limit: 4, page: 2 })
      assert.deepStrictEqual(page.pagination, {
        page: 2,
        limit: 4,
        total: 10,
        pages: 3,
        nextCursor: page.pagination.nextCursor
      })
      const sorted = yield* list({ sort: [{ field: "name", descending: false }] })
      assert.deepStrictEqual(
        sorted.data.map(({ name }) => name),
        ["100% suco", "50_50", "abacate", "Ábaco", "Açúcar", "banana", "Banana prata", "maca verde", "Maçã", "Zebra"]
          .toSorted(new Intl.Collator("und").compare)
      )
      const past = yield* list({ limit: 4, page: 9 })
      assert.deepStrictEqual([past.data.length, past.pagination.total, past.pagination.nextCursor], [0, 10, null])
    }))

  it.effect("filters by name, brand, nutrient and allergen", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* named({ "name[like]": "MACA" }), ["Maçã", "maca verde"])
      assert.deepStrictEqual(yield* named({ "name[like]": "ábac" }), ["abacate", "Ábaco"].toSorted())
      assert.deepStrictEqual(yield* named({ name: ["acucar", "ZEBRA"] }), ["Açúcar", "Zebra"])
      assert.deepStrictEqual(yield* named({ "name[like]": "%" }), ["100% suco"])
      assert.deepStrictEqual(yield* named({ "name[like]": "0_5" }), ["50_50"])
      assert.strictEqual((yield* list({ brand: ["sao  joao"] })).pagination.total, 5)
      assert.strictEqual((yield* list({ "brand[null]": true })).pagination.total, 5)
      assert.strictEqual((yield* list({ "brand[nin]": ["São João"] })).pagination.total, 5)
      assert.deepStrictEqual(yield* named({ "nutrients.protein[gte]": 5 }), ["Banana prata", "Maçã"])
      assert.strictEqual((yield* list({ "nutrients.protein[null]": true })).pagination.total, 3)
      assert.strictEqual((yield* list({ "nutrients.protein[gt]": 1, "nutrients.protein[lt]": 3 })).pagination.total, 1)
      assert.deepStrictEqual(yield* named({ "allergen.milk": ["free"] }), ["Açúcar"])
      assert.strictEqual((yield* list({ "allergen.milk": ["unknown"] })).pagination.total, 9)
      assert.strictEqual((yield* list({ source: ["manual"] })).pagination.total, 10)
      assert.strictEqual((yield* list({ "source[ne]": "Manual" })).pagination.total, 0)
    }))

  it.effect("a cursor reads each row once, in order, for every sort, nulls last, while others write", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const sorts: ReadonlyArray<NonNullable<ProductQuery["sort"]>> = [
        [{ field: "updatedAt", descending: true }],
        [{ field: "name", descending: false }],
        [{ field: "nutrients.protein", descending: false }],
        [{ field: "nutrients.protein", descending: true }],
        [{ field: "source", descending: false }, { field: "nutrients.protein", descending: true }, {
          field: "name",
          descending: true
        }],
        [{ field: "nutrients.iron", descending: false }, { field: "name", descending: false }]
      ]
      for (const sort of sorts) {
        const whole = yield* list({ sort, limit: 200 })
        const read: Array<string> = []
        let cursor: string | null = null
        do {
          const query: ProductQuery = cursor === null ? { sort, limit: 3 } : { sort, limit: 3, cursor }
          const page: typeof whole = yield* client.products.list({ query })
          read.push(...page.data.map(({ id }) => id))
          cursor = page.pagination.nextCursor
          if (read.length === 3) {
            yield* sql`UPDATE products SET version = version + 1 WHERE id = ${read[0] ?? ""}`
          }
        } while (cursor !== null)
        assert.deepStrictEqual(read, whole.data.map(({ id }) => id), JSON.stringify(sort))
      }
      const proteins = (yield* list({ sort: [{ field: "nutrients.protein", descending: true }] })).data
      assert.deepStrictEqual(
        proteins.map(({ nutrients }) => nutrients.protein?.value),
        [6, 5, 4, 3, 2, 1, 0, undefined, undefined, undefined]
      )
    }))

  it.effect("a cursor of another list, a broken one and a page too deep are told apart", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { pagination: { nextCursor } } = yield* list({ limit: 3 })
      assert.isNotNull(nextCursor)
      const tagOf = (query: ProductQuery) =>
        Effect.map(Effect.flip(client.products.list({ query })), ({ _tag }) => _tag)
      assert.strictEqual(yield* tagOf({ cursor: nextCursor, "name[like]": "a" }), "CursorMismatch")
      assert.strictEqual(
        yield* tagOf({ cursor: nextCursor, sort: [{ field: "name", descending: false }] }),
        "CursorMismatch"
      )
      assert.strictEqual(yield* tagOf({ cursor: "bm9wZQ" }), "InvalidRequest")
      assert.strictEqual(yield* tagOf({ cursor: nextCursor, page: 1 }), "InvalidRequest")
      assert.strictEqual(yield* tagOf({ page: 51, limit: 200 }), "PageTooDeep")
      const forged = Buffer.from(nextCursor, "base64url").toString().replace(
        /"keys":\[\d+/,
        "\"keys\":[\"now() OR 1=1\""
      )
      assert.strictEqual(
        yield* tagOf({ cursor: Buffer.from(forged).toString("base64url"), limit: 3 }),
        "InvalidRequest"
      )
    }))

  it.effect("sends the same few statements for 1 row as for all", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const statementsOf = (path: string) =>
        Effect.map(
          countingStatements(HttpClient.execute(HttpClientRequest.bearerToken(HttpClientRequest.get(path), token))),
          ({ answer, statements }) => ({ status: answer.status, statements })
        )
      for (const path of ["/v1/products", "/v1/products/brands", "/v1/products/sources"]) {
        const single = yield* statementsOf(`${path}?limit=1`)
        const many = yield* statementsOf(`${path}?limit=200`)
        assert.deepStrictEqual(single, many)
        assert.isAtMost(many.statements, 4)
        assert.isAtLeast(many.statements, 3)
      }
    }))

  it.effect("leaves out discarded products, and undecided ones of the source auto, until asked", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const { data: [first] } = yield* list({ limit: 1 })
      assert.isDefined(first)
      yield* sql`UPDATE products SET discarded = true WHERE id = ${first.id}`
      assert.strictEqual((yield* list({})).pagination.total, 9)
      assert.strictEqual((yield* list({ discarded: true })).pagination.total, 1)
      const gone = yield* Effect.flip(client.products.get({ params: { id: first.id }, query: {} }))
      assert.strictEqual(gone._tag, "ProductNotFound")
      const found = yield* client.products.get({ params: { id: first.id }, query: { discarded: true } })
      assert.isTrue(found.body.data.discarded)

      yield* sql`
        UPDATE products SET source_id = (SELECT id FROM classifications WHERE key = 'auto') WHERE name = 'Zebra'`
      assert.strictEqual((yield* list({})).pagination.total, 8)
      assert.strictEqual((yield* list({ includeUndecided: true })).pagination.total, 9)
      assert.strictEqual((yield* list({ source: ["auto"] })).pagination.total, 1)
      yield* sql`UPDATE products SET food_votes_yes = 3 WHERE name = 'Zebra'`
      const [zebra] = (yield* list({ "name[like]": "zebra" })).data
      assert.deepStrictEqual(zebra?.foodVotes, { yes: 3, no: 0, decision: true })
      assert.isTrue(zebra?.effectiveIsFood)
    }))
})
