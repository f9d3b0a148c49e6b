import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { EventBus } from "../../../kernel/EventBus.ts"
import type { MealId } from "../contract/Meal.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import { MealsOutdated, MealTotalsChanged } from "../contract/RecipesEvents.ts"
import { batches } from "../events/batches.ts"
import { composeMeal, usedRecipes } from "./MealComponents.ts"
import { type ComposedRow, MealRepo } from "./MealRepo.ts"

/** Tells the workers of all meals with any of these recipes, in batches. One that is not there yet has read them as they are now. */
export const outdateMealsWith = Effect.fnUntraced(function*(recipes: ReadonlyArray<RecipeId>) {
  const ids = yield* (yield* MealRepo).using(recipes)
  const events = batches(ids).map((items) => eventOf(MealsOutdated, new MealsOutdated({ items })))
  yield* (yield* EventBus).publish(events, null)
})

/** Those of some meals for which something else follows, from their recipes as they are. */
export const differingMeals = Effect.fnUntraced(function*(sql: SqlClient.SqlClient, rows: ReadonlyArray<ComposedRow>) {
  const recipes = yield* usedRecipes(sql, rows.flatMap(({ kept }) => kept.map(({ recipeId }) => recipeId)), "")
  const byId = new Map(recipes.map((recipe) => [recipe.id, recipe]))
  return rows.flatMap((row) => {
    const composed = composeMeal(row, row.kept, row.kept.flatMap(({ recipeId }) => byId.get(recipeId) ?? []))
    const { components, computed, productIds, totalMinutes } = row
    const isSame = isDeepStrictEqual(composed, { components, computed, productIds, totalMinutes })
    return isSame ? [] : [{ id: row.id, composed }]
  })
})

/** Computes meals anew, from what is there once they are held, and tells of those for which something has changed. */
export const recomputeMeals = Effect.fnUntraced(function*(ids: ReadonlyArray<MealId>) {
  const meals = yield* MealRepo
  const changed = yield* differingMeals(yield* SqlClient.SqlClient, yield* meals.lockAll(ids))
  yield* meals.updateComposed(changed)
  const events = batches(changed.map(({ id }) => id)).map((items) =>
    eventOf(MealTotalsChanged, new MealTotalsChanged({ items }))
  )
  yield* (yield* EventBus).publish(events, null)
})
