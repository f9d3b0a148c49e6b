import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import type { Product } from "../../../src/contexts/products/contract/Product.ts"
import { catalogue } from "../../support/Catalogue.ts"
import { publishedTables, rawDocuments, rawTable, tablesPresent, unlessPresent } from "../../support/RawTable.ts"

const gtinRule = (code: string) =>
  /^(?:\d{8}|\d{12,14})$/.test(code) &&
  [...code].toReversed().reduce((sum, digit, place) => sum + Number(digit) * (place % 2 === 0 ? 1 : 3), 0) % 10 === 0

const isName = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some((item: { readonly text?: unknown }) => isName(item.text))
    : typeof value === "string" && /[\p{L}\p{N}]/u.test(value)

/** What a table of Open Food Facts has, counted over its cells. */
const offCounts = (path: string) => {
  const records: ReadonlyArray<ReadonlyMap<string, unknown>> = path.includes("jsonl")
    ? rawDocuments(path)
    : rawTable(path).rows
  const named = records.filter((record) =>
    [...record].some(([key, value]) =>
      /^(?:product_name(?:_[a-z]{2,3})?|generic_name|abbreviated_product_name)$/.test(key) && isName(value)
    )
  )
  const gtins = named.filter((record) => gtinRule(String(record.get("code")))).length
  return { read: records.length, created: named.length, missing: records.length - named.length, gtins }
}

const offFiles = [
  { name: "export-a-210col.tsv.gz", read: 708, created: 694, missing: 14, gtins: 690, outOfRange: 2 },
  { name: "export-b-210col.tsv.gz", read: 710, created: 667, missing: 43, gtins: 643, outOfRange: 2 },
  { name: "export-c-82col.csv.gz", read: 715, created: 608, missing: 107, gtins: 90, outOfRange: 0 },
  { name: "flat-20col.jsonl.gz", read: 708, created: 695, missing: 13, gtins: 691 },
  { name: "nested-111col.jsonl.gz", read: 708, created: 695, missing: 13, gtins: 691 },
  { name: "raw-mongo-184key.jsonl.gz", read: 70, created: 70, missing: 0, gtins: 70 }
]

type Kind = "number" | "below" | "trace" | "unknown" | "unreadable"

const countsOf = (kinds: ReadonlyArray<Kind>) => {
  const counts = { number: 0, below: 0, trace: 0, unknown: 0, unreadable: 0 }
  for (const kind of kinds) counts[kind]++
  return counts
}

const tacoKind = (cell: string): Kind =>
  ["", "NA", "*"].includes(cell)
    ? "unknown"
    : ["Tr", "1e-05"].includes(cell)
    ? "trace"
    : Number.isFinite(Number(cell.replace(",", ".")))
    ? "number"
    : "unreadable"

const ciqualKind = (cell: string): Kind =>
  ["", "-"].includes(cell)
    ? "unknown"
    : cell === "traces"
    ? "trace"
    : cell.startsWith("< ")
    ? "below"
    : Number.isFinite(Number(cell.replace(",", ".")))
    ? "number"
    : "unreadable"

/** What the stored products know of their nutrients, but for what was derived. */
const givenOf = (products: Iterable<Product>) =>
  countsOf(
    [...products].flatMap(({ nutrients }) =>
      Object.values(nutrients).flatMap(({ derived, qualifier }): ReadonlyArray<Kind> =>
        derived === true ? [] : [qualifier ?? "number"]
      )
    )
  )

/** Columns of Ciqual of which the first that is known counts. */
const alternatives = (columns: ReadonlyArray<string>) => {
  const group = (column: string) =>
    /^Energie.*\(kJ/.test(column)
      ? "kJ"
      : /^Energie.*\(kcal/.test(column)
      ? "kcal"
      : column.startsWith("Prot")
      ? "protein"
      : column
  return Map.groupBy(columns, group)
}

describe.skipIf(!tablesPresent)(`the published tables${unlessPresent}`, () => {
  it.live.each(offFiles)("off $name", ({ name, outOfRange, ...counts }) =>
    Effect.gen(function*() {
      const path = join(publishedTables, "off", name)
      expect(offCounts(path)).toEqual(counts)
      const { products, run, told } = yield* catalogue
      const { details, report } = yield* run("off", path)
      expect(report).toMatchObject({ read: counts.read, created: counts.created, updated: 0, unchanged: 0, merged: 0 })
      expect(report.rejected).toEqual(counts.missing === 0 ? {} : { missing_name: counts.missing })
      if (outOfRange !== undefined) {
        const faults = details.filter(({ code }) => code === "value_out_of_range").map(({ field }) => field)
        const [energies, masses] = [true, false].map((energy) =>
          faults.filter((each) => /energy/.test(each) === energy)
        )
        expect(masses).toHaveLength(outOfRange)
        // One food of export b, 6839372100285, has 10,000 kcal besides its 700 g of fat and 1,000 g of protein in 100 g.
        expect(energies).toEqual(name.includes("-b-") ? ["nutrients.energyKcal", "nutrients.energyKj"] : [])
      }
      const stored = [...(yield* products).values()]
      expect(stored.filter(({ barcode }) => barcode !== null)).toHaveLength(counts.gtins)
      const events = yield* told
      expect((yield* run("off", path)).report).toMatchObject({
        created: 0,
        updated: 0,
        unchanged: counts.created,
        merged: 0
      })
      expect(yield* told).toEqual(events)
    }))

  it.live("taco", () =>
    Effect.gen(function*() {
      const path = join(publishedTables, "taco", "original-cmvcol.csv")
      const { columns, rows } = rawTable(path)
      const cells = rows.flatMap((row) => columns.slice(3).map((column) => row.get(column) ?? ""))
      const counts = { number: 8_059, below: 0, trace: 1_289, unknown: 1_416, unreadable: 0 }
      expect([rows.length, countsOf(cells.map(tacoKind))]).toEqual([414, counts])
      expect(cells.filter((cell) => cell.startsWith("-"))).toHaveLength(2)

      const { products, run, told } = yield* catalogue
      const { report } = yield* run("taco", path)
      expect(report).toMatchObject({ read: 414, created: 414, rejected: {}, warnings: { value_out_of_range: 2 } })
      const found = [...(yield* products).values()]
      expect(givenOf(found)).toEqual({ ...counts, unknown: 0 })
      expect(new Set(found.map(({ category }) => category?.name)).size).toBe(15)
      expect((yield* products).get("288")?.nutrients.carbohydrate).toEqual({ value: 0, unit: "g" })
      const events = yield* told
      expect((yield* run("taco", path)).report).toMatchObject({ created: 0, updated: 0, unchanged: 414 })
      expect(yield* told).toEqual(events)
    }))

  it.live("the folder of taco adds the fatty acids and the amino acids", () =>
    Effect.gen(function*() {
      const { products, run } = yield* catalogue
      const { report } = yield* run("taco", join(publishedTables, "taco"))
      expect(report).toMatchObject({ read: 414, created: 414, rejected: {}, warnings: { value_out_of_range: 2 } })
      const table = (name: string) => rawTable(join(publishedTables, "taco", `formatados-${name}.csv`)).rows
      const wanted = /^(?:Satur|Mono|Poli|X1[2468]\.0\.|X18\.[23]\.n|X20\.5|X22\.[56])/
      const acids = [
        ...table("acidos-graxos").flatMap((row) => [...row].filter(([column]) => wanted.test(column))),
        ...table("aminoacidos").flatMap((row) => [...row].slice(2))
      ]
      const { number, trace } = countsOf(acids.map(([, cell]) => tacoKind(cell)))
      expect(givenOf((yield* products).values())).toMatchObject({ number: 8_059 + number, trace: 1_289 + trace })
      const [first] = table("aminoacidos")
      const leek = (yield* products).get(first?.get("Número do Alimento") ?? "")
      expect(leek?.nutrients.tryptophan).toEqual({ value: 0.01, unit: "g" })
    }))

  it.live("ciqual", () =>
    Effect.gen(function*() {
      const path = join(publishedTables, "ciqual", "ciqual_2020_fr.csv.gz")
      const { columns, rows } = rawTable(path)
      const cells = rows.flatMap((row) => columns.slice(9).map((column) => row.get(column) ?? ""))
      expect(countsOf(cells.map(ciqualKind))).toEqual({
        number: 90_366,
        below: 11_517,
        trace: 1_321,
        unknown: 46_005,
        unreadable: 0
      })
      const foods = Map.groupBy(rows, (row) => row.get("alim_code"))
      const expected = [...foods.values()].flatMap((halves) =>
        [...alternatives(columns.slice(9)).values()].map((group): Kind =>
          halves.flatMap((row) => group.map((column) => ciqualKind(row.get(column) ?? "")))
            .find((kind) => kind !== "unknown") ?? "unknown"
        )
      )

      const { products, run, told } = yield* catalogue
      const { report, warnings } = yield* run("ciqual", path)
      expect(report).toMatchObject({ read: 2_227, created: 2_226, merged: 1, rejected: {} })
      expect(warnings).toEqual([])
      const found = yield* products
      expect(givenOf(found.values())).toEqual({ ...countsOf(expected), unknown: 0 })
      expect(found.get("9621")).toMatchObject({
        name: "Son de blé",
        nutrients: { energyKj: { value: 1160 }, energyKcal: { value: 279 }, water: { value: 9.05 } },
        category: { name: "aides culinaires et ingrédients pour végétariens" }
      })
      const events = yield* told
      expect((yield* run("ciqual", path)).report).toMatchObject({ created: 0, updated: 0, unchanged: 2_227, merged: 0 })
      expect(yield* told).toEqual(events)
    }))

  it.live("the six off files one after the other leave 1,976 products", () =>
    Effect.gen(function*() {
      const { products, run } = yield* catalogue
      for (const { name } of offFiles) yield* run("off", join(publishedTables, "off", name))
      expect((yield* products).size).toBe(1976)
    }))
})
