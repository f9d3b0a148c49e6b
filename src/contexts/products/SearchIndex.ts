import { Context, Effect, Layer, Semaphore } from "effect"
import type { SqlError } from "effect/sql"
import { Reads } from "../../kernel/Database.ts"
import { ProductIndex } from "./search/ProductIndex.ts"

type Row = readonly [
  id: string,
  name: string,
  aliases: ReadonlyArray<string> | null,
  shoppingName: string | null,
  brand: string | null,
  discarded: boolean,
  listed: boolean,
  food: boolean,
  barcoded: boolean
]

interface Answer {
  readonly snapshot: string
  /** Another one once the table was emptied. */
  readonly file: string
  readonly rows: ReadonlyArray<Row> | null
  readonly last: string | null
  readonly lastId: string | null
  readonly withBarcode: ReadonlyArray<string> | null
}

/** Where reading has come to: the changes that `known` does not see, those of `snapshot` up to a row being taken up. */
interface Progress {
  readonly file: string | undefined
  readonly known: string | undefined
  readonly snapshot: string | undefined
  readonly last: string
  readonly lastId: string
}

const noId = "00000000-0000-0000-0000-000000000000"

const start: Progress = { file: undefined, known: undefined, snapshot: undefined, last: "0", lastId: noId }

/** From the oldest transaction on that was not over. */
const since = (known: string, file: string): Progress => ({
  file,
  known,
  snapshot: undefined,
  last: known.split(":", 1).join(""),
  lastId: noId
})

const rowsAtOnce = 5000

export interface Current {
  readonly index: ProductIndex
  /** The products with the GTIN-14 that was asked for. */
  readonly withBarcode: ReadonlyArray<string>
}

/**
 * The texts that products are searched by, in the memory of this process: read once, and whenever it is asked for, what was
 * committed since.
 */
export class SearchIndex extends Context.Service<SearchIndex, {
  /** What was committed before this was asked for: one statement where little has changed. */
  current(gtin14?: string): Effect.Effect<Current, SqlError.SqlError>
}>()("cardapio/contexts/products/SearchIndex") {
  static readonly layer: Layer.Layer<SearchIndex, never, Reads> = Layer.effect(
    SearchIndex,
    Effect.gen(function*() {
      const sql = yield* Reads
      const turn = yield* Semaphore.make(1)
      let index = new ProductIndex()
      let progress = start

      const read = Effect.fnUntraced(function*(gtin14: string | null) {
        const { known, last, lastId } = progress
        // A restored database can have rows of transactions that are still to come here: they were read at the start.
        const unknown = known === undefined ? sql`true` : sql`
          NOT pg_visible_in_snapshot(x.changed, ${known}::pg_snapshot)
            AND x.changed < pg_snapshot_xmax(pg_current_snapshot())`
        const [answer] = yield* sql<Answer>`
          WITH page AS MATERIALIZED (
            SELECT * FROM product_search x WHERE (x.changed, x.product_id) > (${last}::xid8, ${lastId}::uuid) AND ${unknown}
            ORDER BY x.changed, x.product_id LIMIT ${sql.literal(`${rowsAtOnce}`)}
          ), last AS (SELECT changed, product_id FROM page ORDER BY changed DESC, product_id DESC LIMIT 1)
          SELECT pg_current_snapshot()::text AS snapshot, pg_relation_filenode('product_search')::text AS file,
            (SELECT json_agg(json_build_array(
              product_id, name, aliases, shopping_name, brand, discarded, listed, food, barcoded)) FROM page) AS rows,
            (SELECT changed::text FROM last) AS last, (SELECT product_id FROM last) AS last_id,
            (SELECT array_agg(id) FROM products WHERE gtin14 = ${gtin14}) AS with_barcode`
        return answer ?? (yield* Effect.die("a statement without FROM answered no row"))
      })

      /** Takes one page up; whether there was no other one to read. */
      const takeUp = ({ file, last, lastId, rows, snapshot }: Answer): boolean => {
        if (progress.file !== undefined && progress.file !== file) {
          index = new ProductIndex()
          progress = start
          return false
        }
        for (const [id, name, aliases, shoppingName, brand, discarded, listed, food, barcoded] of rows ?? []) {
          index.put({ id, name, aliases: aliases ?? [], shoppingName, brand, discarded, listed, food, barcoded })
        }
        const seen = progress.snapshot ?? snapshot
        if (last === null || lastId === null || (rows?.length ?? 0) < rowsAtOnce) {
          progress = since(seen, file)
          return true
        }
        progress = { ...progress, file, snapshot: seen, last, lastId }
        return false
      }

      return SearchIndex.of({
        current: Effect.fn("SearchIndex.current")((gtin14) =>
          turn.withPermit(Effect.gen(function*() {
            for (;;) {
              const answer = yield* read(gtin14 ?? null)
              if (takeUp(answer)) return { index, withBarcode: answer.withBarcode ?? [] }
            }
          }))
        )
      })
    })
  )
}
