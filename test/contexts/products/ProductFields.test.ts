import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"

const send = Effect.fnUntraced(function*(method: "POST" | "PATCH", path: string, body: unknown) {
  const { token } = yield* Administrator
  const answer = yield* HttpClient.execute(
    HttpClientRequest.make(method)(path).pipe(
      HttpClientRequest.bearerToken(token),
      HttpClientRequest.setBody(HttpBody.text(JSON.stringify(body), "application/json"))
    )
  )
  return { status: answer.status, body: JSON.parse(yield* answer.text) }
})

const create = (members: object) => send("POST", "/v1/products", { name: "x", ...members })

/** Where the faults of a refused creation are, and of which code. */
const faultsOf = (members: object) =>
  Effect.map(
    create(members),
    ({ body, status }) =>
      status === 201 ?
        [] :
        body.errors.map(({ code, pointer }: { code?: string; pointer: string }) => `${pointer} ${code ?? ""}`.trim())
  )

const long = (length: number) => "x".repeat(length)
const many = <A>(count: number, make: (n: number) => A) => Array.from({ length: count }, (_, n) => make(n))
const alias = (name: string, language = "en") => ({ language, name, kind: "synonym" })
const portion = (name: string, grams = 1) => ({ name, grams })

/** What is just allowed, and what is just not. */
const bounds: Readonly<Record<string, readonly [good: ReadonlyArray<unknown>, bad: ReadonlyArray<unknown>]>> = {
  name: [["x", ` ${long(500)} `, "7", "😀".repeat(499) + "a"], ["", " ", "--", long(501), 1]],
  language: [["pt-BR", "pt-br", "zh-Hant", "sr-Latn-RS"], ["", "portuguese language", "p", "pt_BR", null]],
  aliases: [
    [[], many(50, (n) => alias(`${n}`)), [alias("A"), alias("A", "fr")], [alias("of"), alias("the")]],
    [many(51, (n) => alias(`${n}`)), [alias(long(501))], [alias("-")], [{ ...alias("a"), kind: "nickname" }]]
  ],
  sourceRef: [[long(100)], ["", long(101), null]],
  attribution: [[null, long(1000)], ["", long(1001)]],
  barcode: [[null, "96385074", "036000291452"], ["96385075", "0", "", " 96385074"]],
  isFood: [[true, false, null], ["true", 1]],
  shoppingName: [[null, long(500)], ["", long(501)]],
  storeDepartmentName: [[null, long(200)], ["", long(201)]],
  recommendedBrandsAndProducts: [[null, long(1000)], ["", long(1001)]],
  substitutes: [[null, long(1000)], ["", long(1001)]],
  edibleYield: [[null, 1, 0.000001], [0, 1.000001, -1]],
  kgPerUnit: [[null, 1000, 0.000001], [0, 1000.1, "1"]],
  litersPerKg: [[null, 1000, 0.000001], [0, 1000.1, -1]],
  cookingFactor: [[null, 1000, 0.000001], [0, 1000.1, -1]],
  conservationDays: [[null, 0, 36_500], [-1, 36_501, 1.5]],
  nutritionGroup: [[null, long(200)], ["", long(201)]],
  nutrientBasis: [["per100g", "per100ml"], ["per100", null]],
  portions: [
    [[], many(100, (n) => portion(`${n}`)), [portion(long(100), 0.001)], [portion("🍕"), portion("🥄")]],
    [many(101, (n) => portion(`${n}`)), [portion("")], [portion(long(101))], [portion("a", 0)], [portion("a", -1)]]
  ],
  allergens: [
    [{}, { milk: { state: "unknown" } }, { milk: { state: "free", evidence: long(500) } }],
    [
      { milk: { state: "contains" } },
      { milk: { state: "mayContain" } },
      { milk: { state: "free" } },
      { milk: { state: "free", evidence: " " } },
      { milk: { state: "free", evidence: long(501) } },
      { milk: { state: "yes", evidence: "x" } },
      { water: { state: "unknown" } }
    ]
  ],
  ingredients: [[null, long(5000)], ["", long(5001)]],
  imageUrl: [
    [null, "https://example.org/a.png", `http://a/${long(2039)}`],
    ["ftp://a/b", "example.org", `http://a/${long(2040)}`, "https://"]
  ],
  score: [
    [null, { final: 0, ingredients: 100, nutrients: 50.5 }],
    [{ final: 0, ingredients: 100 }, { final: -1, ingredients: 0, nutrients: 0 }, {
      final: 0,
      ingredients: 101,
      nutrients: 0
    }]
  ]
}

layer(TestServer(), { excludeTestServices: true })("ProductFields", (it) => {
  it.effect.each(Object.entries(bounds))("%s keeps to its bounds", ([member, [good, bad]]) =>
    Effect.gen(function*() {
      for (const [n, value] of good.entries()) {
        assert.deepStrictEqual([n, yield* faultsOf({ [member]: value })], [n, []])
      }
      for (const [n, value] of bad.entries()) {
        const faults = yield* faultsOf({ [member]: value })
        assert.isTrue(faults.length > 0 && faults[0].startsWith(`/${member}`), `${member} ${n}: ${faults.join()}`)
      }
    }))

  it.effect("takes a package size with its unit, both or neither", () =>
    Effect.gen(function*() {
      for (const packageSizeUnit of ["kg", "g", "mg", "mcg", "l", "ml", "piece"]) {
        assert.deepStrictEqual(yield* faultsOf({ packageSize: 0.5, packageSizeUnit }), [])
      }
      assert.deepStrictEqual(yield* faultsOf({ packageSize: null, packageSizeUnit: null }), [])
      assert.deepStrictEqual(yield* faultsOf({ packageSize: 1 }), ["/packageSizeUnit"])
      assert.deepStrictEqual(yield* faultsOf({ packageSizeUnit: "g" }), ["/packageSize"])
      assert.deepStrictEqual(yield* faultsOf({ packageSize: 0, packageSizeUnit: "un" }), [
        "/packageSize",
        "/packageSizeUnit"
      ])
    }))

  it.effect("takes an alias once in a language, a portion once, as names are compared", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* faultsOf({ aliases: [alias("Pão de Ló"), alias("b"), alias("PAO  lo")] }), [
        "/aliases/2/name"
      ])
      assert.deepStrictEqual(yield* faultsOf({ aliases: [alias("a", "pt-br"), alias("a", "pt-BR")] }), [
        "/aliases/1/name"
      ])
      assert.deepStrictEqual(yield* faultsOf({ portions: [portion("Xícara"), portion("xicara")] }), [
        "/portions/1/name"
      ])
      assert.deepStrictEqual(yield* faultsOf({ portions: [portion("🍕"), portion("🍕")] }), ["/portions/1/name"])
    }))

  it.effect("keeps a language in its canonical form, and finds it in any", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { body } = yield* create({ name: "língua", language: "ES-419" })
      assert.strictEqual(body.data.language, "es-419")
      const { data } = yield* client.products.list({ query: { language: ["Es-419"] } })
      assert.deepStrictEqual(data.map(({ name }) => name), ["língua"])
    }))

  it.effect("shows the attribution of the source unless the product has its own", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const { data } = yield* client.classifications.listSources({ query: {} })
      const taco = data.find(({ key }) => key === "taco")
      assert.isDefined(taco)
      const { body: { data: made } } = yield* create({ sourceId: taco.id })
      assert.strictEqual(made.attribution, taco.attribution)
      const path = `/v1/products/${made.id}`
      assert.strictEqual((yield* send("PATCH", path, { attribution: "mine" })).body.data.attribution, "mine")
      assert.strictEqual((yield* send("PATCH", path, { attribution: null })).body.data.attribution, taco.attribution)
    }))

  it.effect("a nutrient whose qualifier alone changes is changed, and what was derived from it goes", () =>
    Effect.gen(function*() {
      const { body: { data: made } } = yield* create({ nutrients: { sodium: 0 } })
      assert.deepStrictEqual(made.nutrients.salt, { value: 0, unit: "g", derived: true })
      const { body } = yield* send("PATCH", `/v1/products/${made.id}`, {
        nutrients: { sodium: { value: 0, qualifier: "trace" } }
      })
      assert.strictEqual(body.data.version, 2)
      assert.deepStrictEqual(body.data.nutrients, { sodium: { value: 0, unit: "mg", qualifier: "trace" } })
      assert.deepStrictEqual(body.data.manualFields, ["name", "nutrients"])
      const back = yield* send("PATCH", `/v1/products/${made.id}`, { nutrients: { sodium: 0 } })
      assert.deepStrictEqual([back.body.data.version, back.body.data.nutrients.salt?.value], [3, 0])
    }))

  it.effect("derives both ways, and takes back what no longer follows", () =>
    Effect.gen(function*() {
      const { body: { data: made } } = yield* create({
        nutrients: { energyKj: 418.4, salt: 1, carbohydrate: 2, dietaryFiber: 3 }
      })
      const values = (data: { nutrients: Record<string, { value: number; derived?: boolean }> }) =>
        Object.fromEntries(
          Object.entries(data.nutrients).flatMap(([code, { derived, value }]) =>
            derived === true ? [[code, value]] : []
          )
        )
      assert.deepStrictEqual(values(made), { energyKcal: 100, sodium: 400, availableCarbohydrate: 0 })
      const path = `/v1/products/${made.id}`
      const changed = yield* send("PATCH", path, {
        nutrients: { energyKj: null, energyKcal: 50, dietaryFiber: null, sodium: 10 }
      })
      assert.deepStrictEqual(values(changed.body.data), { energyKj: 209.2 })
      const basis = yield* send("PATCH", path, { nutrientBasis: "per100ml", nutrients: { protein: 120 } })
      assert.strictEqual(basis.status, 200)
      const refused = yield* send("PATCH", path, { nutrientBasis: "per100g" })
      assert.deepStrictEqual([refused.status, refused.body.code], [422, "value_out_of_range"])
    }))
})
