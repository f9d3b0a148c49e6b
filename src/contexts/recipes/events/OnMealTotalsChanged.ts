import { on } from "../../../kernel/EventWorkers.ts"
import { MealTotalsChanged } from "../contract/RecipesEvents.ts"
import { outdateMenusWithMeals } from "../menu/recomputeMenus.ts"

/** Menus follow the totals of their meals. */
export const OnMealTotalsChanged = on(
  MealTotalsChanged,
  "recipes/OnMealTotalsChanged",
  ({ items }) => outdateMenusWithMeals(items.map(({ id }) => id))
)
