import { on } from "../../../kernel/EventWorkers.ts"
import { RecipeDiscarded } from "../contract/RecipesEvents.ts"
import { outdateMealsWith } from "../meal/recomputeMeals.ts"

/** What is discarded counts as missing, also in meals. */
export const OnRecipeDiscarded = on(
  RecipeDiscarded,
  "recipes/OnRecipeDiscarded",
  ({ items }) => outdateMealsWith(items.map(({ id }) => id))
)
