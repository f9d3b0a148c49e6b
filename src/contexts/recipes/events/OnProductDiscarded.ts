import { on } from "../../../kernel/EventWorkers.ts"
import { ProductDiscarded } from "../../products/contract/ProductEvents.ts"
import { outdateRecipesWith } from "../recipe/recomputeRecipes.ts"

/** What is discarded counts as missing. */
export const OnProductDiscarded = on(
  ProductDiscarded,
  "recipes/OnProductDiscarded",
  ({ items }) => outdateRecipesWith(items.map(({ id }) => id))
)
