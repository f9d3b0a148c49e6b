import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import type { UserLookup } from "../../iam/contract/UserLookup.ts"
import {
  type classificationFilters,
  type ClassificationId,
  type ClassificationKind,
  ClassificationNotFound,
  type ClassificationQuery,
  type Source
} from "../contract/Classification.ts"
import { classificationAnswers, classificationColumns, type ClassificationRow } from "./ClassificationRow.ts"

const columns: Record<keyof typeof classificationFilters, Column> = {
  id: { expression: "k.id", type: "uuid", nullable: false },
  name: { expression: "k.name", type: "text", nullable: false, folded: ["k.name_key"] },
  createdAt: { expression: "k.created_at", type: "timestamptz", nullable: false },
  updatedAt: { expression: "k.updated_at", type: "timestamptz", nullable: false }
}

const column = columnsOf(columns)

/** Reads of all six kinds. */
export class ClassificationQueries extends Context.Service<ClassificationQueries, {
  list(
    kind: ClassificationKind,
    query: ClassificationQuery
  ): Effect.Effect<Page<Source>, Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
  get(
    kind: ClassificationKind,
    id: ClassificationId,
    discarded: boolean
  ): Effect.Effect<Source, Unauthenticated | ClassificationNotFound, CurrentCredential>
}>()("cardapio/contexts/products/classification/ClassificationQueries") {
  static readonly layer: Layer.Layer<ClassificationQueries, never, Reads | Actors | UserLookup> = Layer.effect(
    ClassificationQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor
      const answered = yield* classificationAnswers

      return ClassificationQueries.of({
        list: Effect.fn("ClassificationQueries.list")(function*(kind, query) {
          yield* actor
          const page = yield* list<ClassificationRow>(sql, {
            query,
            select: classificationColumns(sql, kind),
            from: sql`classifications k`,
            filters: column,
            where: [sql`k.kind = ${kind}`, query.discarded === true ? sql`k.deleted` : sql`NOT k.deleted`],
            sortable: column,
            defaultSort: { field: "name", descending: false },
            id: columns.id
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: yield* answered(page.data) }
        }),
        get: Effect.fn("ClassificationQueries.get")(function*(kind, id, discarded) {
          yield* actor
          const rows = yield* Effect.orDie(
            sql<ClassificationRow>`
              SELECT ${classificationColumns(sql, kind)} FROM classifications k
              WHERE k.kind = ${kind} AND k.id = ${id} AND (NOT k.deleted OR ${discarded})`
          )
          const [found] = yield* answered(rows)
          return found ?? (yield* new ClassificationNotFound({}))
        })
      })
    })
  )
}
