import { Effect } from "effect"
import { on } from "../../../kernel/EventWorkers.ts"
import { TagChanged } from "../contract/RecipesEvents.ts"
import { outdateMenusOfDislikers } from "../menu/recomputeMenus.ts"

/** Clients may dislike what a recipe was called, or is called now. */
export const OnTagChanged = on(
  TagChanged,
  "recipes/OnTagChanged",
  ({ type }) => type === "recipe" ? outdateMenusOfDislikers : Effect.void
)
