import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
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

  it.live("the six off files one after the other leave 1,976 products", () =>
    Effect.gen(function*() {
      const { products, run } = yield* catalogue
      for (const { name } of offFiles) yield* run("off", join(publishedTables, "off", name))
      expect((yield* products).size).toBe(1976)
    }))
})
