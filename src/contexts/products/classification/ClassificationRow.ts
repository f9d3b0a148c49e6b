import { DateTime, Effect } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { UserLookup } from "../../iam/contract/UserLookup.ts"
import type { ClassificationKind, Source } from "../contract/Classification.ts"

/** A classification as it is read: a source's own members are there for every kind, and left out where they do not belong. */
export interface ClassificationRow extends Omit<Source, "author" | "createdAt" | "updatedAt"> {
  readonly authorId: UserId | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The column of `products` that holds references of the kind. */
export const referenceColumns: Readonly<Record<ClassificationKind, string>> = {
  source: "source_id",
  brand: "brand_id",
  category: "category_id",
  parentCategory: "parent_category_id",
  foodGroup: "food_group_id",
  processType: "process_type_id"
}

/** The columns of a `ClassificationRow`, over `classifications k` or what stands for it. */
export const classificationColumns = (sql: SqlClient.SqlClient, kind: ClassificationKind): Statement.Fragment =>
  sql`k.id, k.name, k.description, k.author_id, k.version, k.deleted AS discarded, k.created_at, k.updated_at, k.key, k.rank,
    k.licence, k.attribution, k.url, (
      SELECT count(*)::integer FROM products p WHERE p.${sql(referenceColumns[kind])} = k.id AND NOT p.discarded
    ) AS product_count`

/** Rows as they are answered, with the names of their authors. */
export const classificationAnswers = Effect.map(
  UserLookup,
  (users) =>
    Effect.fnUntraced(function*(rows: ReadonlyArray<ClassificationRow>) {
      const authors = rows.flatMap(({ authorId }) => authorId === null ? [] : [authorId])
      const names = yield* users.names([...new Set(authors)])
      return rows.map(({ authorId, createdAt, updatedAt, ...row }): Source => ({
        ...row,
        author: authorId === null ? null : { id: authorId, name: names.get(authorId) ?? null },
        createdAt: DateTime.makeUnsafe(createdAt),
        updatedAt: DateTime.makeUnsafe(updatedAt)
      }))
    })
)
