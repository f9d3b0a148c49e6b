import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError, type Statement } from "effect/sql"
import { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import {
  type ClassificationId,
  type ClassificationKind,
  NameTaken,
  type SourceInput
} from "../contract/Classification.ts"
import type { ProductId } from "../contract/Product.ts"
import { BarcodeTaken, SourceRefTaken } from "../contract/ProductProblems.ts"
import { classificationColumns, type ClassificationRow, referenceColumns } from "./ClassificationRow.ts"

/** What is written of a classification: every member of its input, null where there is none. */
export type ClassificationRecord = { readonly [M in keyof SourceInput]-?: Exclude<SourceInput[M], undefined> }

interface Moved {
  readonly id: ProductId
  readonly version: number
  readonly discarded: boolean
}

type Written<E = never> = Effect.Effect<ClassificationRow, SqlError.SqlError | E>

export class ClassificationRepo extends Context.Service<ClassificationRepo, {
  /** Held until the end of the transaction, so that changes of it come one after the other. */
  lock(kind: ClassificationKind, id: ClassificationId): Effect.Effect<ClassificationRow | undefined, SqlError.SqlError>
  /** Of any of the ids, held so that meanwhile no product comes to carry them either. */
  lockForDeletion(
    kind: ClassificationKind,
    ids: ReadonlyArray<ClassificationId>
  ): Effect.Effect<ReadonlyArray<ClassificationRow>, SqlError.SqlError>
  insert(
    kind: ClassificationKind,
    id: ClassificationId,
    record: ClassificationRecord,
    author: UserId | null
  ): Written<NameTaken>
  /** Writes the record as the version after that of the row. */
  update(
    kind: ClassificationKind,
    row: ClassificationRow,
    record: ClassificationRecord
  ): Written<NameTaken | VersionConflict>
  delete(kind: ClassificationKind, row: ClassificationRow): Written<VersionConflict>
  restore(kind: ClassificationKind, row: ClassificationRow): Written<NameTaken | VersionConflict>
  /** How many live products carry it. */
  uses(kind: ClassificationKind, id: ClassificationId): Effect.Effect<number, SqlError.SqlError>
  /** Lets all products that carry one carry another, discarded ones too. */
  reassign(
    kind: ClassificationKind,
    from: ClassificationId,
    to: ClassificationId
  ): Effect.Effect<ReadonlyArray<Moved>, SqlError.SqlError | BarcodeTaken | SourceRefTaken | VersionConflict>
}>()("cardapio/contexts/products/classification/ClassificationRepo") {
  static readonly layer = Layer.effect(
    ClassificationRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      type Rows = Effect.Effect<ReadonlyArray<ClassificationRow>, SqlError.SqlError>

      const isViolation = (error: SqlError.SqlError) => error.reason._tag === "UniqueViolation"

      const nameTaken = Effect.fnUntraced(function*(kind: ClassificationKind, name: string) {
        const [holder] = yield* sql<{ id: string }>`
          SELECT id FROM classifications WHERE kind = ${kind} AND name_key = fold_name(${name}) AND NOT deleted`
        return holder === undefined ? undefined : new NameTaken({ classificationId: holder.id })
      })
      /** The index decides. Its violation is undone alone, so that whoever has the name can be told; if it is gone by then, once more. */
      const named = (
        kind: ClassificationKind,
        name: string,
        write: Rows
      ): Effect.Effect<ReadonlyArray<ClassificationRow>, SqlError.SqlError | NameTaken> =>
        Effect.catchIf(
          sql.withTransaction(write),
          isViolation,
          () =>
            Effect.flatMap(nameTaken(kind, name), (taken) =>
              taken === undefined ? named(kind, name, write) : Effect.fail(taken))
        )
      const orConflict = <E>(written: Effect.Effect<ReadonlyArray<ClassificationRow>, E>) =>
        Effect.flatMap(
          written,
          ([row]) => row === undefined ? Effect.fail(new VersionConflict({})) : Effect.succeed(row)
        )
      const answering = (kind: ClassificationKind, write: Statement.Fragment): Rows =>
        sql<ClassificationRow>`WITH written AS (${write} RETURNING *) SELECT ${
          classificationColumns(sql, kind)
        } FROM written k`
      const setDeleted = (kind: ClassificationKind, { id, version }: ClassificationRow, deleted: boolean) =>
        answering(
          kind,
          sql`UPDATE classifications SET deleted = ${deleted}, version = version + 1, updated_at = now()
            WHERE id = ${id} AND version = ${version}`
        )
      /** What keeps the products of one source from going over to another. */
      const obstacle = Effect.fnUntraced(function*(from: ClassificationId, to: ClassificationId) {
        const pairs = (same: Statement.Fragment, reason: string) =>
          sql`SELECT ${reason} AS reason, moving.id AS moving_id, other.id AS other_id FROM products moving
            JOIN products other ON other.source_id = ${to} AND ${same} WHERE moving.source_id = ${from}`
        const [found] = yield* sql<{ reason: "sourceRef" | "barcode"; movingId: string; otherId: string }>`
          ${pairs(sql`other.source_ref = moving.source_ref`, "sourceRef")}
          UNION ALL
          ${pairs(sql`other.gtin14 = moving.gtin14 AND NOT other.discarded AND NOT moving.discarded`, "barcode")}
          LIMIT 1`
        if (found === undefined) return new VersionConflict({})
        const Taken = found.reason === "sourceRef" ? SourceRefTaken : BarcodeTaken
        return new Taken({
          productId: found.otherId,
          detail: `The product ${found.movingId} cannot be moved beside it.`
        })
      })

      return ClassificationRepo.of({
        lock: (kind, id) =>
          Effect.map(
            sql<ClassificationRow>`
              SELECT ${classificationColumns(sql, kind)} FROM classifications k WHERE k.kind = ${kind} AND k.id = ${id}
              FOR NO KEY UPDATE OF k`,
            ([row]) => row
          ),
        lockForDeletion: (kind, ids) =>
          sql<ClassificationRow>`
            SELECT ${classificationColumns(sql, kind)} FROM classifications k
            WHERE k.kind = ${kind} AND k.id = ANY(${[...ids]}::uuid[]) ORDER BY k.id FOR UPDATE OF k`,
        insert: (kind, id, { attribution, description, licence, name, rank, url }, author) =>
          Effect.flatMap(
            named(
              kind,
              name,
              answering(
                kind,
                sql`INSERT INTO classifications (id, kind, name, description, rank, licence, attribution, url, author_id)
                VALUES (${id}, ${kind}, ${name}, ${description}, ${rank}, ${licence}, ${attribution}, ${url}, ${author})`
              )
            ),
            ([row]) => row === undefined ? Effect.die("nothing was inserted") : Effect.succeed(row)
          ),
        update: (kind, { id, version }, { attribution, description, licence, name, rank, url }) =>
          orConflict(named(
            kind,
            name,
            answering(
              kind,
              sql`UPDATE classifications SET name = ${name}, description = ${description}, rank = ${rank}, licence = ${licence},
                attribution = ${attribution}, url = ${url}, version = version + 1, updated_at = now()
              WHERE id = ${id} AND version = ${version}`
            )
          )),
        delete: (kind, row) => orConflict(setDeleted(kind, row, true)),
        restore: (kind, row) => orConflict(named(kind, row.name, setDeleted(kind, row, false))),
        uses: (kind, id) =>
          Effect.map(
            sql<{ count: number }>`
              SELECT count(*)::integer AS count FROM products
              WHERE ${sql(referenceColumns[kind])} = ${id} AND NOT discarded`,
            ([row]) => row?.count ?? 0
          ),
        reassign: (kind, from, to) => {
          const column = sql(referenceColumns[kind])
          // Where no stored column is to be made again, PostgreSQL 18 looks for each row whether one is. So one is: `gtin14`.
          const move = sql<Moved>`
            UPDATE products SET ${column} = ${to}, version = version + 1, updated_at = now(), barcode = barcode,
              manual_fields = array_remove(manual_fields, ${kind}) || ${kind}::text
            WHERE ${column} = ${from} RETURNING id, version, discarded`
          return Effect.catchIf(
            sql.withTransaction(move),
            isViolation,
            () => Effect.flatMap(obstacle(from, to), Effect.fail)
          )
        }
      })
    })
  )
}
