import { Context, DateTime, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { type Column, columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import type { FoodVote, foodVoteFilters, FoodVoteQuery } from "../contract/FoodVotes.ts"
import type { ProductId } from "../contract/Product.ts"
import { ProductNotFound } from "../contract/ProductProblems.ts"

interface Row extends Omit<FoodVote, "createdAt" | "updatedAt"> {
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns: Record<keyof typeof foodVoteFilters, Column> = {
  houseId: { expression: "v.house_id", type: "uuid", nullable: false },
  isFood: { expression: "v.is_food", type: "boolean", nullable: false },
  createdAt: { expression: "v.created_at", type: "timestamptz", nullable: false },
  updatedAt: { expression: "v.updated_at", type: "timestamptz", nullable: false }
}

const column = columnsOf(columns)

export class FoodVoteQueries extends Context.Service<FoodVoteQueries, {
  /** The votes on a live product. */
  foodVotes(
    id: ProductId,
    query: FoodVoteQuery
  ): Effect.Effect<
    Page<FoodVote>,
    Unauthenticated | ProductNotFound | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
}>()("cardapio/contexts/products/vote/FoodVoteQueries") {
  static readonly layer: Layer.Layer<FoodVoteQueries, never, Reads | Actors> = Layer.effect(
    FoodVoteQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor
      return FoodVoteQueries.of({
        foodVotes: Effect.fn("FoodVoteQueries.foodVotes")(function*(id, query) {
          yield* actor
          const live = yield* Effect.orDie(sql`SELECT FROM products WHERE id = ${id} AND NOT discarded`)
          if (live.length === 0) return yield* new ProductNotFound({})
          const page = yield* list<Row>(sql, {
            query,
            select: sql`v.house_id, v.is_food, v.created_at, v.updated_at`,
            from: sql`food_votes v`,
            filters: column,
            where: [sql`v.product_id = ${id}`],
            sortable: column,
            defaultSort: { field: "updatedAt", descending: true },
            id: columns.houseId
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          const data = page.data.map(({ createdAt, houseId, isFood, updatedAt }) => ({
            houseId,
            isFood,
            createdAt: DateTime.makeUnsafe(createdAt),
            updatedAt: DateTime.makeUnsafe(updatedAt)
          }))
          return { ...page, data }
        })
      })
    })
  )
}
