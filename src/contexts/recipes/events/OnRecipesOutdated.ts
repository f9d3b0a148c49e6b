import { on } from "../../../kernel/EventWorkers.ts"
import { RecipesOutdated } from "../contract/RecipesEvents.ts"
import { recomputeRecipes } from "../recipe/recomputeRecipes.ts"

export const OnRecipesOutdated = on(
  RecipesOutdated,
  "recipes/OnRecipesOutdated",
  ({ items }) => recomputeRecipes(items.map(({ id }) => id))
)
