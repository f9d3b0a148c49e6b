import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { ProductChanged } from "../../products/contract/ProductEvents.ts"
import { outdateMenusWithProducts } from "../menu/recomputeMenus.ts"
import { outdateRecipesWith } from "../recipe/recomputeRecipes.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** Recipes are computed anew with what their products say now, and menus with what clients should not eat of them; lists are of before. */
export const OnProductChanged = on(ProductChanged, "recipes/OnProductChanged", ({ items }) => {
  const ofAllergens = items.filter(({ allergensChanged }) => allergensChanged).map(({ id }) => id)
  const ofRecipes = items
    .filter(({ allergensChanged, nutritionChanged }) => nutritionChanged || allergensChanged)
    .map(({ id }) => id)
  const ofLists = items
    .filter(({ allergensChanged, nutritionChanged, shoppingChanged }) =>
      nutritionChanged || shoppingChanged || allergensChanged
    )
    .map(({ id }) => id)
  return Effect.all(
    [outdateRecipesWith(ofRecipes), outdateMenusWithProducts(ofAllergens), flagStale("product", ofLists)],
    { discard: true }
  )
})
