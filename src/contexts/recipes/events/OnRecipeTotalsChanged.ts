import { on } from "../../../kernel/EventWorkers.ts"
import { RecipeTotalsChanged } from "../contract/RecipesEvents.ts"
import { outdateMealsWith } from "../meal/recomputeMeals.ts"

/** Meals follow the totals of their recipes. */
export const OnRecipeTotalsChanged = on(
  RecipeTotalsChanged,
  "recipes/OnRecipeTotalsChanged",
  ({ items }) => outdateMealsWith(items.map(({ id }) => id))
)
