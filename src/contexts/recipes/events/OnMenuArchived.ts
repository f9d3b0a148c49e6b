import { on } from "../../../kernel/EventWorkers.ts"
import { MenuArchived } from "../contract/RecipesEvents.ts"
import { flagStale } from "../shopping/flagStale.ts"

/** Lists are of menus as they were. */
export const OnMenuArchived = on(
  MenuArchived,
  "recipes/OnMenuArchived",
  ({ items }) => flagStale("menu", items.map(({ id }) => id))
)
