import { on } from "../../../kernel/EventWorkers.ts"
import { MealDiscarded } from "../contract/RecipesEvents.ts"
import { outdateMenusWithMeals } from "../menu/recomputeMenus.ts"

/** What is discarded counts as missing, also in menus. */
export const OnMealDiscarded = on(
  MealDiscarded,
  "recipes/OnMealDiscarded",
  ({ items }) => outdateMenusWithMeals(items.map(({ id }) => id))
)
