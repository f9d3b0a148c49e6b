import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { ProductChanged } from "../../products/contract/ProductEvents.ts"
import { outdateMenusWithProducts } from "../menu/recomputeMenus.ts"
import { outdateRecipesWith } from "../recipe/recomputeRecipes.ts"

/** Recipes are computed anew with what their products say now, and menus with what clients should not eat of them. */
export const OnProductChanged = on(ProductChanged, "recipes/OnProductChanged", ({ items }) => {
  const ofAllergens = items.filter(({ allergensChanged }) => allergensChanged).map(({ id }) => id)
  const ofRecipes = items
    .filter(({ allergensChanged, nutritionChanged }) => nutritionChanged || allergensChanged)
    .map(({ id }) => id)
  return Effect.andThen(outdateRecipesWith(ofRecipes), outdateMenusWithProducts(ofAllergens))
})
