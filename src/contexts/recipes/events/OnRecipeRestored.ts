import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { RecipeRestored } from "../contract/RecipesEvents.ts"
import { outdateMealsWith } from "../meal/recomputeMeals.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** What is restored counts again, also in meals; lists are of before. */
export const OnRecipeRestored = on(
  RecipeRestored,
  "recipes/OnRecipeRestored",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateMealsWith(ids), flagStale("recipe", ids))
  }
)
