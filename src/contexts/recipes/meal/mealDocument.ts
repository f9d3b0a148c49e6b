import { Effect, Schema } from "effect"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { faultsOf, sharedCode } from "../../../kernel/faults.ts"
import { mergePatch } from "../../../kernel/mergePatch.ts"
import { oversized } from "../../../kernel/oversized.ts"
import { MealInput, type MealPatch } from "../contract/Meal.ts"
import { PositionsNotConsecutive } from "../contract/RecipeProblems.ts"
import type { MealRow } from "./MealRow.ts"

const decode = Schema.decodeUnknownEffect(MealInput, { errors: "all", onExcessProperty: "error", reportInput: true })

/** The meal as the body that would create it, which a merge patch changes. */
const documentOf = (row: MealRow): Schema.JsonObject => ({
  name: row.name,
  description: row.description,
  notes: row.notes,
  imageUrl: row.imageUrl,
  privacy: row.privacy,
  tags: row.tags.map((tag) => ({ ...tag })),
  like: row.like,
  components: row.kept.map(({ portions, recipeId }, position) => ({ recipeId, portions, position }))
})

export const inputOf = (row: MealRow) => Effect.orDie(decode(documentOf(row)))

/** What a meal is made from, after a patch. */
export const patched = Effect.fnUntraced(function*(row: MealRow, patch: MealPatch) {
  const merged = mergePatch(documentOf(row), patch)
  const errors = oversized(MealInput.ast, merged)
  if (errors.length > 0) return yield* new InvalidRequest({ errors })
  return yield* Effect.mapError(decode(merged), ({ issue }) => {
    const faults = faultsOf(issue, "pointer")
    return sharedCode(faults) === "positions_not_consecutive"
      ? new PositionsNotConsecutive({ errors: faults })
      : new InvalidRequest({ errors: faults })
  })
})
