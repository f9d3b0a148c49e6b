import { on } from "../../../kernel/EventWorkers.ts"
import { RecipeChanged } from "../contract/RecipesEvents.ts"
import { outdateMealsWith } from "../meal/recomputeMeals.ts"

/** Meals follow their recipes. */
export const OnRecipeChanged = on(
  RecipeChanged,
  "recipes/OnRecipeChanged",
  ({ items }) => outdateMealsWith(items.map(({ id }) => id))
)
