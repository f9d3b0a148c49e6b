import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { RecipeChanged } from "../contract/RecipesEvents.ts"
import { outdateMealsWith } from "../meal/recomputeMeals.ts"
import { outdateMenusWithRecipes } from "../menu/recomputeMenus.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** Meals follow their recipes, menus what is eaten in them; lists are of before. */
export const OnRecipeChanged = on(
  RecipeChanged,
  "recipes/OnRecipeChanged",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.all([outdateMealsWith(ids), outdateMenusWithRecipes(ids), flagStale("recipe", ids)], {
      discard: true
    })
  }
)
