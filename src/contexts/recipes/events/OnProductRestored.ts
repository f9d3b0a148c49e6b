import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { ProductRestored } from "../../products/contract/ProductEvents.ts"
import { outdateRecipesWith } from "../recipe/recomputeRecipes.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** What is restored counts again; lists are of before. */
export const OnProductRestored = on(
  ProductRestored,
  "recipes/OnProductRestored",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateRecipesWith(ids), flagStale("product", ids))
  }
)
