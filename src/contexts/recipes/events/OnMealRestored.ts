import { on } from "../../../kernel/EventWorkers.ts"
import { MealRestored } from "../contract/RecipesEvents.ts"
import { outdateMenusWithMeals } from "../menu/recomputeMenus.ts"

/** What is restored counts again, also in menus. */
export const OnMealRestored = on(
  MealRestored,
  "recipes/OnMealRestored",
  ({ items }) => outdateMenusWithMeals(items.map(({ id }) => id))
)
