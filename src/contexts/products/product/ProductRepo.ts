import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { ClassificationId, ClassificationKind } from "../contract/Classification.ts"
import type { Product, ProductId } from "../contract/Product.ts"
import { BarcodeTaken, SourceRefTaken } from "../contract/ProductProblems.ts"
import { insertRecords, type ProductRecord, type recordColumns, updateRecords } from "./ProductRecord.ts"
import { productColumns, type ProductRow, productTables, toProduct } from "./ProductRow.ts"

/** A live classification, as far as a reference to it needs it. */
export interface Referable {
  readonly id: ClassificationId
  readonly kind: ClassificationKind
}

export class ProductRepo extends Context.Service<ProductRepo, {
  /** The live classifications among `ids`, none of which is deleted until the end of the transaction. */
  referables(ids: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Referable>, SqlError.SqlError>
  /** The product, held until the end of the transaction, so that changes of it come one after the other. */
  lock(id: ProductId): Effect.Effect<ProductRow | undefined, SqlError.SqlError>
  /** Writes `columns` of the record as the version after `version`; nothing where that is not the present one. */
  update(
    record: ProductRecord,
    version: number,
    columns: ReadonlyArray<keyof typeof recordColumns>
  ): Effect.Effect<Product, SqlError.SqlError | BarcodeTaken | SourceRefTaken | VersionConflict>
  setDiscarded(
    row: ProductRow,
    discarded: boolean
  ): Effect.Effect<Product, SqlError.SqlError | BarcodeTaken | VersionConflict>
  /** Nothing where a reference leads nowhere, or another product is in the way. */
  insert(
    record: ProductRecord,
    references: ReadonlyArray<Pick<Referable, "id" | "kind">>
  ): Effect.Effect<Product | undefined, SqlError.SqlError>
  /** What is in the way of a record that was not inserted. */
  obstacle(record: ProductRecord): Effect.Effect<never, SqlError.SqlError | BarcodeTaken | SourceRefTaken>
}>()("cardapio/contexts/products/product/ProductRepo") {
  static readonly layer = Layer.effect(
    ProductRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient

      const barcodeTaken = Effect.fnUntraced(function*(id: string, sourceId: string, barcode: unknown) {
        const [same] = yield* sql<{ id: string }>`
          SELECT id FROM products
          WHERE gtin14 = lpad(${
          barcode ?? null
        }::text, 14, '0') AND source_id = ${sourceId} AND NOT discarded AND id <> ${id}`
        return same === undefined ? undefined : new BarcodeTaken({ productId: same.id })
      })
      const taken = Effect.fnUntraced(function*({ barcode, id, source_id, source_ref }: ProductRecord) {
        const [sameRef] = yield* sql<{ id: string }>`
          SELECT id FROM products WHERE source_id = ${source_id} AND source_ref = ${source_ref} AND id <> ${id}`
        return sameRef === undefined
          ? yield* barcodeTaken(id, source_id, barcode)
          : new SourceRefTaken({ productId: sameRef.id })
      })
      const allLive = (references: ReadonlyArray<Pick<Referable, "id" | "kind">>) =>
        references.length === 0
          ? sql`TRUE`
          : sql`NOT EXISTS (
              SELECT FROM jsonb_to_recordset(${JSON.stringify(references)}::jsonb) AS wanted(id uuid, kind text)
              WHERE NOT EXISTS (
                SELECT FROM classifications k WHERE k.id = wanted.id AND k.kind = wanted.kind AND NOT k.deleted
                FOR KEY SHARE))`
      /** Between the look and the write, another product can take the place. */
      const orConflict = <A>(effect: Effect.Effect<ReadonlyArray<A>, SqlError.SqlError>) =>
        effect.pipe(
          Effect.catchIf((error) => error.reason._tag === "UniqueViolation", () => new VersionConflict({})),
          Effect.flatMap(([row]) => row === undefined ? Effect.fail(new VersionConflict({})) : Effect.succeed(row))
        )

      return ProductRepo.of({
        referables: (ids) =>
          sql<Referable>`
            SELECT id, kind FROM classifications
            WHERE id = ANY(${[...ids]}::uuid[]) AND NOT deleted ORDER BY id FOR KEY SHARE`,
        lock: (id) =>
          Effect.map(
            sql<ProductRow>`
              SELECT ${productColumns(sql)} FROM ${productTables(sql)} WHERE p.id = ${id} FOR UPDATE OF p`,
            ([row]) => row
          ),
        update: Effect.fnUntraced(function*(record, version, columns) {
          if (columns.some((column) => ["barcode", "source_id", "source_ref"].includes(column))) {
            const problem = yield* taken(record)
            if (problem !== undefined) return yield* problem
          }
          return toProduct(
            yield* orConflict(sql<ProductRow>`
            WITH updated AS (
              ${updateRecords(sql, [record], columns)} AND p.version = ${version} RETURNING p.*
            )
            SELECT ${productColumns(sql)} FROM ${productTables(sql, "updated")}`)
          )
        }),
        setDiscarded: Effect.fnUntraced(function*({ barcode, id, sourceId, version }, discarded) {
          const problem = discarded || barcode === null ? undefined : yield* barcodeTaken(id, sourceId, barcode)
          if (problem !== undefined) return yield* problem
          return toProduct(
            yield* orConflict(sql<ProductRow>`
            WITH updated AS (
              UPDATE products SET discarded = ${discarded}, version = version + 1, updated_at = now()
              WHERE id = ${id} AND version = ${version} RETURNING *
            )
            SELECT ${productColumns(sql)} FROM ${productTables(sql, "updated")}`)
          )
        }),
        insert: Effect.fnUntraced(function*(record, references) {
          // A violation would abort the transaction; nothing inserted leaves it whole, so that what was in the way can be told.
          const [row] = yield* sql<ProductRow>`
            WITH inserted AS (
              ${insertRecords(sql, [record])} WHERE ${allLive(references)} ON CONFLICT DO NOTHING RETURNING *
            )
            SELECT ${productColumns(sql)} FROM ${productTables(sql, "inserted")}`
          return row === undefined ? undefined : toProduct(row)
        }),
        obstacle: Effect.fnUntraced(function*(record) {
          const problem = yield* taken(record)
          return yield* problem ?? Effect.die("a product was not inserted, and nothing was in its way")
        })
      })
    })
  )
}
