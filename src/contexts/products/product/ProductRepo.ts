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

/** The members of a record that no other product may share. */
type Placed = Pick<ProductRecord, "id" | "source_id" | "source_ref" | "barcode">

/** What stands in the way of the record with this id: another product has its source reference or its barcode. */
export interface Obstacle {
  readonly id: string
  readonly productId: ProductId
  readonly code: "source_ref_taken" | "barcode_taken"
}

/** A product that was inserted; `source` is the key of a seeded source, else its id. */
export interface Inserted {
  readonly id: ProductId
  readonly source: string
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
    references: ReadonlyArray<Referable>
  ): Effect.Effect<Product | undefined, SqlError.SqlError>
  /** As `insert`, of many: all of them, or nothing that may be kept. */
  insertAll(
    records: ReadonlyArray<ProductRecord>,
    references: ReadonlyArray<Referable>
  ): Effect.Effect<ReadonlyArray<Inserted> | undefined, SqlError.SqlError>
  /** What is in the way of a record that was not inserted; a conflict where it has gone meanwhile. */
  obstacle(
    record: ProductRecord
  ): Effect.Effect<never, SqlError.SqlError | BarcodeTaken | SourceRefTaken | VersionConflict>
  /** All that stands in the way of some records, one look for each of the two rules. */
  obstacles(records: ReadonlyArray<Placed>): Effect.Effect<ReadonlyArray<Obstacle>, SqlError.SqlError>
}>()("cardapio/contexts/products/product/ProductRepo") {
  static readonly layer = Layer.effect(
    ProductRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient

      const obstacles = (records: ReadonlyArray<Placed>) => {
        const wanted = records.map(({ barcode, id, source_id, source_ref }) => ({ id, source_id, source_ref, barcode }))
        const columns = sql.literal("AS r(id uuid, source_id uuid, source_ref text, barcode text)")
        return sql<Obstacle>`
          WITH r AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) ${columns})
          SELECT r.id, p.id AS product_id, 'source_ref_taken' AS code FROM r
          JOIN products p ON p.source_id = r.source_id AND p.source_ref = r.source_ref
          WHERE p.id NOT IN (SELECT id FROM r)
          UNION ALL
          SELECT r.id, p.id, 'barcode_taken' FROM r
          JOIN products p ON p.source_id = r.source_id AND p.gtin14 = lpad(r.barcode, 14, '0') AND NOT p.discarded
          WHERE p.id NOT IN (SELECT id FROM r)
          ORDER BY code DESC`
      }
      const taken = (record: Placed) =>
        Effect.map(obstacles([record]), ([first]) =>
          first === undefined
            ? undefined
            : first.code === "source_ref_taken"
            ? new SourceRefTaken({ productId: first.productId })
            : new BarcodeTaken({ productId: first.productId }))
      const allLive = (references: ReadonlyArray<Referable>) =>
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
        setDiscarded: Effect.fnUntraced(function*({ barcode, id, sourceId, sourceRef, version }, discarded) {
          const placed = { id, source_id: sourceId, source_ref: sourceRef, barcode }
          const [same] = discarded || barcode === null ? [] : yield* obstacles([placed])
          if (same !== undefined) return yield* new BarcodeTaken({ productId: same.productId })
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
        insertAll: Effect.fnUntraced(function*(records, references) {
          const rows = yield* sql<Inserted>`
            WITH inserted AS (
              ${insertRecords(sql, records)} WHERE ${allLive(references)} ON CONFLICT DO NOTHING RETURNING id, source_id
            )
            SELECT i.id, coalesce(s.key, s.id::text) AS source FROM inserted i JOIN classifications s ON s.id = i.source_id`
          return rows.length === records.length ? rows : undefined
        }),
        obstacle: Effect.fnUntraced(function*(record) {
          return yield* (yield* taken(record)) ?? new VersionConflict({})
        }),
        obstacles
      })
    })
  )
}
