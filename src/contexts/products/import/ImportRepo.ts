import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ClassificationId, ClassificationKind } from "../contract/Classification.ts"
import { toGtin14 } from "../contract/Gtin.ts"
import type { Checkpoint, ImportFormat, ImportReport, ImportRun } from "../contract/ImportedProduct.ts"
import {
  importColumns,
  insertRecords,
  type ProductRecord,
  recordColumns,
  updateRecords
} from "../product/ProductRecord.ts"
import type { BarcodeHolder } from "./BatchDecision.ts"
import { givenNutrients, type ImportedFields, type Origin, type StoredProduct } from "./ImportDecision.ts"

/** A classification that records name. */
export interface NamedClassification {
  readonly kind: ClassificationKind
  readonly name: string
}

/** A live classification; `key` is that of a seeded source. */
export interface FoundClassification {
  readonly id: ClassificationId
  readonly kind: ClassificationKind
  readonly key: string | null
  /** Whether this batch made it. */
  readonly made: boolean
}
type Found = NamedClassification & FoundClassification

const nameOf = ({ kind, name }: NamedClassification) => `${kind} ${name}`

/** A run that did not come to its end. */
export interface UnfinishedRun {
  readonly id: string
  readonly checkpoint: Checkpoint
  readonly report: ImportReport
}

type StoredRow = Omit<StoredProduct, "fields"> & Omit<ImportedFields, "nutrients"> & {
  readonly nutrients: Readonly<Record<string, number>>
  readonly nutrientMarks: Readonly<Record<string, "trace" | "below" | "derived">>
}

const toStored = (row: StoredRow): StoredProduct => {
  const {
    discarded,
    id,
    importRunId,
    manualFields,
    nutrientMarks,
    nutrients,
    recordHashes,
    sourceId,
    sourceRef,
    version,
    ...fields
  } = row
  return {
    id,
    version,
    sourceId,
    sourceRef,
    recordHashes,
    importRunId,
    discarded,
    manualFields,
    fields: { ...fields, nutrients: givenNutrients(nutrients, nutrientMarks) }
  }
}

const storedColumns = ["version", "discarded", ...Object.keys(recordColumns)]
  .filter((column) => !["normalised_name", "created_by"].includes(column)).map((column) => `p.${column}`).join(", ")

export class ImportRepo extends Context.Service<ImportRepo, {
  /** Holds the sources until the end of the transaction, in the order given. */
  lockSources(ids: ReadonlyArray<ClassificationId>): Effect.Effect<void, SqlError.SqlError>
  stored(origins: ReadonlyArray<Origin>): Effect.Effect<ReadonlyArray<StoredProduct>, SqlError.SqlError>
  /** The live products that carry one of these barcodes. */
  holders(
    barcodes: ReadonlyArray<{ readonly sourceId: ClassificationId; readonly barcode: string }>
  ): Effect.Effect<ReadonlyArray<BarcodeHolder>, SqlError.SqlError>
  /** Classifications by kind and name (a source by its key, too), none of which is deleted meanwhile; those that are not there are made. */
  classify(
    named: ReadonlyArray<NamedClassification>,
    author: UserId | null
  ): Effect.Effect<ReadonlyArray<Found>, SqlError.SqlError>
  /** Those of the classifications that are there, none of which is deleted meanwhile. */
  live(ids: ReadonlyArray<ClassificationId>): Effect.Effect<ReadonlyArray<FoundClassification>, SqlError.SqlError>
  /** Takes barcodes from the live products that carry them. */
  release(
    barcodes: ReadonlyArray<{ readonly sourceId: ClassificationId; readonly barcode: string }>
  ): Effect.Effect<void, SqlError.SqlError>
  create(records: ReadonlyArray<ProductRecord>): Effect.Effect<void, SqlError.SqlError>
  update(records: ReadonlyArray<ProductRecord>): Effect.Effect<void, SqlError.SqlError>
  saveRun(
    run: ImportRun,
    checkpoint: Checkpoint,
    report: ImportReport,
    startedBy: UserId | null
  ): Effect.Effect<void, SqlError.SqlError>
  finishRun(id: string): Effect.Effect<void, SqlError.SqlError>
  unfinished(format: ImportFormat, path: string): Effect.Effect<UnfinishedRun | undefined, SqlError.SqlError>
}>()("cardapio/contexts/products/import/ImportRepo") {
  static readonly layer = Layer.effect(
    ImportRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      return ImportRepo.of({
        lockSources: (ids) =>
          sql`SELECT pg_advisory_xact_lock(hashtextextended(id::text, 0)) FROM unnest(${[...ids]}::uuid[]) AS s(id)`,
        stored: (origins) =>
          Effect.map(
            sql<StoredRow>`
              SELECT ${sql.literal(storedColumns)} FROM products p
              JOIN unnest(${origins.map(({ sourceId }) => sourceId)}::uuid[],
                ${
              origins.map(({ sourceRef }) => sourceRef)
            }::text[]) AS o(source_id, source_ref) USING (source_id, source_ref)`,
            (rows) => rows.map(toStored)
          ),
        holders: (barcodes) =>
          sql<BarcodeHolder>`
            SELECT p.source_id, p.source_ref, p.gtin14 FROM products p
            JOIN unnest(${barcodes.map(({ sourceId }) => sourceId)}::uuid[],
              ${
            barcodes.map(({ barcode }) => toGtin14(barcode))
          }::text[]) AS b(source_id, gtin14) USING (source_id, gtin14)
            WHERE NOT p.discarded AND p.gtin14 IS NOT NULL`,
        classify: Effect.fnUntraced(function*(named, author) {
          const wanted = JSON.stringify(named.map((each) => ({ ...each, id: SecureRandom.uuidV7Unsafe() })))
          const names = sql`jsonb_to_recordset(${wanted}::jsonb) AS w(id uuid, kind text, name text)`
          const made = new Set<string>()
          let found: ReadonlyArray<Omit<Found, "made">>
          // Until all are held; one that is deleted in between is made anew.
          do {
            const inserted = yield* sql<{ id: string }>`
              INSERT INTO classifications (id, kind, name, author_id)
              SELECT DISTINCT ON (kind, fold_name(name)) id, kind, name, ${author}::uuid FROM ${names}
              WHERE kind <> 'source' OR NOT EXISTS (SELECT FROM classifications c WHERE c.key = w.name)
              ORDER BY kind, fold_name(name)
              ON CONFLICT (kind, name_key) WHERE NOT deleted DO NOTHING RETURNING id`
            for (const { id } of inserted) made.add(id)
            found = yield* sql<Omit<Found, "made">>`
              WITH meant AS (
                SELECT w.kind, w.name, c.id FROM ${names}
                JOIN classifications c ON c.kind = w.kind AND c.name_key = fold_name(w.name) AND NOT c.deleted
                UNION ALL
                SELECT w.kind, w.name, c.id FROM ${names}
                JOIN classifications c ON w.kind = 'source' AND c.key = w.name
              )
              SELECT m.kind, m.name, c.id, c.key FROM meant m JOIN classifications c ON c.id = m.id AND NOT c.deleted
              ORDER BY c.id FOR KEY SHARE OF c`
          } while (Map.groupBy(found, nameOf).size < new Set(named.map(nameOf)).size)
          // A key wins over a source of that name.
          return found.map((each) => ({ ...each, made: made.has(each.id) }))
            .toSorted((a, b) => Number(a.key !== null) - Number(b.key !== null))
        }),
        live: (ids) =>
          sql<FoundClassification>`
            SELECT id, kind, key, false AS made FROM classifications WHERE id = ANY(${[...ids]}::uuid[]) AND NOT deleted
            ORDER BY id FOR KEY SHARE`,
        release: (barcodes) =>
          sql`
            UPDATE products p SET barcode = NULL
            FROM unnest(${barcodes.map(({ sourceId }) => sourceId)}::uuid[],
              ${barcodes.map(({ barcode }) => toGtin14(barcode))}::text[]) AS b(source_id, gtin14)
            WHERE p.source_id = b.source_id AND p.gtin14 = b.gtin14 AND NOT p.discarded`,
        create: (records) => sql`${insertRecords(sql, records)}`,
        update: (records) => sql`${updateRecords(sql, records, importColumns)}`,
        saveRun: ({ format, id, path }, { offset, sha256 }, report, startedBy) =>
          sql`
            INSERT INTO import_runs (id, format, path, checkpoint_offset, checkpoint_sha256, report, started_by)
            VALUES (${id}, ${format}, ${path}, ${offset}, ${sha256}, ${JSON.stringify(report)}::jsonb, ${startedBy})
            ON CONFLICT (id) DO UPDATE SET checkpoint_offset = excluded.checkpoint_offset,
              checkpoint_sha256 = excluded.checkpoint_sha256, report = excluded.report, updated_at = now()`,
        finishRun: (id) => sql`UPDATE import_runs SET state = 'finished', updated_at = now() WHERE id = ${id}`,
        unfinished: Effect.fnUntraced(function*(format, path) {
          const [row] = yield* sql<{
            id: string
            checkpointOffset: number
            checkpointSha256: string
            report: ImportReport
          }>`
            SELECT id, checkpoint_offset, checkpoint_sha256, report FROM import_runs
            WHERE format = ${format} AND path = ${path} AND state = 'running' ORDER BY started_at DESC LIMIT 1`
          if (row === undefined) return undefined
          return {
            id: row.id,
            report: row.report,
            checkpoint: { offset: row.checkpointOffset, sha256: row.checkpointSha256 }
          }
        })
      })
    })
  )
}
