import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { MealChanged } from "../contract/RecipesEvents.ts"
import { outdateMenusWithMeals } from "../menu/recomputeMenus.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** Menus follow their meals; lists are of before. */
export const OnMealChanged = on(
  MealChanged,
  "recipes/OnMealChanged",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateMenusWithMeals(ids), flagStale("meal", ids))
  }
)
