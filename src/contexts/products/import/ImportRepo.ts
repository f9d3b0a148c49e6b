import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, type SqlError } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ClassificationId, ClassificationKind } from "../contract/Classification.ts"
import type { Checkpoint, ImportFormat, ImportReport, ImportRun } from "../contract/ImportedProduct.ts"
import { importColumns, insertRecords, type ProductRecord, updateRecords } from "../product/ProductRecord.ts"
import { givenNutrients, type ImportedFields, type StoredProduct } from "./ImportDecision.ts"

/** A classification that records name. */
export interface NamedClassification {
  readonly kind: ClassificationKind
  readonly name: string
}

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
    sourceRef,
    version,
    ...fields
  } = row
  return {
    id,
    version,
    sourceRef,
    recordHashes,
    importRunId,
    discarded,
    manualFields,
    fields: { ...fields, nutrients: givenNutrients(nutrients, nutrientMarks) }
  }
}

export class ImportRepo extends Context.Service<ImportRepo, {
  /** The id of a format's source, held so that one batch at a time writes to it. */
  lockSource(format: ImportFormat): Effect.Effect<ClassificationId, SqlError.SqlError>
  stored(
    sourceId: ClassificationId,
    refs: ReadonlyArray<string>
  ): Effect.Effect<ReadonlyArray<StoredProduct>, SqlError.SqlError>
  /** The ids of classifications by kind and name; those that are not there are made. */
  classify(
    named: ReadonlyArray<NamedClassification>,
    author: UserId | null
  ): Effect.Effect<ReadonlyArray<NamedClassification & { readonly id: ClassificationId }>, SqlError.SqlError>
  write(
    created: ReadonlyArray<ProductRecord>,
    updated: ReadonlyArray<ProductRecord>
  ): Effect.Effect<void, SqlError.SqlError>
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
        lockSource: Effect.fnUntraced(function*(format) {
          const [row] = yield* sql<{ id: ClassificationId }>`
            SELECT id, pg_advisory_xact_lock(hashtextextended(id::text, 0)) FROM classifications WHERE key = ${format}`
          return row === undefined ? yield* Effect.die(`the source ${format} is missing`) : row.id
        }),
        stored: (sourceId, refs) =>
          Effect.map(
            sql<StoredRow>`
              SELECT id, version, source_ref, record_hashes, import_run_id, discarded, manual_fields, name, language, aliases, barcode,
                is_food, brand_id AS brand, category_id AS category, parent_category_id AS parent_category,
                food_group_id AS food_group, process_type_id AS process_type, nutrient_basis, nutrients, nutrient_marks,
                edible_yield, portions
              FROM products WHERE source_id = ${sourceId} AND source_ref = ANY(${[...refs]}::text[])`,
            (rows) => rows.map(toStored)
          ),
        classify: Effect.fnUntraced(function*(named, author) {
          const wanted = JSON.stringify(named.map((each) => ({ ...each, id: SecureRandom.uuidV7Unsafe() })))
          const names = sql`jsonb_to_recordset(${wanted}::jsonb) AS w(id uuid, kind text, name text)`
          yield* sql`
            INSERT INTO classifications (id, kind, name, author_id)
            SELECT DISTINCT ON (kind, fold_name(name)) id, kind, name, ${author}::uuid FROM ${names}
            ORDER BY kind, fold_name(name)
            ON CONFLICT (kind, name_key) WHERE NOT deleted DO NOTHING`
          return yield* sql<NamedClassification & { readonly id: ClassificationId }>`
            SELECT w.kind, w.name, c.id FROM ${names}
            JOIN classifications c ON c.kind = w.kind AND c.name_key = fold_name(w.name) AND NOT c.deleted`
        }),
        write: Effect.fnUntraced(function*(created, updated) {
          if (created.length > 0) yield* sql`${insertRecords(sql, created)}`
          if (updated.length > 0) yield* sql`${updateRecords(sql, updated, importColumns)}`
        }),
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
