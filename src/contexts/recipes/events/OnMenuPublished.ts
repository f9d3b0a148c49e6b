import { on } from "../../../kernel/EventWorkers.ts"
import { MenuPublished } from "../contract/RecipesEvents.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** Lists are of menus as they were. */
export const OnMenuPublished = on(
  MenuPublished,
  "recipes/OnMenuPublished",
  ({ items }) => flagStale("menu", items.map(({ id }) => id))
)
