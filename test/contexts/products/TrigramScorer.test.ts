import { assert, describe, expect, it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { similarityOf, trigramsOf, wordSimilarityOf } from "../../../scripts/bench/referenceTrigrams.ts"
import { normaliseName } from "../../../src/contexts/products/contract/normaliseName.ts"
// Private to the context; here it is held against the extension whose functions it stands for.
import { TrigramScorer } from "../../../src/contexts/products/search/TrigramScorer.ts"
import { CommandDatabase } from "../../../src/kernel/Database.ts"
import { real, unlessRealNames } from "../../support/Foods.ts"
import { TestLocation, testSettings } from "../../support/TestDatabase.ts"

const some = (names: ReadonlyArray<string>, step: number) =>
  names.filter((_, index) => index % step === 0).map(normaliseName)

const own = ["batata", "batata baroa crua", "leite 0.5", "ta ba ta", "a", "aaaa aaaa", "queijo queijo"]
const queries = [...own, "chicken breast roasted", "beef rib large end", ...some(real.taco, 25)]
const texts = [...own, ...some(real.taco, 3), ...some(real.sr28, 40)]

const Database = CommandDatabase.pipe(Layer.provide(TestLocation), Layer.provide(testSettings()))

layer(Database, { excludeTestServices: true })("trigrams", (it) => {
  it.effect(`are compared as pg_trgm compares them, by the server and by the reference${unlessRealNames}`, () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      for (const query of queries) {
        const scorer = new TrigramScorer(query)
        const wanted = new Set(trigramsOf(query))
        const rows = yield* sql<{ similarity: number; word: number }>`
          SELECT similarity(text, ${query}) AS similarity, word_similarity(${query}, text) AS word
          FROM unnest(${texts}::text[]) WITH ORDINALITY AS t(text, n) ORDER BY n`
        const theirs = rows.flatMap(({ similarity, word }) => [similarity, word]).map(Math.fround)
        const ours = texts.flatMap((text) => [scorer.similarity(text), scorer.wordSimilarity(text)]).map(Math.fround)
        assert.deepStrictEqual(ours, theirs, query)
        const plain = texts.flatMap((text) => [similarityOf(wanted, text), wordSimilarityOf(wanted, text)])
        assert.deepStrictEqual(plain.map(Math.fround), theirs, query)
      }
    }))
})

describe("a text's words", () => {
  it("count once, whatever was compared before", () => {
    const scorer = new TrigramScorer("batata frita")
    const before = scorer.wordSimilarity("batata inglesa frita")
    scorer.similarity("batata frita")
    scorer.wordSimilarity("frita batata batata")
    expect(scorer.wordSimilarity("batata inglesa frita")).toBe(before)
    expect(scorer.shared("batatas")).toBe(5)
  })
})
