import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { mappingVersion } from "../../../src/contexts/products/contract/ImportedProduct.ts"
import { UpdateProduct } from "../../../src/contexts/products/contract/ProductCommands.ts"
import { ProductPatch } from "../../../src/contexts/products/contract/ProductPatch.ts"
// Private to the context; here it is compared with the specification.
import { earlierNutrients } from "../../../src/contexts/products/import/EarlierNames.ts"
import { Products } from "../../../src/contexts/products/Products.ts"
import { catalogue } from "../../support/Catalogue.ts"

const rice = {
  name: "  Arroz integral cozido ",
  language: "pt-BR",
  aliases: [{ language: "en", name: "Brown rice, cooked", kind: "translation" }],
  source: "taco",
  sourceRef: "1",
  barcode: "7891000100103",
  isFood: true,
  attribution: "by hand",
  shoppingName: "Arroz integral",
  storeDepartmentName: "Grãos",
  recommendedBrandsAndProducts: "any",
  substitutes: "quinoa",
  edibleYield: 0.9,
  kgPerUnit: 0.001,
  litersPerKg: 1.2,
  cookingFactor: 2.5,
  conservationDays: 5,
  nutritionGroup: "Cereais",
  packageSize: 1,
  packageSizeUnit: "kg",
  ingredients: "arroz",
  imageUrl: "https://example.org/arroz.jpg",
  score: { final: 80, ingredients: 90, nutrients: 70 },
  brand: "Casa",
  category: "Grãos",
  parentCategory: "Cereais",
  foodGroup: "Cereais",
  processType: "NOVA 1",
  nutrientBasis: "per100g",
  nutrients: {
    energyKcal: 124,
    protein: { value: 2600, unit: "mg" },
    sodium: { value: 1, qualifier: "below" },
    vitaminC: { value: 0, qualifier: "trace" },
    vitaminD: { value: 40, unit: "IU" },
    iron: null
  },
  portions: [{ name: "colher", grams: 25 }],
  allergens: { gluten: { state: "free", evidence: "label" }, milk: { state: "unknown" } }
}

describe.concurrent("import of NDJSON", () => {
  it.live("takes every member that a body may have, and says nothing of it the second time", () =>
    Effect.gen(function*() {
      const { products, run, told, write } = yield* catalogue
      const path = write([rice, { name: "Feijão" }])
      const first = yield* run("ndjson", path)
      expect(first).toMatchObject({ rejects: [], details: [], report: { read: 2, created: 2 } })
      const { brand, nutrients, source, ...product } = (yield* products).get("1") ?? expect.fail("no product")
      const { nutrients: _, source: __, brand: ___, category, parentCategory, foodGroup, processType, ...plain } = rice
      expect(product).toMatchObject({
        ...plain,
        name: "Arroz integral cozido",
        category: { name: category },
        parentCategory: { name: parentCategory },
        foodGroup: { name: foodGroup },
        processType: { name: processType },
        manualFields: []
      })
      expect([source.key, brand?.name]).toEqual(["taco", "Casa"])
      expect(nutrients).toEqual({
        energyKcal: { value: 124, unit: "kcal" },
        energyKj: { value: 518.816, unit: "kJ", derived: true },
        protein: { value: 2.6, unit: "g" },
        sodium: { value: 1, unit: "mg", qualifier: "below" },
        vitaminC: { value: 0, unit: "mg", qualifier: "trace" },
        vitaminD: { value: 1, unit: "mcg" }
      })
      const again = yield* run("ndjson", path)
      expect(again.report).toMatchObject({ read: 2, created: 0, updated: 0, unchanged: 2, merged: 0, rejected: {} })
      // The brand, the category, and what is "Cereais" twice over, and the type of process.
      expect((yield* told).toSorted()).toEqual(["products/ClassificationChanged 5", "products/ProductCreated 2"])
    }))

  it.live("rejects what is no record, and says of each why, where, and what it was", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const lines = [
        { name: "Good", sourceRef: "good" },
        "{\"name\": \"Arroz\",}",
        "[1, 2]",
        "42",
        "name;sourceRef",
        "{\"name\": \"half",
        { sourceRef: "a" },
        { name: " – ", sourceRef: "b" },
        { name: "x".repeat(501), sourceRef: "c" },
        { name: "Empty", sourceRef: "  " },
        { name: "Lost", sourceRef: "d", sourceId: "01980000-0000-7000-8002-00000000ffff" },
        { name: "x".repeat(1_048_577), sourceRef: "e" },
        { name: "Last", sourceRef: "last" }
      ]
      const { rejects, report, warnings } = yield* run("ndjson", write(lines), { batchSize: 4 })
      expect(report).toEqual({
        read: 13,
        created: 2,
        updated: 0,
        unchanged: 0,
        merged: 0,
        rejected: { malformed: 5, missing_name: 2, name_too_long: 1, missing_ref: 2, too_large: 1 },
        warnings: {}
      })
      expect(warnings).toEqual([])
      expect(rejects.map(({ detail, line, reason, sourceRef }) => [line, sourceRef, reason, detail])).toEqual([
        [2, null, "malformed", "not JSON: Expected double-quoted property name in column 18"],
        [3, null, "malformed", "JSON, but not an object"],
        [4, null, "malformed", "JSON, but not an object"],
        [5, null, "malformed", expect.stringMatching(/^not JSON: /)],
        [6, null, "malformed", "not JSON: Unterminated string in column 15"],
        [7, "a", "missing_name", "name has no letter or digit"],
        [8, "b", "missing_name", "name has no letter or digit"],
        [9, "c", "name_too_long", "501 characters, not 500 or fewer"],
        [10, null, "missing_ref", "sourceRef is empty"],
        [11, "d", "missing_ref", "sourceId leads to no live source"],
        [12, null, "too_large", "more than 1048576 bytes"]
      ])
      expect(rejects[0]?.raw).toBe(lines[1])
      expect(rejects[9]?.raw).toBe(JSON.stringify(lines[10]))
      expect(Buffer.byteLength(rejects[10]?.raw ?? "")).toBe(4_096)
      expect([...(yield* products).keys()].toSorted()).toEqual(["good", "last"])
    }))

  it.live("reads an empty file, which is what an export of no products writes, and refuses a folder", () =>
    Effect.gen(function*() {
      const { folder, run, write } = yield* catalogue
      expect((yield* run("ndjson", write([]))).report).toMatchObject({ read: 0, rejected: {} })
      expect(yield* Effect.flip(run("ndjson", folder))).toMatchObject({ message: `${folder}: is a folder, not a file` })
    }))

  it.live("leaves a bad value out, tells where it was, and takes the rest of the record", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const bad = {
        name: "Bad\u0000 values\ud800",
        sourceRef: 7,
        barcode: "7891000100104",
        language: "português",
        edibleYield: 2,
        cookingFactor: "much",
        packageSize: 1,
        imageUrl: "ftp://x",
        shoppingName: "x".repeat(501),
        brandId: "01980000-0000-7000-8002-00000000ffff",
        category: 5,
        nutrients: { protein: 101, water: "20", kryptonite: 1, sodium: { value: 1, unit: "kcal" }, vitaminE: 1 },
        portions: [{ name: "cup", grams: 0 }, { name: "Cup", grams: 200 }, { name: "cup", grams: 240 }, 1],
        allergens: { gluten: { state: "free" }, pollen: { state: "contains", evidence: "x" } },
        aliases: [{ language: "en", kind: "nickname", name: "x" }, { language: "en", kind: "synonym", name: "Evil" }],
        colour: "red"
      }
      const { details, rejects, report, warnings } = yield* run("ndjson", write([bad]))
      expect(rejects).toEqual([])
      const said = new Map(details.map(({ detail, field }) => [field, detail]))
      expect(said.get("edibleYield")).toBe("2 must be greater than 0 and at most 1")
      expect(said.get("allergens.gluten")).toBe("{\"state\":\"free\"}: evidence is needed where the state is free")
      expect(said.get("nutrients.sodium")).toBe(
        "nutrients.sodium is {\"value\":1,\"unit\":\"kcal\"}, which cannot be converted to mg"
      )
      expect(warnings.map((each) => each.replace(/^1 /, "")).toSorted()).toEqual([
        "barcode_invalid barcode",
        "portion_repeated portions",
        "text_cut shoppingName",
        "value_out_of_range edibleYield",
        "value_out_of_range nutrients.protein",
        "value_out_of_range portions",
        "value_unreadable aliases",
        "value_unreadable allergens.gluten",
        "value_unreadable allergens.pollen",
        "value_unreadable brandId",
        "value_unreadable category",
        "value_unreadable colour",
        "value_unreadable cookingFactor",
        "value_unreadable imageUrl",
        "value_unreadable language",
        "value_unreadable nutrients.kryptonite",
        "value_unreadable nutrients.sodium",
        "value_unreadable nutrients.water",
        "value_unreadable packageSize",
        "value_unreadable portions"
      ])
      expect(report.warnings).toEqual({
        barcode_invalid: 1,
        portion_repeated: 1,
        text_cut: 1,
        value_out_of_range: 3,
        value_unreadable: 14
      })
      expect((yield* products).get("7")).toMatchObject({
        name: "Bad values\ufffd",
        language: "pt-BR",
        barcode: null,
        edibleYield: null,
        packageSize: null,
        brand: null,
        shoppingName: "x".repeat(500),
        nutrients: { vitaminE: { value: 1, unit: "mg" } },
        portions: [{ name: "Cup", grams: 200 }],
        allergens: {},
        aliases: [{ language: "en", kind: "synonym", name: "Evil" }]
      })
    }))

  it.live("finds classifications by normalised name or by id, and makes those that are missing once", () =>
    Effect.gen(function*() {
      const { products, run, select, write } = yield* catalogue
      const named = [
        { name: "A", sourceRef: "a", brand: "São  João", source: "My table" },
        { name: "B", sourceRef: "b", brand: "SAO JOAO", source: "my TABLE" },
        { name: "C", sourceRef: "c", source: "Manual" },
        { name: "D", sourceRef: "d" }
      ]
      yield* run("ndjson", write(named), { batchSize: 1 })
      const [brand] = yield* select<{ id: string; count: number }>(
        "SELECT min(id::text) AS id, count(*)::integer AS count FROM classifications WHERE kind = 'brand'"
      )
      expect(brand?.count).toBe(1)
      const sources = [...(yield* products).values()].map(({ source }) => source)
      expect(new Set(sources.map(({ key, name }) => key ?? name))).toEqual(new Set(["My table", "manual"]))
      yield* run("ndjson", write([{ name: "E", sourceRef: "e", brandId: brand?.id, sourceId: sources[0]?.id }], "more"))
      expect((yield* products).get("e")).toMatchObject({
        brand: { id: brand?.id, name: "São  João" },
        source: sources[0]
      })
    }))

  it.live("takes from a second record of a food the aliases that it does not have in their language", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const alias = (language: string, name: string) => ({ language, name, kind: "synonym" })
      const { report } = yield* run(
        "ndjson",
        write([
          { name: "A", sourceRef: "a", aliases: [alias("en", "Manioc"), alias("en", "the")] },
          { name: "A", sourceRef: "a", aliases: [alias("en", "manioc"), alias("fr", "Manioc"), alias("en", "of")] }
        ])
      )
      expect(report).toMatchObject({ created: 1, merged: 1 })
      const { aliases } = (yield* products).get("a") ?? expect.fail("no product")
      expect(aliases.map(({ language, name }) => `${language} ${name}`)).toEqual([
        "en Manioc",
        "en the",
        "fr Manioc",
        "en of"
      ])
    }))

  it.live("leaves out a barcode that another product of the source has, in a dry run too", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const path = write([
        { name: "A", sourceRef: "a", barcode: "96385074" },
        { name: "B", sourceRef: "b", barcode: "00000096385074" },
        { name: "C", sourceRef: "c", barcode: "96385074", source: "private" },
        { name: "A, again", sourceRef: "a", barcode: "96385074", conservationDays: 3 }
      ])
      const tried = yield* run("ndjson", path, { batchSize: 1, dryRun: true })
      expect((yield* products).size).toBe(0)
      const kept = yield* run("ndjson", path, { batchSize: 1 })
      expect(kept.warnings).toEqual(["2 barcode_taken barcode"])
      expect(kept.report).toMatchObject({ created: 3, merged: 1, unchanged: 0, updated: 0 })
      expect([tried.report, tried.warnings]).toEqual([kept.report, kept.warnings])
      const found = yield* products
      expect([...found.values()].map(({ barcode, sourceRef }) => `${sourceRef} ${barcode}`).toSorted()).toEqual([
        "a 96385074",
        "b null",
        "c 96385074"
      ])
      expect(found.get("a")).toMatchObject({ name: "A", conservationDays: 3 })
      expect((yield* run("ndjson", path)).report).toMatchObject({ unchanged: 4, warnings: { barcode_taken: 1 } })
    }))

  it.live("lets a barcode go from one product to another, and takes one that was not free once it is", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const barcodes = Effect.map(
        products,
        (found) => [...found].map(([ref, { barcode }]) => `${ref} ${barcode}`).toSorted()
      )
      yield* run("ndjson", write([{ name: "A", sourceRef: "a", barcode: "96385074" }, { name: "B", sourceRef: "b" }]))
      const moved = write([
        { name: "A", sourceRef: "a", barcode: "7891000100103" },
        { name: "C", sourceRef: "c", barcode: "96385074" }
      ])
      for (const options of [{ batchSize: 1, dryRun: true }, {}]) {
        expect(yield* run("ndjson", moved, options)).toMatchObject({ warnings: [], report: { created: 1, updated: 1 } })
      }
      expect(yield* barcodes).toEqual(["a 7891000100103", "b null", "c 96385074"])

      const back = write([{ name: "A", sourceRef: "a", barcode: "96385074" }, { name: "C", sourceRef: "c" }])
      expect(yield* run("ndjson", back)).toMatchObject({
        warnings: ["1 barcode_taken barcode"],
        report: { updated: 2 }
      })
      expect((yield* run("ndjson", back)).report).toMatchObject({ updated: 1, unchanged: 1, warnings: {} })
      expect(yield* barcodes).toEqual(["a 96385074", "b null", "c null"])
      expect((yield* run("ndjson", back)).report).toMatchObject({ unchanged: 2 })
    }))

  it.live("reads a record again once its mapping is another one", () =>
    Effect.gen(function*() {
      const { run, select, write } = yield* catalogue
      const line = JSON.stringify({ name: "A", sourceRef: "a" })
      const hashOf = (version: number) => createHash("sha256").update(`ndjson ${version}\n${line}`).digest("hex")
      yield* run("ndjson", write([line]))
      const hashes = select<{ recordHashes: ReadonlyArray<string> }>("SELECT record_hashes FROM products")
      expect(yield* hashes).toEqual([{ recordHashes: [hashOf(mappingVersion.ndjson)] }])
      yield* select(`UPDATE products SET record_hashes = '{${hashOf(mappingVersion.ndjson - 1)}}'`)
      expect((yield* run("ndjson", write([line]))).report).toMatchObject({ updated: 1 })
      expect((yield* run("ndjson", write([line]))).report).toMatchObject({ unchanged: 1 })
      expect(yield* hashes).toEqual([{ recordHashes: [hashOf(mappingVersion.ndjson)] }])
    }))

  it.live("keeps what a person set until it is to be overwritten, and a discarded product discarded", () =>
    Effect.gen(function*() {
      const { products, run, select, told, within, write } = yield* catalogue
      const food = (more: object) => ({ sourceRef: "a", name: "A", packageSize: 1, packageSizeUnit: "kg", ...more })
      const path = write([food({}), { sourceRef: "b", name: "B" }])
      yield* run("ndjson", path)
      const id = (yield* products).get("a")?.id ?? expect.fail("no product")
      yield* within(Effect.flatMap(Products, (bus) => {
        const patch = ProductPatch.make({ packageSize: 2, nutrients: { protein: { value: 3 } } })
        return bus.execute(new UpdateProduct({ id, patch, ifMatch: undefined }))
      }))
      yield* select("UPDATE products SET discarded = true WHERE source_ref = 'b'")
      const changed = write([
        food({ name: "A2", packageSize: 5, packageSizeUnit: "g", nutrients: { protein: 9 } }),
        { sourceRef: "b", name: "B2" }
      ])
      expect((yield* run("ndjson", changed)).report).toMatchObject({ updated: 1, unchanged: 1 })
      const set = { name: "A2", packageSize: 2, packageSizeUnit: "kg", nutrients: { protein: { value: 3 } } }
      expect((yield* products).get("a")).toMatchObject({
        ...set,
        version: 3,
        manualFields: ["nutrients", "packageSize"]
      })
      expect((yield* run("ndjson", changed)).report).toMatchObject({ unchanged: 2 })
      expect((yield* run("ndjson", changed, { overwrite: true })).report).toMatchObject({ updated: 1, unchanged: 1 })
      const overwritten = { packageSize: 5, packageSizeUnit: "g", nutrients: { protein: { value: 9 } } }
      expect((yield* products).get("a")).toMatchObject({ ...overwritten, version: 4, manualFields: [] })
      expect((yield* run("ndjson", changed, { overwrite: true })).report).toMatchObject({ unchanged: 2 })
      expect((yield* products).has("b")).toBe(false)
      expect(yield* told).toEqual([
        "products/ProductCreated 2",
        ...Array.from({ length: 3 }, () => "products/ProductChanged 1")
      ])
    }))

  it.live("with the earlier names takes those and their units, and 0 as unknown", () =>
    Effect.gen(function*() {
      expect([earlierNutrients.size, new Set([...earlierNutrients.values()].map(({ code }) => code)).size]).toEqual([
        83,
        78
      ])
      const { products, run, write } = yield* catalogue
      const old = {
        name: "Ração",
        sourceRef: "old",
        package_size: 3,
        package_size_unit: "un",
        shopping_name: "Ração humana",
        nutri_facts: {
          calories: 100,
          starch: { value: 2_500_000, unit: "mcg" },
          galactose: 1500,
          iodine: 0.15,
          omega_9: 300,
          vitamin_d: 400,
          vitamin_a: { value: 50, unit: "IU" },
          ashes: 2,
          sodium: 0,
          iron: { unit: "mg" },
          zinc: null,
          thiamine: 1,
          vitamin_b1: 2,
          riboflavin: 3,
          vitamin_b2: { value: 0.003, unit: "g" },
          totalFat: 5
        }
      }
      const path = write([old])
      const { warnings } = yield* run("ndjson", path, { earlierNames: true })
      expect(warnings).toEqual(["1 value_conflict nutrients.vitaminB1", "1 value_unreadable nutrients.totalFat"])
      const { nutrients, ...product } = (yield* products).get("old") ?? expect.fail("no product")
      expect(product).toMatchObject({ shoppingName: "Ração humana", packageSize: 3, packageSizeUnit: "piece" })
      const given = Object.entries(nutrients).filter(([, { derived }]) => derived !== true)
      expect(Object.fromEntries(given.map(([code, { value }]) => [code, value]))).toEqual({
        energyKcal: 100,
        starch: 2.5,
        galactose: 1.5,
        iodine: 150,
        omega9: 0.3,
        vitaminD: 10,
        vitaminAIu: 50,
        ash: 2,
        vitaminB1: 1,
        vitaminB2: 3
      })
      expect((yield* run("ndjson", path)).report).toMatchObject({ updated: 1 })
    }))
})
