import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { MealDiscarded } from "../contract/RecipesEvents.ts"
import { outdateMenusWithMeals } from "../menu/recomputeMenus.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** What is discarded counts as missing, also in menus; lists are of before. */
export const OnMealDiscarded = on(
  MealDiscarded,
  "recipes/OnMealDiscarded",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateMenusWithMeals(ids), flagStale("meal", ids))
  }
)
