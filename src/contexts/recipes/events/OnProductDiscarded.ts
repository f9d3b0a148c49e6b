import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { ProductDiscarded } from "../../products/contract/ProductEvents.ts"
import { outdateRecipesWith } from "../recipe/recomputeRecipes.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** What is discarded counts as missing; lists are of before. */
export const OnProductDiscarded = on(
  ProductDiscarded,
  "recipes/OnProductDiscarded",
  ({ items }) => {
    const ids = items.map(({ id }) => id)
    return Effect.andThen(outdateRecipesWith(ids), flagStale("product", ids))
  }
)
