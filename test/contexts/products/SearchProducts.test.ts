import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { ProductId } from "../../../src/contexts/products/contract/Product.ts"
import type { ProductQuery } from "../../../src/contexts/products/contract/ProductQuery.ts"
import { insertFoods } from "../../support/Foods.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const brand = "01980000-0000-7000-a001-000000000001"

const foods = [
  { name: "Arroz" },
  { name: "Arroz, integral, cozido", aliases: ["Brown rice, cooked"], source: "taco" },
  { name: "Arroz, integral, cozido", source: "usda-sr28" },
  { name: "Arrozina" },
  { name: "Bolinho de arroz" },
  { name: "Arraz" },
  { name: "Feijão preto", shoppingName: "Feijão tipo 1", brandId: brand },
  { name: "Queijo mozarela", barcode: "7891000100103" },
  { name: "Fora da lista", discarded: true },
  { name: "Talvez arroz", source: "auto", isFood: null }
]

const read = Effect.fnUntraced(function*(query: ProductQuery) {
  const client = yield* clientOf()
  return yield* client.products.list({ query })
})
const found = (q: string, more: ProductQuery = {}) =>
  Effect.map(
    read({ q, ...more }),
    ({ data }) => data.map(({ match, name }) => `${match?.tier} ${match?.field} ${match?.score} ${name}`)
  )

const Faults = Schema.Struct({ errors: Schema.Array(Schema.Struct({ parameter: Schema.String })) })

const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

layer(Server, { excludeTestServices: true })("search", (it) => {
  it.effect("ranks by tier, word similarity, length and source", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`INSERT INTO classifications (id, kind, name) VALUES (${brand}, 'brand', 'Casa do Sítio')`
      yield* insertFoods(foods)
      assert.deepStrictEqual(yield* found("ARROZ"), [
        "2 name 1 Arroz",
        "3 name 1 Arroz, integral, cozido",
        "3 name 1 Arroz, integral, cozido",
        "3 name 0.8333 Arrozina",
        "4 name 1 Bolinho de arroz",
        "6 name 0.5 Arraz"
      ])
      const [, first] = (yield* read({ q: "arroz" })).data
      assert.strictEqual(first?.source.key, "taco")
    }))

  it.effect("looks at aliases, shopping name and brand, at whole words, their starts, and what resembles them", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* found("brown rice cooked"), ["2 alias 1 Arroz, integral, cozido"])
      assert.deepStrictEqual(yield* found("rice"), ["4 alias 1 Arroz, integral, cozido"])
      assert.deepStrictEqual(yield* found("tipo 1"), ["4 shoppingName 1 Feijão preto"])
      assert.deepStrictEqual(yield* found("sitio"), ["4 brand 0 Feijão preto"])
      assert.deepStrictEqual(yield* found("sítio, feijao!"), ["4 name 0.5385 Feijão preto"])
      assert.deepStrictEqual(yield* found("cas fei"), ["5 name 0.375 Feijão preto"])
      assert.deepStrictEqual(yield* found("feijaoo"), ["6 name 0.75 Feijão preto"])
      assert.deepStrictEqual(yield* found("qj mussarela"), ["2 name 1 Queijo mozarela"])
      assert.deepStrictEqual(yield* found("xyzzy"), [])
    }))

  it.effect("finds a barcode, written with 8 to 14 digits", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* found("7891000100103"), ["1 barcode 1 Queijo mozarela"])
      assert.deepStrictEqual(yield* found(" 07891000100103"), ["1 barcode 1 Queijo mozarela"])
      assert.deepStrictEqual(yield* found("7891000100110"), [])
    }))

  it.effect("takes filters, a sort, pages and cursors", () =>
    Effect.gen(function*() {
      assert.lengthOf(yield* found("arroz", { source: ["taco"] }), 1)
      assert.deepStrictEqual(yield* found("lista", { discarded: true }), ["4 name 1 Fora da lista"])
      assert.deepStrictEqual(yield* found("talvez"), [])
      assert.lengthOf(yield* found("talvez", { includeUndecided: true }), 1)
      assert.lengthOf(yield* found("talvez", { source: ["auto"] }), 1)
      const sorted = yield* read({ q: "arroz", sort: [{ field: "name", descending: true }] })
      assert.deepStrictEqual(sorted.data.map(({ name }) => name).slice(0, 2), ["Bolinho de arroz", "Arrozina"])

      const all = (yield* read({ q: "arroz" })).data.map(({ id }) => id)
      const second = yield* read({ q: "arroz", page: 2, limit: 2 })
      assert.deepStrictEqual(second.data.map(({ id }) => id), all.slice(2, 4))
      const { nextCursor, ...counts } = second.pagination
      assert.deepStrictEqual(counts, { page: 2, limit: 2, total: 6, pages: 3 })
      assert.isNotNull(nextCursor)
      const third = yield* read({ q: "arroz", cursor: nextCursor, limit: 2 })
      assert.deepStrictEqual(third.data.map(({ id }) => id), all.slice(4))
      assert.deepStrictEqual(third.pagination, { page: null, limit: 2, total: null, pages: null, nextCursor: null })
      const other = yield* Effect.flip(read({ q: "feijao", cursor: nextCursor }))
      assert.strictEqual(other._tag, "CursorMismatch")
      assert.deepStrictEqual((yield* read({ q: "arroz", page: 9 })).data, [])
    }))

  it.effect("refuses a text without letter or digit, and names the parameter", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      for (const path of ["?q=", "?q=!%3F", "?q=de", `?q=${"x".repeat(201)}`, "/similar?name=..", "/similar"]) {
        const answer = yield* HttpClient.execute(
          HttpClientRequest.bearerToken(HttpClientRequest.get(`/v1/products${path}`), token)
        )
        assert.strictEqual(answer.status, 422)
        const [fault] = (yield* Schema.decodeUnknownEffect(Faults)(yield* answer.json)).errors
        assert.strictEqual(fault?.parameter, path.startsWith("?") ? "q" : "name")
      }
    }))

  it.effect("knows at once what was changed: a name, an alias, a brand's name", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const [id = ""] = yield* insertFoods([{ name: "Antes" }])
      yield* client.products.update({
        params: { id: ProductId.make(id) },
        query: {},
        headers: {},
        payload: { name: "Depois", aliases: [{ language: "en", name: "Afterwards", kind: "translation" }] }
      })
      assert.deepStrictEqual(yield* found("antes"), [])
      assert.lengthOf(yield* found("depois"), 1)
      assert.lengthOf(yield* found("aftrwards"), 1)
      yield* sql`UPDATE classifications SET name = 'Granja Nova' WHERE id = ${brand}`
      assert.deepStrictEqual(yield* found("sitio"), [])
      assert.lengthOf(yield* found("granja"), 1)
    }))

  it.effect("knows what was written by a transaction that ends after later ones", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [written, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const late = yield* Effect.forkChild(sql.withTransaction(
        insertFoods([{ name: "Tremoço tardio" }]).pipe(
          Effect.andThen(Deferred.succeed(written, undefined)),
          Effect.andThen(Deferred.await(goOn))
        )
      ))
      yield* Deferred.await(written)
      for (const name of ["Tremoço em conserva", "Tremoço cru"]) {
        yield* insertFoods([{ name }])
        assert.include(yield* found(name), `2 name 1 ${name}`)
        assert.deepStrictEqual(yield* found("tardio"), [])
      }
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(late)
      assert.deepStrictEqual(yield* found("tardio"), ["4 name 1 Tremoço tardio"])
      assert.lengthOf(yield* found("tremoco"), 3)
    }))

  it.effect("answers the best thousand at most, by few statements however many there are", () =>
    Effect.gen(function*() {
      yield* insertFoods(Array.from({ length: 1100 }, (_, n) => ({ name: `Biscoito ${n}` })))
      const one = yield* countingStatements(read({ q: "biscoito", limit: 1 }))
      const many = yield* countingStatements(read({ q: "biscoit", limit: 200, page: 5 }))
      const alike = yield* countingStatements(read({ q: "biscouto", limit: 200 }))
      const sorted = yield* countingStatements(read({ q: "biscoito", sort: [{ field: "name", descending: false }] }))
      for (const { answer, statements } of [one, many, alike, sorted]) {
        assert.strictEqual(answer.pagination.total, 1000)
        assert.isAtMost(statements, 4)
      }
      assert.lengthOf(many.answer.data, 200)
      assert.isNull(many.answer.pagination.nextCursor)
    }))

  it.effect("takes what was written last of more products than are read at once, and forgets them once there are none", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* insertFoods([
        ...["Rapadura de uma casa distante", "Rapadura de uma cidade distante", "Rapadura de um estado distante"].map(
          (name) => ({ name, source: "taco" })
        ),
        ...Array.from({ length: 6000 }, (_, n) => ({ name: `Rapadura ${n}` }))
      ])
      assert.deepStrictEqual(yield* found("rapadura 5999", { limit: 1 }), ["2 name 1 Rapadura 5999"])
      yield* sql`UPDATE products SET normalised_name = replace(normalised_name, 'rapadura', 'melaco'), name = replace(name, 'Rapadura', 'Melaço')`
      assert.deepStrictEqual(yield* found("rapadura 5999", { limit: 1 }), [])
      assert.deepStrictEqual(yield* found("melaco 0", { limit: 1 }), ["2 name 1 Melaço 0"])
      const distant = ["um estado", "uma casa", "uma cidade"].map((place) => `Melaço de ${place} distante`)
      const ranked = [distant[1], distant[0], distant[2]]
      const asked = { q: "melaco", source: ["taco"] } satisfies ProductQuery
      for (
        const [more, names] of [
          [{}, ranked],
          [{ limit: 2, page: 2 }, ranked.slice(2)],
          [{ sort: [{ field: "name", descending: false }] }, distant]
        ] satisfies ReadonlyArray<readonly [ProductQuery, ReadonlyArray<string | undefined>]>
      ) {
        const { answer, statements } = yield* countingStatements(read({ ...asked, ...more }))
        assert.deepStrictEqual(answer.data.map(({ name }) => name), names)
        assert.strictEqual(answer.pagination.total, 3)
        assert.isAtMost(statements, 4)
      }
      yield* sql`TRUNCATE products CASCADE`
      assert.deepStrictEqual(yield* found("melaco"), [])
      yield* insertFoods([{ name: "Melaço novo" }])
      assert.deepStrictEqual(yield* found("melaco"), ["3 name 1 Melaço novo"])
    }))
})
