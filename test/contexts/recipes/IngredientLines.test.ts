import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { isNoAmount, isPortionWord, listedUnits, unitOf } from "../../../src/contexts/recipes/contract/Units.ts"
import { parseLine } from "../../../src/contexts/recipes/parseLine.ts"

/** Line, and what comes of it: quantity, unit, name, note, then grams. */
const lines: ReadonlyArray<readonly [string, number | null, string | null, string, string | null, number?]> = [
  ["1 1/2 cups flour, sifted", 1.5, "cup", "flour", "sifted"],
  ["1½ colher (sopa) de azeite", 1.5, "tablespoon", "azeite", null],
  ["0 e 1/2 xícara (chá) de Óleo", 0.5, "cup", "Óleo", null],
  ["1.000 g de farinha", 1000, "g", "farinha", null],
  ["1,5 kg de batata", 1.5, "kg", "batata", null],
  ["3 to 4 tablespoons sugar", 3.5, "tablespoon", "sugar", "3 to 4"],
  ["150g/5¼oz chickpeas", 150, "g", "chickpeas", "5 1/4 oz"],
  ["2 bifes de frango (cerca de 240 g)", 2, "portion", "frango", "cerca de 240 g", 240],
  ["1 sheet (about 8 ounces) pastry", 1, "portion", "pastry", "about 8 ounces", 226.8],
  ["Cebola 1 unidade", 1, "piece", "Cebola", null],
  ["Óleo de soja 2 colheres (sopa)", 2, "tablespoon", "Óleo de soja", null],
  ["500 grama | gramas de alcatra (em tirinhas)", 500, "g", "alcatra", "em tirinhas"],
  ["sal a gosto", null, null, "sal", "a gosto"],
  ["salt to taste", null, null, "salt", "to taste"],
  ["azeite", null, null, "azeite", null],
  ["8 garlic cloves, finely chopped", 8, "portion", "garlic", "finely chopped"],
  ["1 x 410g tin evaporated milk", 1, "portion", "evaporated milk", null, 410],
  ["2 (14-ounce) cans tomatoes", 2, "portion", "tomatoes", null, 793.79],
  ["1 e meia colher (sopa) Azeite", 1.5, "tablespoon", "Azeite", null],
  ["2 cups plus 2 tablespoons flour", 2.125, "cup", "flour", null],
  ["pinch of salt", 1, "pinch", "salt", null],
  ["2 large eggs", 2, "piece", "eggs", "large"],
  ["1,000 ml water", 1000, "ml", "water", null]
]

/** What the units are called, by code; each also without accents, in capitals, and in the plural. */
const unitWords: Readonly<Record<string, ReadonlyArray<string>>> = {
  kg: ["kg", "kilogram", "quilo"],
  g: ["g", "gram", "gramme", "grama"],
  mg: ["mg"],
  mcg: ["mcg", "µg"],
  oz: ["oz", "ounce", "onça"],
  lb: ["lb", "pound", "libra"],
  l: ["l", "liter", "litre", "litro"],
  dl: ["dl"],
  cl: ["cl"],
  ml: ["ml", "milliliter", "mililitro"],
  cup: ["cup", "xícara", "xícara (chá)", "xíc", "xc"],
  coffeeCup: ["xícara (café)"],
  glass: ["glass", "copo", "copo americano"],
  tablespoon: ["tablespoon", "tbsp", "tbs", "colher de sopa", "colher (sopa)", "c. sopa"],
  dessertspoon: ["dessertspoon", "dsp", "colher (sobremesa)"],
  coffeespoon: ["colher (café)", "colher de café"],
  teaspoon: ["teaspoon", "tsp", "colher de chá", "colher (chá)", "c. chá"],
  pinch: ["pinch", "pitada"],
  dash: ["dash"],
  flOz: ["fl oz", "fl. oz."],
  pint: ["pint", "pt"],
  quart: ["quart", "qt"],
  gallon: ["gallon", "gal"],
  impFlOz: ["imp. fl oz", "UK fl oz"],
  impPint: ["imp. pint", "UK pint"],
  piece: ["piece", "unit", "each", "whole", "un", "unidade", "pedaço"]
}

const naughty = fileURLToPath(new URL("../../../../shared/data/fuzz-strings/blns.json", import.meta.url))
const unlessNaughty = existsSync(naughty) ? it : it.skip

const isRead = (line: string) => {
  const { confidence, name, note, quantity, unit } = parseLine(line)
  assert.isTrue(name.length > 0 && Array.from(name).length <= 255, line)
  assert.isTrue(note === null || Array.from(note).length <= 500, line)
  assert.strictEqual(quantity === null, unit === null, line)
  assert.isTrue(quantity === null || (quantity > 0 && quantity <= 100_000), line)
  assert.isTrue(confidence >= 0 && confidence <= 1, line)
}

describe("ingredient lines", () => {
  for (const [line, quantity, unit, name, note, grams] of lines) {
    it(line, () => {
      const read = parseLine(line)
      assert.deepStrictEqual(
        [read.quantity, read.unit, read.name, read.note, read.grams],
        [quantity, unit, name, note, grams]
      )
    })
  }

  it("know the words of each unit, however they are written", () => {
    for (const [code, words] of Object.entries(unitWords)) {
      for (const word of words) {
        const plain = word.normalize("NFD").replace(/\p{M}/gu, "")
        for (const each of [word, plain, word.toUpperCase()]) assert.strictEqual(unitOf(each), code, each)
        const plural = /(?:ch|sh|ss)$/.test(word) ? `${word}es` : `${word}s`
        if (/^\p{L}+[^s]$|ss$/u.test(word)) assert.strictEqual(unitOf(plural), code, plural)
      }
    }
    assert.deepStrictEqual(["T", "t", "c", "C", "tS"].map(unitOf), [
      "tablespoon",
      "teaspoon",
      "cup",
      undefined,
      "teaspoon"
    ])
    assert.deepStrictEqual(["g", "mão cheia", "maços", "clove", "smidgeon"].map(isPortionWord), [
      false,
      true,
      true,
      true,
      false
    ])
    assert.deepStrictEqual(["kcal", "percentual", "IU", "g"].map(isNoAmount), [true, true, true, false])
    const listed = listedUnits.flatMap(({ english, portuguese }) => [...english, ...portuguese])
    assert.deepStrictEqual(listed.filter((word) => unitOf(word) === undefined && !isPortionWord(word)), [])
    assert.isTrue(["slice", "fatia", "mão cheia", "xícara (chá)"].every((word) => listed.includes(word)))
  })

  it("is less sure of a range", () => {
    assert.isAtMost(parseLine("3 to 4 tablespoons sugar").confidence, 0.8)
    assert.strictEqual(parseLine("1 cup sugar").confidence, 1)
  })

  it("takes a comma for a point in Portuguese alone", () => {
    assert.strictEqual(parseLine("1,000 g", "pt").quantity, 1)
    assert.strictEqual(parseLine("1,000 g", "en").quantity, 1000)
  })

  it.prop("reads any text", [Schema.String], ([line]) => isRead(line))

  unlessNaughty("reads naughty strings (skipped where ../shared/data is missing)", async () => {
    const texts = Schema.decodeUnknownSync(Schema.Array(Schema.String))(JSON.parse(await readFile(naughty, "utf8")))
    texts.forEach(isRead)
  })
})
