import { on } from "../../../kernel/EventWorkers.ts"
import { MenuDiscarded } from "../contract/RecipesEvents.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** Lists are of menus as they were. */
export const OnMenuDiscarded = on(
  MenuDiscarded,
  "recipes/OnMenuDiscarded",
  ({ items }) => flagStale("menu", items.map(({ id }) => id))
)
