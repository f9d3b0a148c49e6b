import { Effect } from "effect"
import { freshDatabase } from "./BenchDatabase.ts"
import { runScript } from "./runScript.ts"

export interface RecipesResult {
  /** Until all recipes, meals and menus with a food follow its change, ms. */
  readonly settled: number
  /** Stored totals that are not those computed from scratch, of those looked at. */
  readonly differing: number
  /** 95th percentiles of 200 runs, ms. */
  readonly read: number
  readonly ranges: number
  readonly searched: number
}

/** A food in 10,000 recipes, 2,000 meals and 500 menus changes; then 100,000 recipes are searched. */
export const recipesPart = Effect.gen(function*() {
  const { environment } = yield* freshDatabase("recipes")
  // One statement makes 90,000 recipes.
  return yield* runScript<RecipesResult>("recipes-run.ts", { ...environment, COMMAND_TIMEOUT: "10 min" })
}).pipe(Effect.scoped)
