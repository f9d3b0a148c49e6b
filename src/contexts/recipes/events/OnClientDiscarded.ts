import { on } from "../../../kernel/EventWorkers.ts"
import { ClientDiscarded } from "../contract/RecipesEvents.ts"
import { archiveMenusOf } from "../menu/archiveMenusOf.ts"

/** Menus of one who is no client any more are archived, and stay so. */
export const OnClientDiscarded = on(
  ClientDiscarded,
  "recipes/OnClientDiscarded",
  ({ items }) => archiveMenusOf(items.map(({ id }) => id))
)
