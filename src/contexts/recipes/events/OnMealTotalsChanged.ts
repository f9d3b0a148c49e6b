import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { MealTotalsChanged } from "../contract/RecipesEvents.ts"
import { outdateMenusWithMeals } from "../menu/recomputeMenus.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** Menus follow the totals of their meals; lists are of before. */
export const OnMealTotalsChanged = on(
  MealTotalsChanged,
  "recipes/OnMealTotalsChanged",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateMenusWithMeals(ids), flagStale("meal", ids))
  }
)
