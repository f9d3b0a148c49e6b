import { on } from "../../../kernel/EventWorkers.ts"
import { RecipeRestored } from "../contract/RecipesEvents.ts"
import { outdateMealsWith } from "../meal/recomputeMeals.ts"

/** What is restored counts again, also in meals. */
export const OnRecipeRestored = on(
  RecipeRestored,
  "recipes/OnRecipeRestored",
  ({ items }) => outdateMealsWith(items.map(({ id }) => id))
)
