import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { RecipeChanged } from "../contract/RecipesEvents.ts"
import { outdateMealsWith } from "../meal/recomputeMeals.ts"
import { outdateMenusWithRecipes } from "../menu/recomputeMenus.ts"

/** Meals follow their recipes, and menus what is eaten in them. */
export const OnRecipeChanged = on(
  RecipeChanged,
  "recipes/OnRecipeChanged",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateMealsWith(ids), outdateMenusWithRecipes(ids))
  }
)
