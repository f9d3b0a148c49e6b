import { assert, layer } from "@effect/vitest"
import { DateTime, Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { ClassificationId } from "../../../src/contexts/products/contract/Classification.ts"
import type { Product } from "../../../src/contexts/products/contract/Product.ts"
import type { ProductQuery, ProductSort } from "../../../src/contexts/products/contract/ProductQuery.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const kinds = ["brand", "category", "parentCategory", "foodGroup", "processType"] as const
const gtins = ["96385074", "036000291452", "4006381333931", "7891000100103", "5901234123457", "9780201379624"]

const instant = (n: number) => DateTime.makeUnsafe(`2026-01-${String(n + 10)}T00:00:00Z`)

/** The n-th of three: two values, or unknown. */
const third = <A>(n: number, first: A, second: A) => [first, second, null][n % 3] ?? null

const classify = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const ids = new Map<string, readonly [ClassificationId, ClassificationId]>()
  for (const kind of kinds) {
    const [first, second] = yield* sql<{ id: string }>`
      INSERT INTO classifications (id, kind, name)
      VALUES (gen_random_uuid(), ${kind}, ${`Ação ${kind}`}), (gen_random_uuid(), ${kind}, ${`Other ${kind}`}) RETURNING id`
    ids.set(kind, [ClassificationId.make(first?.id ?? ""), ClassificationId.make(second?.id ?? "")])
  }
  return (kind: typeof kinds[number], n: number) => {
    const [first, second] = ids.get(kind) ?? assert.fail()
    return third(n, first, second)
  }
})

/** Twelve products that differ in whatever can be filtered; what can be unknown is so in some. */
const seed = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const client = yield* clientOf()
  const idOf = yield* classify
  const { data: sources } = yield* client.classifications.listSources({ query: {} })
  for (let n = 0; n < 12; n++) {
    const sourceId = sources[n % 4]?.id ?? assert.fail()
    const gtin = gtins[n]
    const { body } = yield* client.products.create({
      query: {},
      headers: {},
      payload: {
        name: `${n % 2 === 0 ? "Feijão" : "Arroz"} ${n}`,
        language: n % 3 === 0 ? "en" : "pt-BR",
        sourceId,
        sourceRef: `Ref ${n}`,
        isFood: third(n, true, false),
        brandId: idOf("brand", n),
        categoryId: idOf("category", n + 1),
        parentCategoryId: idOf("parentCategory", n + 2),
        foodGroupId: idOf("foodGroup", n),
        processTypeId: idOf("processType", n + 1),
        nutrientBasis: n % 2 === 0 ? "per100g" : "per100ml",
        ...gtin === undefined ? {} : { barcode: gtin },
        ...n % 4 === 0 ? {} : { packageSize: n / 2, packageSizeUnit: "kg" as const },
        nutrients: n < 9 ? { protein: { value: n }, energyKcal: { value: 900 - n } } : {},
        allergens: n % 2 === 0 ? { milk: { state: "free", evidence: "label" } } : {}
      }
    })
    const at = DateTime.toDateUtc(instant(n))
    yield* sql`UPDATE products SET created_at = ${at}, updated_at = ${at} WHERE id = ${body.data.id}`
  }
  return (yield* client.products.list({ query: { limit: 200, includeUndecided: true } })).data
})

type Case = readonly [query: ProductQuery, fits: (product: Product) => boolean]

const millis = DateTime.toEpochMillis
const [five, six] = [instant(5), instant(6)]

const ofClassifications: ReadonlyArray<Case> = kinds.flatMap((kind): ReadonlyArray<Case> => [
  [{ [kind]: [`acao  ${kind.toUpperCase()}`] }, (product) => product[kind]?.name === `Ação ${kind}`],
  [{ [`${kind}[ne]`]: `Ação ${kind}` }, (product) => product[kind]?.name !== `Ação ${kind}`],
  [{ [`${kind}[nin]`]: [`Ação ${kind}`, `other ${kind}`] }, (product) => product[kind] === null],
  [{ [`${kind}[like]`]: "ÇÃO" }, (product) => product[kind]?.name === `Ação ${kind}`],
  [{ [`${kind}[null]`]: true }, (product) => product[kind] === null],
  [{ [`${kind}Id[null]`]: false }, (product) => product[kind] !== null]
])

const cases: ReadonlyArray<Case> = [
  [{ "name[like]": "FEIJAO" }, ({ name }) => name.startsWith("Feijão")],
  [{ name: ["feijao 0", "ARROZ 1"] }, ({ name }) => name === "Feijão 0" || name === "Arroz 1"],
  [{ "name[ne]": "feijão 0" }, ({ name }) => name !== "Feijão 0"],
  [{ barcode: ["00000096385074", "36000291452"] }, ({ barcode }) => barcode === gtins[0] || barcode === gtins[1]],
  [{ "barcode[null]": true }, ({ barcode }) => barcode === null],
  [{ "barcode[ne]": "096385074" }, ({ barcode }) => barcode !== gtins[0]],
  [{ source: ["CIQUAL", "manual"] }, ({ source }) => source.key === "ciqual" || source.key === "manual"],
  ...ofClassifications,
  [{ isFood: [true] }, ({ isFood }) => isFood === true],
  [{ "isFood[ne]": true }, ({ isFood }) => isFood !== true],
  [{ "isFood[null]": true }, ({ isFood }) => isFood === null],
  [{ effectiveIsFood: [false, true] }, ({ effectiveIsFood }) => effectiveIsFood !== null],
  [{ "effectiveIsFood[null]": true }, ({ effectiveIsFood }) => effectiveIsFood === null],
  [{ language: ["EN"] }, ({ language }) => language === "en"],
  [{ "language[nin]": ["en", "fr"] }, ({ language }) => language === "pt-BR"],
  [{ "language[like]": "PT" }, ({ language }) => language === "pt-BR"],
  [{ sourceRef: ["Ref 3", "ref 4"] }, ({ sourceRef }) => sourceRef === "Ref 3"],
  [{ "sourceRef[like]": "REF 1" }, ({ sourceRef }) => sourceRef.startsWith("Ref 1")],
  [{ nutrientBasis: ["per100ml"] }, ({ nutrientBasis }) => nutrientBasis === "per100ml"],
  [{ packageSize: [1.5, 2.5] }, ({ packageSize }) => packageSize === 1.5 || packageSize === 2.5],
  [{ "packageSize[gte]": 1.5 }, ({ packageSize }) => packageSize !== null && packageSize >= 1.5],
  [{ "packageSize[lt]": 1.5 }, ({ packageSize }) => packageSize !== null && packageSize < 1.5],
  [{ "packageSize[ne]": 1.5 }, ({ packageSize }) => packageSize !== 1.5],
  [{ "packageSize[null]": true }, ({ packageSize }) => packageSize === null],
  [
    { "createdAt[gt]": five, "createdAt[lte]": instant(9) },
    ({ createdAt }) => millis(createdAt) > millis(five) && millis(createdAt) <= millis(instant(9))
  ],
  [{ createdAt: [five, six] }, ({ createdAt }) => [millis(five), millis(six)].includes(millis(createdAt))],
  [{ "updatedAt[gte]": six }, ({ updatedAt }) => millis(updatedAt) >= millis(six)],
  [{ "updatedAt[lt]": six }, ({ updatedAt }) => millis(updatedAt) < millis(six)],
  [{ "updatedAt[ne]": six }, ({ updatedAt }) => millis(updatedAt) !== millis(six)],
  [
    { "nutrients.protein[gte]": 3, "nutrients.energyKcal[gt]": 895 },
    ({ nutrients: { protein } }) => protein?.value === 3 || protein?.value === 4
  ],
  [{ "nutrients.protein[null]": true }, ({ nutrients }) => nutrients.protein === undefined],
  [{ "nutrients.protein": [0] }, ({ nutrients }) => nutrients.protein?.value === 0],
  [{ "allergen.milk": ["unknown"] }, ({ allergens }) => allergens.milk === undefined],
  [{ "allergen.milk[ne]": ["unknown"] }, ({ allergens }) => allergens.milk !== undefined]
]

const sorts: ReadonlyArray<readonly [sort: ProductSort, key: (product: Product) => number | string | null]> = [
  ["createdAt", ({ createdAt }) => millis(createdAt)],
  ["updatedAt", ({ updatedAt }) => millis(updatedAt)],
  ["nutrients.protein", ({ nutrients }) => nutrients.protein?.value ?? null]
]

const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

layer(Server, { excludeTestServices: true })("ListFilters", (it) => {
  it.effect("each filter answers what a plain look at all products finds, and its total", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const all = yield* seed
      assert.strictEqual(all.length, 12)
      const names = (products: ReadonlyArray<Product>) => products.map(({ name }) => name).toSorted()
      for (const [query, fits] of cases) {
        const wanted = all.filter(fits)
        const page = yield* client.products.list({ query: { ...query, includeUndecided: true } })
        assert.deepStrictEqual([query, names(page.data)], [query, names(wanted)])
        assert.strictEqual(page.pagination.total, wanted.length)
        assert.isAbove(wanted.length, 0, JSON.stringify(query))
        assert.isBelow(wanted.length, all.length, JSON.stringify(query))
      }
      const some = all[4] ?? assert.fail()
      for (const kind of kinds) {
        const id = all.map((product) => product[kind]?.id).find((each) => each !== undefined) ?? assert.fail()
        const { data } = yield* client.products.list({ query: { [`${kind}Id`]: [id], includeUndecided: true } })
        assert.deepStrictEqual(names(data), names(all.filter((product) => product[kind]?.id === id)))
      }
      const byId = yield* client.products.list({ query: { id: [some.id] } })
      assert.deepStrictEqual(byId.data, [some])
      const bySource = yield* client.products.list({ query: { sourceId: [some.source.id] } })
      assert.strictEqual(bySource.data.length, 3)
    }))

  it.effect("each sort goes both ways, the unknown last, and source by its rank", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const { data: all } = yield* client.products.list({ query: { includeUndecided: true } })
      const sorted = (field: NonNullable<ProductQuery["sort"]>) =>
        Effect.map(client.products.list({ query: { sort: field, includeUndecided: true } }), ({ data }) => data)
      for (const [field, key] of sorts) {
        const known = all.map(key).filter((each) => each !== null).toSorted((a, b) => Number(a) - Number(b))
        const unknown = all.map(key).filter((each) => each === null)
        for (const descending of [false, true]) {
          const answer = yield* sorted([{ field, descending }])
          assert.deepStrictEqual(answer.map(key), [...descending ? known.toReversed() : known, ...unknown])
        }
      }
      const ranks = new Map(
        (yield* sql<{ id: string; rank: number }>`SELECT id, rank FROM classifications WHERE kind = 'source'`)
          .map(({ id, rank }) => [id, rank])
      )
      const bySource = (yield* sorted([{ field: "source", descending: false }])).map(({ source }) =>
        ranks.get(source.id)
      )
      assert.deepStrictEqual(bySource, bySource.toSorted((a, b) => Number(a) - Number(b)))
    }))

  it.effect("a page with every filter and sort takes at most four statements", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const ask = (query: string) =>
        countingStatements(
          HttpClient.execute(HttpClientRequest.bearerToken(HttpClientRequest.get(`/v1/products?${query}`), token))
        )
      const filters = "name[like]=a&brand[like]=a&category[ne]=x&foodGroup[null]=false&isFood[null]=false&language=en"
        + "&createdAt[gte]=2020-01-01T00:00:00Z&nutrients.protein[gte]=0&allergen.milk=free"
      const first = yield* ask(`${filters}&sort=source,-nutrients.protein,name&limit=1`)
      const body = JSON.parse(yield* first.answer.text)
      assert.deepStrictEqual([first.answer.status, body.pagination.total], [200, 2])
      assert.isAtMost(first.statements, 4)
      const next = yield* ask(
        `${filters}&sort=source,-nutrients.protein,name&limit=1&cursor=${body.pagination.nextCursor}`
      )
      assert.strictEqual(next.answer.status, 200)
      assert.isAtMost(next.statements, 4)
    }))
})
