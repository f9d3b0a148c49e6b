import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { EventBus } from "../../../kernel/EventBus.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import { type ProductFacts, ProductLookup } from "../../products/contract/ProductLookup.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import { RecipesOutdated, RecipeTotalsChanged } from "../contract/RecipesEvents.ts"
import { batches } from "../events/batches.ts"
import { computeRecipe } from "../nutrition/computeRecipe.ts"
import { derivedOf } from "../nutrition/derivedColumns.ts"
import { type ComputedRow, RecipeRepo } from "./RecipeRepo.ts"

/** Tells the workers of all recipes with any of these products, in batches. One that is not there yet has read them as they are now. */
export const outdateRecipesWith = Effect.fnUntraced(function*(products: ReadonlyArray<ProductId>) {
  if (products.length === 0) return
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ id: RecipeId }>`
    SELECT id FROM recipes WHERE product_ids && ${[...products]}::uuid[] AND discarded_at IS NULL ORDER BY id`
  const events = batches(rows.map(({ id }) => id)).map((items) =>
    eventOf(RecipesOutdated, new RecipesOutdated({ items }))
  )
  yield* (yield* EventBus).publish(events, null)
})

/** Those of some recipes whose totals are other ones, by their products as they are. */
export const differingRecipes = (rows: ReadonlyArray<ComputedRow>, facts: ReadonlyMap<ProductId, ProductFacts>) =>
  rows.flatMap((row) => {
    const computed = computeRecipe(row, facts)
    return isDeepStrictEqual(computed, row.computed) ? [] : [{ id: row.id, derived: derivedOf(computed, row.servings) }]
  })

export const productsIn = (rows: ReadonlyArray<ComputedRow>): ReadonlyArray<ProductId> =>
  rows.flatMap(({ ingredients }) => ingredients.flatMap(({ productId }) => productId ?? []))

/** Computes recipes anew, from what is there once they are held, and tells of those whose totals are other ones. */
export const recomputeRecipes = Effect.fnUntraced(function*(ids: ReadonlyArray<RecipeId>) {
  const recipes = yield* RecipeRepo
  const rows = yield* recipes.lockAll(ids)
  const changed = differingRecipes(rows, yield* (yield* ProductLookup).facts(productsIn(rows)))
  yield* recipes.updateDerived(changed)
  const events = batches(changed.map(({ id }) => id)).map((items) =>
    eventOf(RecipeTotalsChanged, new RecipeTotalsChanged({ items }))
  )
  yield* (yield* EventBus).publish(events, null)
})
