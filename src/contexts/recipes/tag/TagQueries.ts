import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import { type tagFilters, type TagId, TagNotFound, type TagQuery, type TagResource } from "../contract/TagResource.ts"
import { managedTypes } from "./managedTypes.ts"
import { tagColumns, type TagRow, toTag, usageCount } from "./TagRow.ts"

const text = (expression: string): Column => ({ expression, type: "text", nullable: false })
const instant = (expression: string): Column => ({ expression, type: "timestamptz", nullable: false })

const columns: Record<keyof typeof tagFilters, Column> = {
  id: { expression: "t.id", type: "uuid", nullable: false },
  key: text("t.key"),
  value: text("t.value"),
  type: text("t.type"),
  usageCount: { expression: `${usageCount}::float8`, type: "float8", nullable: false },
  createdAt: instant("t.created_at"),
  updatedAt: instant("t.updated_at")
}
const column = columnsOf(columns)

export class TagQueries extends Context.Service<TagQueries, {
  listTags(
    query: TagQuery
  ): Effect.Effect<
    Page<TagResource>,
    Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
  getTag(id: TagId): Effect.Effect<TagResource, Unauthenticated | TagNotFound, CurrentCredential>
}>()("cardapio/contexts/recipes/tag/TagQueries") {
  static readonly layer: Layer.Layer<TagQueries, never, Reads | Actors> = Layer.effect(
    TagQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor

      return TagQueries.of({
        listTags: Effect.fn("TagQueries.listTags")(function*(query) {
          const reader = yield* actor
          const author = query.authorId ?? reader.userId
          const page = yield* list<TagRow>(sql, {
            query: {
              ...query,
              sort: query.sort ?? [{ field: "key", descending: false }, { field: "value", descending: false }]
            },
            select: sql.literal(tagColumns),
            from: sql`tags t`,
            filters: column,
            where: [
              sql`t.author_id = ${author}`,
              author === reader.userId ? sql`TRUE` : sql`t.type = ANY(${[...managedTypes(reader)]}::text[])`
            ],
            sortable: column,
            defaultSort: { field: "key", descending: false },
            id: columns.id
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toTag) }
        }),
        getTag: Effect.fn("TagQueries.getTag")(function*(id) {
          const reader = yield* actor
          const [row] = yield* Effect.orDie(
            sql<TagRow>`
              SELECT ${sql.literal(tagColumns)} FROM tags t
              WHERE t.id = ${id} AND (t.author_id = ${reader.userId} OR t.type = ANY(${[
              ...managedTypes(reader)
            ]}::text[]))`
          )
          return row === undefined ? yield* new TagNotFound({}) : toTag(row)
        })
      })
    })
  )
}
