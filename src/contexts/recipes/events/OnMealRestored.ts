import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { MealRestored } from "../contract/RecipesEvents.ts"
import { outdateMenusWithMeals } from "../menu/recomputeMenus.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** What is restored counts again, also in menus; lists are of before. */
export const OnMealRestored = on(
  MealRestored,
  "recipes/OnMealRestored",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateMenusWithMeals(ids), flagStale("meal", ids))
  }
)
