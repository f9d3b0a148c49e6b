import { on } from "../../../kernel/EventWorkers.ts"
import { MealsOutdated } from "../contract/RecipesEvents.ts"
import { recomputeMeals } from "../meal/recomputeMeals.ts"

export const OnMealsOutdated = on(
  MealsOutdated,
  "recipes/OnMealsOutdated",
  ({ items }) => recomputeMeals(items.map(({ id }) => id))
)
