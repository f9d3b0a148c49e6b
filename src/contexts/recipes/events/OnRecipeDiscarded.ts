import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { RecipeDiscarded } from "../contract/RecipesEvents.ts"
import { outdateMealsWith } from "../meal/recomputeMeals.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** What is discarded counts as missing, also in meals; lists are of before. */
export const OnRecipeDiscarded = on(
  RecipeDiscarded,
  "recipes/OnRecipeDiscarded",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateMealsWith(ids), flagStale("recipe", ids))
  }
)
