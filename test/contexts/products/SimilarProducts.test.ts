import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { hasRealNames, insertFoods, real, unlessRealNames } from "../../support/Foods.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

const similarTo = Effect.fnUntraced(
  function*(name: string, more: { readonly limit?: number; readonly includeBarcoded?: boolean } = {}) {
    const client = yield* clientOf()
    return (yield* client.products.similar({ query: { name, ...more } })).data
  }
)
const namesLike = (name: string, more = {}) => Effect.map(similarTo(name, more), (hits) => hits.map((hit) => hit.name))

layer(TestServer().pipe(Layer.provideMerge(CountedStatements)), { excludeTestServices: true })(
  "similar names",
  (it) => {
    it.effect("rank by first word, places, words and trigrams, one product for each name", () =>
      Effect.gen(function*() {
        yield* insertFoods([
          { name: "Batata, baroa, crua" },
          { name: "Batata, doce, crua" },
          { name: "BATATA DOCE (CRUA)", source: "taco" },
          { name: "Batata, inglesa, frita" },
          { name: "Nhoque, batata, cozido" },
          { name: "Purê de batata" },
          { name: "Batata palha", barcode: "7891000100103" },
          { name: "Batata sem decisão", isFood: null },
          { name: "Batata que não é comida", isFood: false },
          { name: "Batata descartada", discarded: true }
        ])
        assert.deepStrictEqual(yield* namesLike("batata"), [
          "Batata, baroa, crua",
          "Batata, doce, crua",
          "Purê de batata"
        ])
        assert.deepStrictEqual(yield* namesLike("Batatas fritas"), ["Batata, inglesa, frita"])
      }))

    it.effect("of one word are asked for by few statements", () =>
      Effect.gen(function*() {
        const { statements } = yield* countingStatements(namesLike("batata"))
        assert.isAtMost(statements, 4)
      }))
  }
)

interface Example {
  readonly query: string
  readonly first: ReadonlyArray<readonly [name: RegExp, ...rank: ReadonlyArray<number>]>
  readonly dropped: RegExp
}

const examples: Record<"taco" | "sr28", ReadonlyArray<Example>> = {
  taco: [
    {
      query: "Batata",
      first: [[/^Batata, baroa, crua$/, 1, 1, 1, 6, 1, 6, 1, 6, 1, 6, 0.4], [
        /^Batata, doce, crua$/,
        1,
        1,
        1,
        6,
        1,
        6,
        1,
        6,
        1,
        6,
        0.375
      ]],
      dropped: /^Batata, inglesa, frita$/
    },
    {
      query: "batata frita",
      first: [[/^Batata, frita, tipo/, 1, 1, 2, 11, 2, 11, 2, 11, 2, 11, 0.2895], [/^Batata, inglesa, frita$/]],
      dropped: /^Nhoque, batata, cozido$/
    },
    {
      query: "Qj mussarela",
      first: [[/^Queijo, mozarela$/, 1, 1, 2, 14, 2, 14, 2, 14, 2, 14, 1], [
        /^Queijo, ricota/,
        1,
        1,
        1,
        6,
        1,
        6,
        1,
        6,
        1,
        6,
        0.3043
      ]],
      dropped: /^Pão, de queijo, assado$/
    },
    {
      query: "Filé de frango",
      first: [[/^Frango, filé, à milanesa$/, 0, 0, 0, 0, 0, 0, 2, 10, 2, 10, 0.5], [
        /^Frango, fígado, cru$/,
        0,
        0,
        0,
        0,
        0,
        0,
        1,
        6,
        1,
        6,
        0.4
      ]],
      dropped: /^Merluza, filé, frito$/
    }
  ],
  sr28: [
    {
      query: "chicken breast",
      first: [[/^Chicken breast tenders, breaded, uncooked$/, 1, 1, 2, 13, 2, 13, 2, 13, 2, 13, 0.4286]],
      dropped: /breast, oven-roasted/
    }
  ]
}

for (const [table, source] of [["taco", "taco"], ["sr28", "usda-sr28"]] as const) {
  layer(TestServer(), { excludeTestServices: true })(`similar names among those of ${source}`, (it) => {
    it.effect.skipIf(!hasRealNames)(`come as the examples have them${unlessRealNames}`, () =>
      Effect.gen(function*() {
        yield* insertFoods(real[table].map((name) => ({ name, source })))
        for (const { dropped, first, query } of examples[table]) {
          const hits = yield* similarTo(query, { limit: 100 })
          for (const [index, [name, ...rank]] of first.entries()) {
            assert.match(hits[index]?.name ?? "", name)
            if (rank.length > 0) assert.deepStrictEqual(hits[index]?.rank, rank)
          }
          assert.isTrue(real[table].some((name) => dropped.test(name)))
          assert.isFalse(hits.some(({ name }) => dropped.test(name)))
        }
      }))
  })
}
