import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { ClassificationId, ClassificationKind } from "../contract/Classification.ts"
import type { Product } from "../contract/Product.ts"
import { BarcodeTaken, SourceRefTaken } from "../contract/ProductProblems.ts"
import { insertRecords, type ProductRecord } from "./ProductRecord.ts"
import { productColumns, type ProductRow, productTables, toProduct } from "./ProductRow.ts"

/** A live classification, as far as a reference to it needs it. */
export interface Referable {
  readonly id: ClassificationId
  readonly kind: ClassificationKind
  readonly key: string | null
}

export class ProductRepo extends Context.Service<ProductRepo, {
  /** The live classifications among `ids`, and the source `manual`. */
  referables(ids: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Referable>, SqlError.SqlError>
  insert(record: ProductRecord): Effect.Effect<Product, SqlError.SqlError | BarcodeTaken | SourceRefTaken>
}>()("cardapio/contexts/products/product/ProductRepo") {
  static readonly layer = Layer.effect(
    ProductRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient

      const taken = Effect.fnUntraced(function*({ barcode, source_id, source_ref }: ProductRecord) {
        const [sameRef] = yield* sql<{ id: string }>`
          SELECT id FROM products WHERE source_id = ${source_id} AND source_ref = ${source_ref}`
        if (sameRef !== undefined) return new SourceRefTaken({ productId: sameRef.id })
        const [sameBarcode] = yield* sql<{ id: string }>`
          SELECT id FROM products
          WHERE gtin14 = lpad(${barcode}, 14, '0') AND source_id = ${source_id} AND NOT discarded`
        return sameBarcode === undefined ? undefined : new BarcodeTaken({ productId: sameBarcode.id })
      })

      return ProductRepo.of({
        referables: (ids) =>
          sql<Referable>`
            SELECT id, kind, key FROM classifications
            WHERE (id = ANY(${[...ids]}::uuid[]) OR key = 'manual') AND NOT deleted`,
        insert: Effect.fnUntraced(function*(record) {
          // A violation would abort the transaction; nothing inserted leaves it whole, so that what was in the way can be told.
          const [row] = yield* sql<ProductRow>`
            WITH inserted AS (${insertRecords(sql, [record])} ON CONFLICT DO NOTHING RETURNING *)
            SELECT ${productColumns(sql)} FROM ${productTables(sql, "inserted")}`
          if (row !== undefined) return toProduct(row)
          const problem = yield* taken(record)
          return yield* problem ?? Effect.die("a product was not inserted, and nothing was in its way")
        })
      })
    })
  )
}
