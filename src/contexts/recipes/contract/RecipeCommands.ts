import { Request } from "effect"
import type { VersionConflict, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import type { InvalidRequest, PermissionMissing } from "../../../kernel/contract/Problems.ts"
import { signedIn } from "../../../kernel/contract/Rights.ts"
import type { PolicyOf } from "../../iam/contract/Permissions.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import type { Rating, RatingInput, Recipe, RecipeId, RecipeInput, RecipePatch, Recomputing } from "./Recipe.ts"
import type {
  NotRestorable,
  PositionsNotConsecutive,
  ProductUnknown,
  RatingNotFound,
  RecipeNotFound,
  UnitNotAnAmount,
  UnitUnknown
} from "./RecipeProblems.ts"

/** What a recipe can be refused for, besides the shape of its body. */
export type RecipeFault = InvalidRequest | PositionsNotConsecutive | ProductUnknown | UnitUnknown | UnitNotAnAmount

type Changing = RecipeNotFound | PermissionMissing | VersionMismatch | VersionConflict

interface Addressed {
  readonly id: RecipeId
  readonly ifMatch: string | undefined
}

export class CreateRecipe
  extends Request.TaggedClass("recipes/CreateRecipe")<{ readonly input: RecipeInput }, Recipe, ProductUnknown>
{}

export class UpdateRecipe extends Request.TaggedClass("recipes/UpdateRecipe")<
  Addressed & { readonly patch: RecipePatch },
  Recipe,
  Changing | RecipeFault
> {}

export class DiscardRecipe extends Request.TaggedClass("recipes/DiscardRecipe")<Addressed, void, Changing> {}

export class RestoreRecipe
  extends Request.TaggedClass("recipes/RestoreRecipe")<Addressed, Recipe, Changing | NotRestorable>
{}

/** A private copy for the caller, without ratings. */
export class CopyRecipe
  extends Request.TaggedClass("recipes/CopyRecipe")<{ readonly id: RecipeId }, Recipe, RecipeNotFound>
{}

export class RateRecipe extends Request.TaggedClass("recipes/RateRecipe")<
  { readonly id: RecipeId; readonly input: RatingInput },
  Rating,
  RecipeNotFound
> {}

export class WithdrawRating extends Request.TaggedClass("recipes/WithdrawRating")<
  { readonly id: RecipeId },
  void,
  RecipeNotFound | RatingNotFound
> {}

/** Makes recipes that were read from a page, all or none. */
export class ImportRecipes extends Request.TaggedClass("recipes/ImportRecipes")<
  { readonly inputs: ReadonlyArray<RecipeInput> },
  ReadonlyArray<Recipe>,
  ProductUnknown
> {}

/** Says which products some ingredients are. */
export class LinkIngredients extends Request.TaggedClass("recipes/LinkIngredients")<
  Addressed & { readonly links: ReadonlyArray<{ readonly position: number; readonly productId: ProductId | null }> },
  Recipe,
  Changing | RecipeFault
> {}

/** Lets the workers compute all recipes and meals anew; how many there are. */
export class RecomputeNutrition
  extends Request.TaggedClass("recipes/RecomputeNutrition")<{}, typeof Recomputing.Type>
{}

export type RecipeCommand =
  | CreateRecipe
  | UpdateRecipe
  | DiscardRecipe
  | RestoreRecipe
  | CopyRecipe
  | RateRecipe
  | WithdrawRating
  | RecomputeNutrition
  | ImportRecipes
  | LinkIngredients

/** Whose recipe it is decides the rest. */
export const recipePermissions = {
  "recipes/CreateRecipe": signedIn,
  "recipes/UpdateRecipe": signedIn,
  "recipes/DiscardRecipe": signedIn,
  "recipes/RestoreRecipe": signedIn,
  "recipes/CopyRecipe": signedIn,
  "recipes/RateRecipe": signedIn,
  "recipes/WithdrawRating": signedIn,
  "recipes/RecomputeNutrition": "manage_recipes",
  "recipes/ImportRecipes": signedIn,
  "recipes/LinkIngredients": signedIn
} as const satisfies Record<RecipeCommand["_tag"], PolicyOf<"recipes">>
