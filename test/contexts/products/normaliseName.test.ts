import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { normaliseName } from "../../../src/contexts/products/contract/normaliseName.ts"

const fuzz = new URL("../../../../shared/data/fuzz-strings/", import.meta.url)
const present = existsSync(fuzz)

const fuzzStrings = (): ReadonlyArray<string> => {
  const Payload = Schema.fromJsonString(Schema.Struct({ payload: Schema.String }))
  const lines = gunzipSync(readFileSync(new URL("fuzzdb.jsonl.gz", fuzz))).toString("utf8").trim().split("\n")
  const naughty = Schema.fromJsonString(Schema.Array(Schema.String))
  return [
    ...Schema.decodeSync(naughty)(readFileSync(new URL("blns.json", fuzz), "utf8")),
    ...lines.map((line) => Schema.decodeSync(Payload)(line).payload)
  ]
}

describe("normalised names", () => {
  it.each([
    ["  Arroz,  INTEGRAL (cozido) ", "arroz integral cozido"],
    ["Ægir œuf Øl Łódź Đặc ß ẞ ǽ", "aegir oeuf ol lodz dac ss ss ae"],
    ["Maçã à milanesa, ÉTÉ", "maca a milanesa ete"],
    ["™ ﬁ ０,５ K", "tm fi 0.5 k"],
    ["Café c/ leite s/açúcar", "cafe com leite sem acucar"],
    ["BEANS,W/O SALT w/oil W/ SUGAR", "beans without salt with oil with sugar"],
    ["abc/def tbs/x", "abc def tbs x"],
    ["leite 0,5% 1,2,3 a,b 1, 2", "leite 0.5 1.2.3 a b 1 2"],
    ["leite 0.5% no. 2. fim.", "leite 0.5 no 2 fim"],
    ["Молоко 3,2% 牛乳", "молоко 3.2 牛乳"],
    ["Qj mussarela", "queijo mozarela"],
    ["contra filé", "ct file"],
    ["mus mucarela MUÇARELA mozzarella mussarelas", "mozarela mozarela mozarela mozarela mussarelas"],
    ["Costelinha suína", "costela porco"],
    ["pão de queijo da casa do sol das dos of the", "pao queijo casa sol"],
    ["rede", "rede"],
    ["vitamina c", "vitamina c"],
    ["Filé de frango", "file frango"],
    ["the", ""],
    ["- / … 🍕", ""],
    ["", ""],
    ["__proto__ constructor", "proto constructor"]
  ])("%o becomes %o", (name, expected) => expect(normaliseName(name)).toBe(expected))

  it.prop("a normalised name stays as it is", [Schema.String], ([name]) => {
    expect(normaliseName(normaliseName(name))).toBe(normaliseName(name))
  })

  it("every character of Unicode, alone and between digits, ends in a normalised name", () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code)
      const once = normaliseName(`${character} 1${character}2`)
      if (normaliseName(once) !== once) expect.fail(`U+${code.toString(16)}: ${once}`)
    }
  })

  it.skipIf(!present)(`hostile strings${present ? "" : " (skipped: no ../shared/data)"}`, () => {
    for (const name of fuzzStrings()) {
      const once = normaliseName(name)
      expect(normaliseName(once)).toBe(once)
      expect(once).not.toMatch(/^ | $| {2}|[\p{M}\p{Lu}\p{C}]/u)
    }
  })
})
