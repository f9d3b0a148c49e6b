import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import type { FilterOptionsQuery } from "../../../src/contexts/products/contract/FilterOptions.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

/** Names, brand, category, food group. */
const foods = [
  ["arroz branco", "Camil", "Grãos", "Cereais"],
  ["arroz integral", "Tio João", "Grãos", "Cereais"],
  ["feijão", "Camil", "Grãos", "Leguminosas"],
  ["leite", "Ninho", "Laticínios", null],
  ["queijo", null, "Laticínios", null]
] as const

const seed = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (const [kind, at] of [["brand", 1], ["category", 2], ["foodGroup", 3]] as const) {
    const names = [...new Set(foods.flatMap((food) => food[at] ?? []))]
    yield* sql`
      INSERT INTO classifications (id, kind, name) SELECT uuidv7(), ${kind}, name FROM unnest(${names}::text[]) AS name`
  }
  for (const [name, brand, category, group] of foods) {
    yield* sql`
      INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, brand_id, category_id, food_group_id)
      SELECT uuidv7(), ${name}, ${name}, 'pt-BR', s.id, ${name}, b.id, c.id, g.id FROM classifications s
      LEFT JOIN classifications b ON b.kind = 'brand' AND b.name = ${brand}
      LEFT JOIN classifications c ON c.kind = 'category' AND c.name = ${category}
      LEFT JOIN classifications g ON g.kind = 'foodGroup' AND g.name = ${group}
      WHERE s.key = 'manual'`
  }
})

layer(Server, { excludeTestServices: true })("FilterOptions", (it) => {
  const options = Effect.fnUntraced(function*(query: FilterOptionsQuery) {
    const { products } = yield* clientOf()
    return (yield* products.filterOptions({ query })).data
  })
  const counted = (selection: { readonly options: ReadonlyArray<{ readonly name: string; readonly count: number }> }) =>
    selection.options.map(({ count, name }) => [name, count])

  it.effect("each kind is narrowed by the filters of the others, not by its own", () =>
    Effect.gen(function*() {
      yield* seed
      const all = yield* options({})
      assert.deepStrictEqual(counted(all.source), [["Manual", 5]])
      assert.deepStrictEqual(counted(all.brand), [["Camil", 2], ["Ninho", 1], ["Tio João", 1]])
      assert.deepStrictEqual(counted(all.category), [["Grãos", 3], ["Laticínios", 2]])
      assert.deepStrictEqual(counted(all.foodGroup), [["Cereais", 2], ["Leguminosas", 1]])
      assert.deepStrictEqual([all.parentCategory, all.processType], [
        { type: "multiSelection", options: [], truncated: false },
        { type: "multiSelection", options: [], truncated: false }
      ])
      assert.strictEqual(all.sort.type, "sort")
      assert.includeMembers([...all.sort.options], ["name", "createdAt", "updatedAt", "source", "nutrients.protein"])

      const camil = yield* options({ brand: ["camil"] })
      assert.deepStrictEqual(counted(camil.brand), counted(all.brand))
      assert.deepStrictEqual(counted(camil.category), [["Grãos", 2]])
      assert.deepStrictEqual(counted(camil.foodGroup), [["Cereais", 1], ["Leguminosas", 1]])
      const byId = yield* options({ brandId: [camil.brand.options[0]?.id ?? ""] })
      assert.deepStrictEqual(byId, camil)

      const both = yield* options({ brand: ["camil"], category: ["laticinios"] })
      assert.deepStrictEqual(counted(both.brand), [["Ninho", 1]])
      assert.deepStrictEqual(counted(both.category), [["Grãos", 2]])
      assert.deepStrictEqual(counted(both.foodGroup), [])
      assert.deepStrictEqual(counted((yield* options({ "brand[null]": true })).category), [["Laticínios", 1]])
      assert.deepStrictEqual(counted((yield* options({ "name[like]": "ARROZ" })).brand), [["Camil", 1], [
        "Tio João",
        1
      ]])
      assert.deepStrictEqual(counted((yield* options({ "nutrients.protein[gte]": 1 })).category), [])
    }))

  it.effect("every count is that of the list with the option chosen", () =>
    Effect.gen(function*() {
      const { products } = yield* clientOf()
      for (const query of [{}, { "name[like]": "a" }, { category: ["grãos"] }] satisfies Array<FilterOptionsQuery>) {
        const { brand } = yield* options(query)
        for (const { count, id } of brand.options) {
          const { pagination } = yield* products.list({ query: { ...query, brandId: [id] } })
          assert.strictEqual(pagination.total, count)
        }
      }
    }))

  it.effect("undecided products of auto and discarded ones are left out until asked for", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE products SET source_id = (SELECT id FROM classifications WHERE key = 'auto') WHERE name = 'leite'`
      assert.deepStrictEqual(counted((yield* options({})).source), [["Manual", 4]])
      const undecided = yield* options({ includeUndecided: true })
      assert.deepStrictEqual(counted(undecided.source), [["Manual", 4], ["Automatic", 1]])
      assert.deepStrictEqual(counted(undecided.category), [["Grãos", 3], ["Laticínios", 2]])
      assert.deepStrictEqual(counted((yield* options({ source: ["auto"] })).brand), [["Ninho", 1]])
      yield* sql`UPDATE products SET discarded = true WHERE name = 'feijão'`
      assert.deepStrictEqual(counted((yield* options({})).brand), [["Camil", 1], ["Tio João", 1]])
      assert.deepStrictEqual(counted((yield* options({ discarded: true })).foodGroup), [["Leguminosas", 1]])
    }))

  it.effect("tells the 200 most used and that there are more, in one statement besides that of the rights", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { answer: few, statements } = yield* countingStatements(options({}))
      assert.isFalse(few.brand.truncated)
      yield* sql`
        WITH brands AS (
          INSERT INTO classifications (id, kind, name) SELECT uuidv7(), 'brand', 'b' || n FROM generate_series(100, 320) n
          RETURNING id, name)
        INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, brand_id)
        SELECT uuidv7(), 'n', 'n', 'en', (SELECT id FROM classifications WHERE key = 'private'), name || n, id
        FROM brands, generate_series(1, CASE WHEN name = 'b300' THEN 3 ELSE 1 END) AS n`
      const { answer: many, statements: same } = yield* countingStatements(options({}))
      assert.deepStrictEqual([statements, same], [2, 2])
      assert.deepStrictEqual([many.brand.options.length, many.brand.truncated, many.category.truncated], [
        200,
        true,
        false
      ])
      assert.deepStrictEqual(counted(many.brand).slice(0, 3), [["b300", 3], ["b100", 1], ["b101", 1]])
    }))

  it.effect("takes no parameter of paging and sorting", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      for (const parameter of ["page=1", "limit=5", "sort=name", "cursor=e30", "brand[gte]=a"]) {
        const answer = yield* HttpClient.execute(
          HttpClientRequest.get(`/v1/products/filter-options?${parameter}`).pipe(HttpClientRequest.bearerToken(token))
        )
        assert.strictEqual(answer.status, 422, parameter)
      }
    }))
})
