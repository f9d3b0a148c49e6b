import { on } from "../../../kernel/EventWorkers.ts"
import { MenusOutdated } from "../contract/RecipesEvents.ts"
import { recomputeMenus } from "../menu/recomputeMenus.ts"

export const OnMenusOutdated = on(
  MenusOutdated,
  "recipes/OnMenusOutdated",
  ({ items }) => recomputeMenus(items.map(({ id }) => id))
)
