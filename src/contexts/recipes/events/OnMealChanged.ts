import { on } from "../../../kernel/EventWorkers.ts"
import { MealChanged } from "../contract/RecipesEvents.ts"
import { outdateMenusWithMeals } from "../menu/recomputeMenus.ts"

/** Menus follow their meals. */
export const OnMealChanged = on(
  MealChanged,
  "recipes/OnMealChanged",
  ({ items }) => outdateMenusWithMeals(items.map(({ id }) => id))
)
