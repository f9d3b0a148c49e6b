import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ProductId } from "../contract/Product.ts"

/** How a live product stands between votes. */
export interface VotedProduct {
  readonly id: ProductId
  readonly version: number
  readonly yes: number
  readonly no: number
  readonly decision: boolean | null
  readonly effectiveIsFood: boolean | null
}

export class FoodVoteRepo extends Context.Service<FoodVoteRepo, {
  /** The live product, held until the end of the transaction, so that votes on it are counted one after the other. */
  lock(id: ProductId): Effect.Effect<VotedProduct | undefined, SqlError.SqlError>
  /** Likewise all live products with the GTIN-14. */
  lockBarcode(gtin14: string): Effect.Effect<ReadonlyArray<VotedProduct>, SqlError.SqlError>
  /** The votes that a house has on some products. */
  votes(
    ids: ReadonlyArray<ProductId>,
    houseId: UserId
  ): Effect.Effect<ReadonlyMap<ProductId, boolean>, SqlError.SqlError>
  /** Sets (or with null removes) the vote of a house on products of which it has another one, and counts. */
  write(
    ids: ReadonlyArray<ProductId>,
    houseId: UserId,
    vote: boolean | null
  ): Effect.Effect<ReadonlyArray<VotedProduct>, SqlError.SqlError>
}>()("cardapio/contexts/products/vote/FoodVoteRepo") {
  static readonly layer = Layer.effect(
    FoodVoteRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const columns = sql.literal(
        "p.id, p.version, p.food_votes_yes AS yes, p.food_votes_no AS no, p.food_vote_decision AS decision, p.effective_is_food"
      )
      return FoodVoteRepo.of({
        lock: (id) =>
          Effect.map(
            sql<VotedProduct>`SELECT ${columns} FROM products p WHERE p.id = ${id} AND NOT p.discarded FOR UPDATE`,
            ([product]) => product
          ),
        lockBarcode: (gtin14) =>
          sql<VotedProduct>`
            SELECT ${columns} FROM products p WHERE p.gtin14 = ${gtin14} AND NOT p.discarded ORDER BY p.id FOR UPDATE`,
        votes: (ids, houseId) =>
          Effect.map(
            sql<{ productId: ProductId; isFood: boolean }>`
              SELECT product_id, is_food FROM food_votes
              WHERE product_id = ANY(${[...ids]}::uuid[]) AND house_id = ${houseId}`,
            (rows) => new Map(rows.map(({ isFood, productId }) => [productId, isFood]))
          ),
        // All parts of the statement see the former votes, whatever it does to them.
        write: (ids, houseId, vote) => {
          const products = [...ids]
          const voted = vote === null
            ? sql`DELETE FROM food_votes WHERE product_id = ANY(${products}::uuid[]) AND house_id = ${houseId}`
            : sql`INSERT INTO food_votes (product_id, house_id, is_food)
                SELECT id, ${houseId}, ${vote} FROM unnest(${products}::uuid[]) AS id
                ON CONFLICT (product_id, house_id) DO UPDATE SET is_food = excluded.is_food, updated_at = now()`
          return sql<VotedProduct>`
            WITH former AS (
              SELECT product_id, is_food FROM food_votes
              WHERE product_id = ANY(${products}::uuid[]) AND house_id = ${houseId}
            ), voted AS (${voted})
            UPDATE products p SET
              food_votes_yes = p.food_votes_yes + ${vote === true ? 1 : 0} - (f.is_food IS TRUE)::integer,
              food_votes_no = p.food_votes_no + ${vote === false ? 1 : 0} - (f.is_food IS FALSE)::integer
            FROM unnest(${products}::uuid[]) AS voted_on(id) LEFT JOIN former f ON f.product_id = voted_on.id
            WHERE p.id = voted_on.id
            RETURNING ${columns}`
        }
      })
    })
  )
}
