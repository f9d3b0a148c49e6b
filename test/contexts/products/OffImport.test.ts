import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { catalogue } from "../../support/Catalogue.ts"
import { givenOf } from "../../support/GivenValues.ts"

const columns =
  "code product_name generic_name quantity brands categories labels_tags allergens traces_tags nova_group pnns_groups_1"
  + " serving_quantity energy-kj_100g energy_100g fat_100g alcohol_100g vitamin-c_100g vitamin-k_100g phylloquinone_100g"
const row = (cells: Readonly<Record<string, string>>, delimiter: string) =>
  columns.split(" ").map((column) => cells[column] ?? "").join(delimiter)
const header = (delimiter: string) => columns.split(" ").join(delimiter)

describe.concurrent("import of Open Food Facts", () => {
  it.live("reads the export with tabs as it stands: a quote is a character", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const cells = {
        code: "7891000100103",
        product_name: "\"Vinho\" tinto",
        quantity: "75 cl",
        brands: "Casa, Other",
        categories: "Bebidas, Vinhos , Vinhos tintos",
        labels_tags: "en:organic,en:no-gluten",
        allergens: "en:sulphur-dioxide-and-sulphites,en:none,en:unheard-of",
        traces_tags: "en:milk,en:sulphur-dioxide-and-sulphites",
        nova_group: "3",
        pnns_groups_1: "Alcoholic beverages",
        serving_quantity: "125",
        "energy-kj_100g": "300",
        energy_100g: "300",
        fat_100g: "null",
        alcohol_100g: "12",
        "vitamin-c_100g": "0.0015",
        "vitamin-k_100g": "0.00001",
        phylloquinone_100g: "0.00002"
      }
      const nameless = { code: "1", product_name: "null", brands: "Casa" }
      const generic = {
        code: "0000101",
        generic_name: "Água",
        quantity: "1.5 kg",
        pnns_groups_1: "unknown",
        serving_quantity: "0"
      }
      const path = write(
        [header("\t"), row(cells, "\t"), row(nameless, "\t"), row(generic, "\t"), "2\tshort"],
        "off.tsv"
      )
      const { rejects, report, warnings } = yield* run("off", path)
      expect(report).toMatchObject({ read: 4, created: 2 })
      expect(rejects.map(({ line, reason, sourceRef }) => [line, reason, sourceRef])).toEqual([
        [3, "missing_name", "1"],
        [5, "malformed", null]
      ])
      expect(warnings).toEqual(["2 value_conflict nutrients.vitaminK"])
      const wine = (yield* products).get("7891000100103") ?? expect.fail("no product")
      expect(wine).toMatchObject({
        name: "\"Vinho\" tinto",
        language: "und",
        barcode: "7891000100103",
        nutrientBasis: "per100ml",
        brand: { name: "Casa" },
        parentCategory: { name: "Bebidas" },
        category: { name: "Vinhos tintos" },
        foodGroup: { name: "Alcoholic beverages" },
        processType: { name: "NOVA 3" },
        portions: [{ name: "serving", grams: 125 }],
        source: { key: "off" }
      })
      expect(wine.allergens).toEqual({
        sulphites: { state: "contains", evidence: "en:sulphur-dioxide-and-sulphites" },
        milk: { state: "mayContain", evidence: "en:milk" },
        gluten: { state: "free", evidence: "en:no-gluten" }
      })
      expect(givenOf(wine)).toEqual({ energyKj: 300, alcohol: 9.468, vitaminC: 1.5, vitaminK: 10 })
      expect((yield* products).get("0000101")).toMatchObject({
        name: "Água",
        barcode: null,
        nutrientBasis: "per100g",
        foodGroup: null,
        portions: [],
        allergens: {}
      })
    }))

  it.live("reads the export with commas, quoted", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const cells = {
        code: "7891000100103",
        product_name: "\"Pão, \"\"fino\"\"\"",
        fat_100g: "1,5",
        energy_100g: "900"
      }
      const { warnings } = yield* run(
        "off",
        write([header(","), row({ ...cells, fat_100g: "\"1,5\"" }, ",")], "off.csv")
      )
      expect(warnings).toEqual(["2 value_unreadable nutrients.totalFat"])
      const bread = (yield* products).get("7891000100103")
      expect([bread?.name, givenOf(bread)]).toEqual(["Pão, \"fino\"", { energyKj: 900 }])
    }))

  it.live("reads documents whose nutrients are a list, a map, or an aggregated set", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const list = {
        code: "1001",
        lang: "fr",
        product_name: [{ lang: "main", text: "Lait" }, { lang: "fr", text: "Lait" }, { lang: "en", text: "Milk" }],
        allergens_tags: ["en:milk", "en:gluten"],
        labels_tags: ["en:no-gluten"],
        brands: null,
        quantity: "1 L",
        nova_group: 1,
        serving_quantity: "200.0",
        nutriments: [
          { name: "energy-kcal", "100g": 64, unit: "kcal" },
          { name: "fat", "100g": 3.5999999046325684, unit: "mg" },
          { name: "sodium", "100g": null, value: 5, unit: "g" }
        ]
      }
      const map = {
        code: "1002",
        product_name: "",
        product_name_de: "Saft",
        lang: "xx",
        nutriments: {
          "fat_100g": 0.1,
          fat_modifier: "<",
          "iron_100g": "0.001",
          iron_unit: "mg",
          "zinc_100g": 1,
          zinc_modifier: ">"
        },
        nutrition: { aggregated_set: { per: "100g", nutrients: { fat: { value: 9 } } } }
      }
      const aggregated = {
        code: "1003",
        product_name: "Jus",
        product_name_en: "Juice",
        product_name_pt: "Suco",
        lc: "fr",
        nutriments: {},
        nutrition: {
          aggregated_set: {
            per: "100g",
            nutrients: { fat: { value: 2, unit: "g", modifier: "~" }, "energy": { value: 100, unit: "kJ" } }
          }
        }
      }
      const nameless = { code: "1004", product_name: [], generic_name: [{ lang: "main", text: "-" }] }
      const { rejects, warnings } = yield* run("off", write([list, map, aggregated, nameless], "off.jsonl"))
      expect(rejects.map(({ reason, sourceRef }) => [reason, sourceRef])).toEqual([["missing_name", "1004"]])
      expect(warnings).toEqual(["2 value_unreadable nutrients.zinc"])
      const found = yield* products
      const [first, second, third] = ["1001", "1002", "1003"].map((ref) => found.get(ref) ?? expect.fail("no product"))
      expect(first).toMatchObject({ name: "Lait", language: "fr", nutrientBasis: "per100ml", brand: null })
      expect(first).toMatchObject({ aliases: [{ language: "en", name: "Milk", kind: "translation" }] })
      expect(first?.allergens).toEqual({
        milk: { state: "contains", evidence: "en:milk" },
        gluten: { state: "contains", evidence: "en:gluten" }
      })
      expect(givenOf(first)).toEqual({ energyKcal: 64, totalFat: 3.6 })
      expect(second).toMatchObject({ name: "Saft", language: "de", aliases: [] })
      expect(givenOf(second)).toEqual({ totalFat: "below 0.1", iron: 1 })
      expect(third).toMatchObject({ name: "Jus", language: "fr" })
      expect(third?.aliases.map(({ language, name }) => `${language} ${name}`)).toEqual(["en Juice", "pt Suco"])
      expect(givenOf(third)).toEqual({ totalFat: 2, energyKj: 100 })
    }))

  it.live("refuses a table that is another one", () =>
    Effect.gen(function*() {
      const { run, write } = yield* catalogue
      const failure = yield* Effect.flip(run("off", write(["a\tb", "1\t2"], "other.tsv")))
      expect(failure).toMatchObject({
        reason: "wrong_header",
        message: expect.stringMatching(/no code, product_name$/)
      })
    }))
})
