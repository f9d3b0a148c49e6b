import { on } from "../../../kernel/EventWorkers.ts"
import { ProductRestored } from "../../products/contract/ProductEvents.ts"
import { outdateRecipesWith } from "../recipe/recomputeRecipes.ts"

/** What is restored counts again. */
export const OnProductRestored = on(
  ProductRestored,
  "recipes/OnProductRestored",
  ({ items }) => outdateRecipesWith(items.map(({ id }) => id))
)
