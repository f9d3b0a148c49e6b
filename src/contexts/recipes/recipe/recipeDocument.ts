import { Effect, Schema } from "effect"
import type { Fault } from "../../../kernel/contract/Problem.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { faultsOf, sharedCode } from "../../../kernel/faults.ts"
import { mergePatch } from "../../../kernel/mergePatch.ts"
import { oversized } from "../../../kernel/oversized.ts"
import { RecipeInput, type RecipePatch } from "../contract/Recipe.ts"
import { PositionsNotConsecutive, UnitNotAnAmount, UnitUnknown } from "../contract/RecipeProblems.ts"
import type { RecipeRow } from "./RecipeRow.ts"

const decode = Schema.decodeUnknownEffect(RecipeInput, { errors: "all", onExcessProperty: "error", reportInput: true })

/** The recipe as the body that would create it, which a merge patch changes. */
export const documentOf = (row: RecipeRow): Schema.JsonObject => ({
  name: row.name,
  description: row.description,
  notes: row.notes,
  tags: row.tags.map((tag) => ({ ...tag })),
  imageUrl: row.imageUrl,
  sourceUrl: row.sourceUrl,
  sourceAuthor: row.sourceAuthor,
  privacy: row.privacy,
  instructions: row.instructions.map((step) => ({ ...step })),
  ingredients: row.ingredients.map((ingredient) => ({ ...ingredient })),
  servings: row.servings,
  servingsAssumed: row.servingsAssumed,
  yieldText: row.yieldText,
  yieldGrams: row.yieldGrams,
  utensils: row.utensils,
  prepMinutes: row.prepMinutes,
  cookMinutes: row.cookMinutes,
  totalMinutes: row.givenTotalMinutes,
  nutritionOverride: row.nutritionOverride === null
    ? null
    : { ...row.nutritionOverride, values: { ...row.nutritionOverride.values } }
})

/** The recipe as it would be created. */
export const inputOf = (row: RecipeRow) => Effect.orDie(decode(documentOf(row)))

/** The problem that all faults are, where they share a code; else the general one. */
const problemOf = (errors: ReadonlyArray<Fault>) => {
  switch (sharedCode(errors)) {
    case "positions_not_consecutive":
      return new PositionsNotConsecutive({ errors })
    case "unit_unknown":
      return new UnitUnknown({ errors })
    case "unit_not_an_amount":
      return new UnitNotAnAmount({ errors })
    default:
      return new InvalidRequest({ errors })
  }
}

/** What a recipe is made from, after a patch. */
export const patched = Effect.fnUntraced(function*(row: RecipeRow, patch: RecipePatch) {
  const merged = mergePatch(documentOf(row), patch)
  const errors = oversized(RecipeInput.ast, merged)
  if (errors.length > 0) return yield* new InvalidRequest({ errors })
  return yield* Effect.mapError(decode(merged), ({ issue }) => problemOf(faultsOf(issue, "pointer")))
})
