import { Effect } from "effect"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import postgres from "postgres"
import { normaliseName } from "../../src/contexts/products/contract/normaliseName.ts"
import type { MadeUpFood } from "./recombinedFoods.ts"
import type { ReferenceFood } from "./SearchReference.ts"
import { productId } from "./seedCatalogue.ts"

const columns =
  "id, name, normalised_name, language, aliases, source_id, source_ref, barcode, is_food, brand_id, created_at, updated_at"

const rowsAtOnce = 50_000

/** As COPY reads it; nothing is null. */
const cell = (text: string | undefined) =>
  text === undefined ? "\\N" : text.replace(/[\\\t\n\r]/g, (found) => `\\${found}`)

/** The GTIN-14 of the n-th food. */
const gtinOf = (n: number) => {
  const digits = `0789${String(n).padStart(9, "0")}`
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0)
  return `${digits}${(10 - sum % 10) % 10}`
}

const brandId = (n: number) => `01980000-0000-7000-a001-${n.toString(16).padStart(12, "0")}`

const lineOf = (food: MadeUpFood, n: number, sourceId: string) => {
  const aliases = food.alias === undefined ? [] : [{ language: "en", name: food.alias, kind: "translation" }]
  const at = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString()
  return `${
    [
      productId(n),
      food.name,
      normaliseName(food.name),
      "en",
      JSON.stringify(aliases),
      sourceId,
      String(n),
      food.barcoded ? gtinOf(n) : undefined,
      "t",
      food.brand === undefined ? undefined : brandId(food.brand),
      at,
      at
    ].map(cell).join("\t")
  }\n`
}

/** Indexes that no constraint needs: made again after the rows are in, which is faster. */
const looseIndexes = `
  SELECT indexname AS name, indexdef AS definition FROM pg_indexes
  WHERE tablename IN ('products', 'product_search') AND indexdef NOT LIKE 'CREATE UNIQUE%'`

/** Fills an empty catalogue by COPY, and answers what is in it, in the order of ids. */
export const seedFoods = (url: string, brands: ReadonlyArray<string>, foods: Iterable<MadeUpFood>) =>
  Effect.promise(async () => {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      await sql`
        INSERT INTO classifications (id, kind, name)
        SELECT ('01980000-0000-7000-a001-' || lpad(to_hex(n - 1), 12, '0'))::uuid, 'brand', name
        FROM unnest(${[...brands]}::text[]) WITH ORDINALITY AS brands(name, n)`
      const sources = new Map(
        (await sql<Array<{ key: string; id: string; rank: number }>>`
          SELECT key, id, rank FROM classifications WHERE kind = 'source'`).map((row) => [row.key, row])
      )
      const indexes = await sql.unsafe<Array<{ name: string; definition: string }>>(looseIndexes)
      for (const { name } of indexes) await sql`DROP INDEX ${sql(name)}`
      const known: Array<ReferenceFood> = []
      let lines: Array<string> = []
      const copy = async () => {
        await pipeline(Readable.from(lines), await sql.unsafe(`COPY products (${columns}) FROM STDIN`).writable())
        lines = []
      }
      for (const food of foods) {
        const source = sources.get(food.source)
        lines.push(lineOf(food, known.length + 1, source?.id ?? ""))
        known.push({
          name: food.name,
          aliases: food.alias === undefined ? [] : [food.alias],
          brand: food.brand === undefined ? "" : brands[food.brand] ?? "",
          sourceRank: source?.rank ?? 0,
          barcoded: food.barcoded
        })
        if (lines.length >= rowsAtOnce) await copy()
      }
      await copy()
      for (const { definition } of indexes) await sql.unsafe(definition)
      await sql`VACUUM (ANALYZE)`
      await sql`CHECKPOINT`
      return known
    } finally {
      await sql.end()
    }
  })
