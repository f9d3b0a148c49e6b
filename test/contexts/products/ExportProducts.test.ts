import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import type { Product } from "../../../src/contexts/products/contract/Product.ts"
import { CreateProduct } from "../../../src/contexts/products/contract/ProductCommands.ts"
import { Products } from "../../../src/contexts/products/Products.ts"
import { catalogue } from "../../support/Catalogue.ts"
import { publishedTables, tablesPresent, unlessPresent } from "../../support/RawTable.ts"

const nameOf = (reference: { readonly name: string } | null) => reference?.name ?? null

const local: ReadonlySet<string> = new Set(["createdAt", "createdBy", "id", "manualFields", "updatedAt", "version"])

const references = ["source", "brand", "category", "foodGroup", "parentCategory", "processType"] as const

/** What of a product is its own, wherever it is kept. */
const facts = (product: Product) => ({
  ...Object.fromEntries(Object.entries(product).filter(([field]) => !local.has(field))),
  ...Object.fromEntries(references.map((field) => [field, nameOf(product[field])])),
  origin: `${product.source.name} ${product.sourceRef}`
})

const allFacts = (products: ReadonlyMap<string, Product>) =>
  [...products.values()].map(facts).toSorted((a, b) => a.origin < b.origin ? -1 : 1)

const full = {
  name: "Arroz \"integral\" – ½",
  language: "pt-BR",
  aliases: [
    { language: "en", name: "Brown rice", kind: "translation" },
    { language: "en", name: "the", kind: "synonym" },
    { language: "en", name: "of", kind: "synonym" }
  ],
  sourceRef: "made by hand",
  barcode: "7891000100103",
  isFood: false,
  attribution: "me",
  shoppingName: "Arroz",
  storeDepartmentName: "Grãos",
  recommendedBrandsAndProducts: "any",
  substitutes: "quinoa",
  edibleYield: 1 / 3,
  kgPerUnit: 0.001,
  litersPerKg: 1.2,
  cookingFactor: 2.5,
  conservationDays: 0,
  nutritionGroup: "Cereais",
  packageSize: 2,
  packageSizeUnit: "piece",
  ingredients: "arroz\nágua",
  imageUrl: "https://example.org/a.jpg",
  score: { final: 0, ingredients: 90, nutrients: 70.5 },
  nutrientBasis: "per100ml",
  nutrients: {
    energyKcal: { value: 124.1 },
    protein: { value: 0 },
    sodium: { value: 1, mark: "below" },
    vitaminC: { value: 0, mark: "trace" }
  },
  portions: [{ name: "colher", grams: 25.5 }, { name: "★", grams: 1 }, { name: "★★", grams: 2 }],
  allergens: { gluten: { state: "free", evidence: "label" }, milk: { state: "unknown" } }
} as const

describe.concurrent("export of products", () => {
  it.live("into an empty catalogue gives the same products, and a second time nothing", () =>
    Effect.gen(function*() {
      const [here, there] = [yield* catalogue, yield* catalogue]
      yield* here.within(Effect.flatMap(Products, (bus) =>
        Effect.all([
          bus.execute(new CreateProduct({ input: full })),
          bus.execute(new CreateProduct({ input: { name: "Plain" } }))
        ])))
      const more = { brand: "São João", category: "A", parentCategory: "B", foodGroup: "C", processType: "NOVA 1" }
      yield* here.run(
        "ndjson",
        here.write([
          { name: "Mine", sourceRef: "1", source: "My table", isFood: null, ...more },
          { name: "Undecided", sourceRef: "2", source: "auto" },
          { name: "Of a table", sourceRef: "4", source: "taco" },
          { name: "Gone", sourceRef: "3" },
          { name: "Of a sign", sourceRef: "5", brand: "+++" }
        ])
      )
      yield* here.select("UPDATE products SET discarded = true WHERE name = 'Gone'")
      const lines = yield* here.exported
      expect(lines).toHaveLength(6)
      expect(lines[0]).toMatchObject({
        source: "manual",
        nutrients: { protein: 0, vitaminC: { value: 0, qualifier: "trace" } }
      })
      expect(lines[1]).toEqual({
        source: "manual",
        sourceRef: expect.any(String),
        name: "Plain",
        language: "pt-BR",
        nutrientBasis: "per100g"
      })
      // The attribution that it has from its source is not its own.
      expect(lines.find(({ sourceRef }) => sourceRef === "4")).not.toHaveProperty("attribution")
      expect(lines.find(({ sourceRef }) => sourceRef === "5")).toHaveProperty("brand", "+++")
      const path = there.write(lines)
      const { details, report } = yield* there.run("ndjson", path)
      expect([report.created, report.rejected, details]).toEqual([6, {}, []])
      expect(allFacts(yield* there.products)).toEqual(allFacts(yield* here.products))
      expect((yield* there.exported).toSorted()).toEqual(lines.toSorted())
      expect((yield* there.run("ndjson", path)).report).toMatchObject({ unchanged: 6 })
      expect((yield* there.told).toSorted()).toEqual(["products/ClassificationChanged 7", "products/ProductCreated 6"])
    }))

  it.live.skipIf(!tablesPresent)(
    `of the published tables gives the same products${unlessPresent}`,
    () =>
      Effect.gen(function*() {
        const [here, there] = [yield* catalogue, yield* catalogue]
        yield* here.run("ciqual", join(publishedTables, "ciqual", "ciqual_2020_fr.csv.gz"))
        yield* here.run("taco", join(publishedTables, "taco"))
        for (const name of ["export-a-210col.tsv.gz", "nested-111col.jsonl.gz", "raw-mongo-184key.jsonl.gz"]) {
          yield* here.run("off", join(publishedTables, "off", name))
        }
        const lines = yield* here.exported
        const { details, report } = yield* there.run("ndjson", there.write(lines))
        expect([report.created, report.rejected, details]).toEqual([lines.length, {}, []])
        expect(lines.length).toBeGreaterThan(3_000)
        expect(allFacts(yield* there.products)).toEqual(allFacts(yield* here.products))
      }),
    120_000
  )
})
