import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { InvalidRequest, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { signedIn } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "../../iam/contract/Permissions.ts"
import type { Meal, MealId, MealInput, MealPatch } from "./Meal.ts"
import type { MealHasPrivateRecipes, MealNotFound } from "./MealProblems.ts"
import type { MenuId, SlotId } from "./Menu.ts"
import type { MenuArchivedProblem, MenuNotFound, SlotNotFound } from "./MenuProblems.ts"
import type { NotRestorable, PositionsNotConsecutive, RecipeNotFound } from "./RecipeProblems.ts"

type Changing = MealNotFound | PermissionMissing | VersionMismatch | VersionConflict

interface Addressed {
  readonly id: MealId
  readonly ifMatch: string | undefined
}

export class CreateMeal extends Request.TaggedClass("recipes/CreateMeal")<
  { readonly input: MealInput },
  Meal,
  RecipeNotFound | MealHasPrivateRecipes
> {}

export class UpdateMeal extends Request.TaggedClass("recipes/UpdateMeal")<
  Addressed & { readonly patch: MealPatch },
  Meal,
  Changing | InvalidRequest | PositionsNotConsecutive | RecipeNotFound | MealHasPrivateRecipes
> {}

export class DiscardMeal extends Request.TaggedClass("recipes/DiscardMeal")<Addressed, void, Changing> {}

export class RestoreMeal
  extends Request.TaggedClass("recipes/RestoreMeal")<Addressed, Meal, Changing | NotRestorable>
{}

/** A private copy for the caller, of the same recipes or of copies of them; in a slot it takes the place of what stands there. */
export class CopyMeal extends Request.TaggedClass("recipes/CopyMeal")<
  {
    readonly id: MealId
    readonly withRecipes: boolean
    readonly slot: { readonly menuId: MenuId; readonly slotId: SlotId } | undefined
  },
  Meal,
  MealNotFound | MenuNotFound | SlotNotFound | MenuArchivedProblem | VersionConflict
> {}

export type MealCommand = CreateMeal | UpdateMeal | DiscardMeal | RestoreMeal | CopyMeal

/** Whose meal it is decides the rest. */
export const mealPermissions = {
  "recipes/CreateMeal": signedIn,
  "recipes/UpdateMeal": signedIn,
  "recipes/DiscardMeal": signedIn,
  "recipes/RestoreMeal": signedIn,
  "recipes/CopyMeal": signedIn
} as const satisfies Record<MealCommand["_tag"], PolicyOf<"recipes">>
