import { Console, Effect } from "effect"
import { existsSync } from "node:fs"
import { pipeline } from "node:stream/promises"
import postgres from "postgres"
import type { ImportFormat } from "../../src/contexts/products/contract/ImportedProduct.ts"
import { administratorToken, freshDatabase } from "./BenchDatabase.ts"
import { type Spread, spreadOf } from "./Figures.ts"
import { generatedFoods } from "./generatedFoods.ts"
import { runScript } from "./runScript.ts"
import { poolSize } from "./Server.ts"
import type { Settings } from "./Settings.ts"

export interface ImportResult {
  readonly format: ImportFormat
  readonly rows: number
  /** Rows per second. */
  readonly imported: Spread
  readonly copied: Spread
  /** Import over COPY: the median of the rounds' ratios. */
  readonly overCopy: number
}

/** The least that we want of COPY's rows per second, and what we aim at. */
export const importTargets = [0.15, 0.25] as const

/** How many made-up foods are imported. */
const generatedCount = 100_000

const writtenColumns = `
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
  WHERE attrelid = 'products'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`

/** Takes the rows out of the table and puts them in again with one COPY; seconds of the latter alone. */
const copied = (url: string) =>
  Effect.promise(async () => {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      const [row] = await sql.unsafe<Array<{ columns: string }>>(writtenColumns)
      const table = `products (${row?.columns ?? ""})`
      const chunks: Array<Buffer> = []
      const out = await sql.unsafe(`COPY ${table} TO STDOUT`).readable()
      for await (const chunk of out) chunks.push(Buffer.from(chunk))
      await sql.unsafe("TRUNCATE products")
      const begin = performance.now()
      await pipeline(chunks, await sql.unsafe(`COPY ${table} FROM STDIN`).writable())
      return (performance.now() - begin) / 1000
    } finally {
      await sql.end()
    }
  })

interface Run {
  readonly rows: number
  readonly seconds: number
  readonly copySeconds: number
}

const measure = Effect.fnUntraced(function*(round: number, format: ImportFormat, path: string) {
  const { environment, url } = yield* freshDatabase(`import_${round}`)
  yield* administratorToken(environment)
  const imported = yield* runScript<Omit<Run, "copySeconds">>("import-run.ts", {
    ...environment,
    DATABASE_POOL_SIZE: `${poolSize}`,
    IMPORT_FORMAT: format,
    IMPORT_PATH: path
  })
  const run: Run = { ...imported, copySeconds: yield* copied(url) }
  return run
}, Effect.scoped)

const compare = Effect.fnUntraced(function*({ rounds }: Settings, format: ImportFormat, path: string) {
  const runs: Array<Run> = []
  for (let round = 0; round < rounds; round++) {
    const run = yield* measure(round, format, path)
    runs.push(run)
    yield* Console.error(
      `  import ${format} ${round + 1}/${rounds}: ${run.rows} rows in ${run.seconds.toFixed(2)} s, COPY ${
        run.copySeconds.toFixed(2)
      } s`
    )
  }
  const result: ImportResult = {
    format,
    rows: runs[0]?.rows ?? 0,
    imported: spreadOf(runs.map(({ rows, seconds }) => rows / seconds)),
    copied: spreadOf(runs.map(({ copySeconds, rows }) => rows / copySeconds)),
    overCopy: spreadOf(runs.map(({ copySeconds, seconds }) => copySeconds / seconds)).median
  }
  return result
})

/**
 * Imports into an empty catalogue (reading, unpacking, mapping, matching, writing, 1,000 records to a transaction; not the start
 * of the process) against COPY of the rows that they made into the same table, indexes and constraints included: of usda-sr28,
 * and of made-up foods as NDJSON.
 */
export const importPart = Effect.fnUntraced(function*(settings: Settings, path: string) {
  const generated = yield* Effect.scoped(
    Effect.flatMap(generatedFoods(generatedCount), (foods) => compare(settings, "ndjson", foods))
  )
  if (existsSync(path)) return [generated, yield* compare(settings, "usda-sr28", path)]
  yield* Console.error(`import: usda-sr28 skipped, there is no folder ${path} (name one with --usda)`)
  return [generated]
})
