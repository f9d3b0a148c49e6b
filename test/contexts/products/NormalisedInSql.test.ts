import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { normaliseName } from "../../../src/contexts/products/contract/normaliseName.ts"
import { CommandDatabase } from "../../../src/kernel/Database.ts"
import { real, unlessRealNames } from "../../support/Foods.ts"
import { TestLocation, testSettings } from "../../support/TestDatabase.ts"

const own = [
  "",
  "the",
  "Ægir œuf Øl Łódź Đặc ß ẞ ǽ",
  "™ ﬁ ０,５ K ½ Ⅳ",
  "BEANS,W/O SALT w/oil W/ SUGAR c/s/x",
  "leite 0,5% 1,2,3 a,b 1, 2 no. 2.",
  "Молоко 3,2% 牛乳 दूध ΟΔΟΣ حليب",
  "Qj mussarela contra mus mucarela MUÇARELA mozzarella Costelinha suína",
  "pão de queijo da casa do sol das dos of the rede"
]

const every = (names: ReadonlyArray<string>, step: number) => names.filter((_, index) => index % step === 0)

const Database = CommandDatabase.pipe(Layer.provide(TestLocation), Layer.provide(testSettings()))

layer(Database, { excludeTestServices: true })("names that are normalised in SQL", (it) => {
  it.effect(`are as those that are normalised here${unlessRealNames}`, () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const names = [...own, ...real.taco, ...every(real.sr28, 10), ...every(real.ciqual, 4), ...every(real.brands, 10)]
      const rows = yield* sql<{ text: string }>`
        SELECT normalise_name(name) AS text FROM unnest(${names}::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n`
      assert.deepStrictEqual(rows.map(({ text }) => text), names.map(normaliseName))
    }))
})
