import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { MealId } from "../contract/Meal.ts"
import type { MenuId } from "../contract/Menu.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import type { RecomputeNutrition } from "../contract/RecipeCommands.ts"
import { MealsOutdated, RecipesOutdated } from "../contract/RecipesEvents.ts"
import { batches } from "../events/batches.ts"
import { outdatedMenus } from "../menu/recomputeMenus.ts"

export const recomputeHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const handlers: Handlers<RecomputeNutrition> = {
    "recipes/RecomputeNutrition": Effect.fnUntraced(function*() {
      const recipes = yield* sql<{ id: RecipeId }>`SELECT id FROM recipes WHERE discarded_at IS NULL ORDER BY id`
      const meals = yield* sql<{ id: MealId }>`SELECT id FROM meals WHERE discarded_at IS NULL ORDER BY id`
      const menus = yield* sql<{ id: MenuId }>`SELECT id FROM menus WHERE discarded_at IS NULL ORDER BY id`
      return {
        answer: { recipes: recipes.length, meals: meals.length, menus: menus.length },
        events: [
          ...batches(recipes.map(({ id }) => id)).map((items) =>
            eventOf(RecipesOutdated, new RecipesOutdated({ items }))
          ),
          ...batches(meals.map(({ id }) => id)).map((items) => eventOf(MealsOutdated, new MealsOutdated({ items }))),
          ...outdatedMenus(menus.map(({ id }) => id))
        ]
      }
    })
  }
  return handlers
})
