import { on } from "../../../kernel/EventWorkers.ts"
import { MenuChanged } from "../contract/RecipesEvents.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** Lists are of menus as they were. */
export const OnMenuChanged = on(
  MenuChanged,
  "recipes/OnMenuChanged",
  ({ items }) => flagStale("menu", items.map(({ id }) => id))
)
