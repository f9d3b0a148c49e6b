import { on } from "../../../kernel/EventWorkers.ts"
import { ProductChanged } from "../../products/contract/ProductEvents.ts"
import { outdateRecipesWith } from "../recipe/recomputeRecipes.ts"

/** Recipes are computed anew with what their products say now. */
export const OnProductChanged = on(ProductChanged, "recipes/OnProductChanged", ({ items }) =>
  outdateRecipesWith(
    items.filter(({ allergensChanged, nutritionChanged }) => nutritionChanged || allergensChanged).map(({ id }) => id)
  ))
