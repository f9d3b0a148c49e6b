import { Context, DateTime, Effect, Layer } from "effect"
import { type Actors, readingActor } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type {
  CursorMismatch,
  InvalidRequest,
  PageTooDeep,
  UserDisabled,
  UserUnknown
} from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential, UserId } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import { UserLookup } from "../../iam/contract/UserLookup.ts"
import {
  type classificationFilters,
  type ClassificationId,
  type ClassificationKind,
  ClassificationNotFound,
  type ClassificationQuery,
  type Source
} from "../contract/Classification.ts"

type Refused = UserUnknown | UserDisabled

interface Row extends Omit<Source, "author" | "createdAt" | "updatedAt"> {
  readonly authorId: UserId | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The column of `products` that holds references of the kind. */
const referenceColumns: Record<ClassificationKind, string> = {
  source: "source_id",
  brand: "brand_id",
  category: "category_id",
  parentCategory: "parent_category_id",
  foodGroup: "food_group_id",
  processType: "process_type_id"
}

const columns: Record<keyof typeof classificationFilters, Column> = {
  id: { expression: "k.id", type: "uuid", nullable: false },
  name: { expression: "k.name", type: "text", nullable: false, folded: ["k.name_key"] },
  createdAt: { expression: "k.created_at", type: "timestamptz", nullable: false },
  updatedAt: { expression: "k.updated_at", type: "timestamptz", nullable: false }
}

const column = columnsOf(columns)

/** Reads of all six kinds. A source's own members are read for every kind, and left out where they do not belong. */
export class ClassificationQueries extends Context.Service<ClassificationQueries, {
  list(
    kind: ClassificationKind,
    query: ClassificationQuery
  ): Effect.Effect<Page<Source>, Refused | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
  get(
    kind: ClassificationKind,
    id: ClassificationId
  ): Effect.Effect<Source, Refused | ClassificationNotFound, CurrentCredential>
}>()("cardapio/contexts/products/classification/ClassificationQueries") {
  static readonly layer: Layer.Layer<ClassificationQueries, never, Reads | Actors | UserLookup> = Layer.effect(
    ClassificationQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const users = yield* UserLookup
      const actor = yield* readingActor

      const select = (kind: ClassificationKind) =>
        sql`k.id, k.name, k.description, k.author_id, k.version, k.created_at, k.updated_at, k.key, k.rank, k.licence,
          k.attribution, k.url, (
            SELECT count(*)::integer FROM products p
            WHERE p.${sql(referenceColumns[kind])} = k.id AND NOT p.discarded
          ) AS product_count`

      const answered = Effect.fnUntraced(function*(rows: ReadonlyArray<Row>) {
        const authors = rows.flatMap(({ authorId }) => authorId === null ? [] : [authorId])
        const names = yield* users.names([...new Set(authors)])
        return rows.map(({ authorId, createdAt, updatedAt, ...row }): Source => ({
          ...row,
          author: authorId === null ? null : { id: authorId, name: names.get(authorId) ?? null },
          createdAt: DateTime.makeUnsafe(createdAt),
          updatedAt: DateTime.makeUnsafe(updatedAt)
        }))
      })

      return ClassificationQueries.of({
        list: Effect.fn("ClassificationQueries.list")(function*(kind, query) {
          yield* actor
          const page = yield* list<Row>(sql, {
            query,
            select: select(kind),
            from: sql`classifications k`,
            filters: column,
            where: [sql`k.kind = ${kind}`, sql`NOT k.deleted`],
            sortable: column,
            defaultSort: { field: "name", descending: false },
            id: columns.id
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: yield* answered(page.data) }
        }),
        get: Effect.fn("ClassificationQueries.get")(function*(kind, id) {
          yield* actor
          const rows = yield* Effect.orDie(
            sql<Row>`SELECT ${
              select(kind)
            } FROM classifications k WHERE k.kind = ${kind} AND k.id = ${id} AND NOT k.deleted`
          )
          const [found] = yield* answered(rows)
          return found ?? (yield* new ClassificationNotFound({}))
        })
      })
    })
  )
}
