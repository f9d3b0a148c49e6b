import { on } from "../../../kernel/EventWorkers.ts"
import { ClientChanged } from "../contract/RecipesEvents.ts"
import { outdateMenusOf } from "../menu/recomputeMenus.ts"

/** Menus that have no targets of their own, and the conflicts of all, follow their client. */
export const OnClientChanged = on(
  ClientChanged,
  "recipes/OnClientChanged",
  ({ items }) =>
    outdateMenusOf(
      items
        .filter(({ changedFields }) => changedFields.includes("targets") || changedFields.includes("restrictions"))
        .map(({ id }) => id)
    )
)
