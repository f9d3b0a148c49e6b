import { Schema } from "effect"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { MealId } from "./Meal.ts"
import { RecipeId } from "./Recipe.ts"
import { TagId, tagTypes } from "./TagResource.ts"

/** At most so many things are told of, or worked on, at once. */
export const batchSize = 500

const items = <S extends Schema.Constraint>(item: S) => Schema.NonEmptyArray(item).check(Schema.isMaxLength(batchSize))

const Named = Schema.Struct({ id: RecipeId, authorId: UserId, name: Schema.String })

export class RecipeCreated extends Schema.TaggedClass<RecipeCreated>()("recipes/RecipeCreated", {
  items: items(Named)
}) {}

export class RecipeChanged extends Schema.TaggedClass<RecipeChanged>()("recipes/RecipeChanged", {
  items: items(Schema.Struct({ id: RecipeId, version: Schema.Int, changedFields: Schema.Array(Schema.String) }))
}) {}

export class RecipeDiscarded extends Schema.TaggedClass<RecipeDiscarded>()("recipes/RecipeDiscarded", {
  items: items(Named)
}) {}

export class RecipeRestored extends Schema.TaggedClass<RecipeRestored>()("recipes/RecipeRestored", {
  items: items(Named)
}) {}

/** The totals of recipes are other ones because a product changed; their versions are not. */
export class RecipeTotalsChanged extends Schema.TaggedClass<RecipeTotalsChanged>()("recipes/RecipeTotalsChanged", {
  items: items(Schema.Struct({ id: RecipeId }))
}) {}

/** Recipes whose totals are to be computed anew, a batch for one worker. */
export class RecipesOutdated extends Schema.TaggedClass<RecipesOutdated>()("recipes/RecipesOutdated", {
  items: items(Schema.Struct({ id: RecipeId }))
}) {}

export class RecipeRated extends Schema.TaggedClass<RecipeRated>()("recipes/RecipeRated", {
  recipeId: RecipeId,
  userId: UserId,
  /** Null where the rating was withdrawn. */
  rating: Schema.NullOr(Schema.Struct({ taste: Schema.Int, convenience: Schema.Int }))
}) {}

const NamedMeal = Schema.Struct({ id: MealId, authorId: UserId, name: Schema.String })

export class MealCreated
  extends Schema.TaggedClass<MealCreated>()("recipes/MealCreated", { items: items(NamedMeal) })
{}

export class MealChanged extends Schema.TaggedClass<MealChanged>()("recipes/MealChanged", {
  items: items(Schema.Struct({ id: MealId, version: Schema.Int, changedFields: Schema.Array(Schema.String) }))
}) {}

export class MealDiscarded extends Schema.TaggedClass<MealDiscarded>()("recipes/MealDiscarded", {
  items: items(NamedMeal)
}) {}

export class MealRestored extends Schema.TaggedClass<MealRestored>()("recipes/MealRestored", {
  items: items(NamedMeal)
}) {}

/** The totals of meals, or which of their recipes count, are others; their versions are not. */
export class MealTotalsChanged extends Schema.TaggedClass<MealTotalsChanged>()("recipes/MealTotalsChanged", {
  items: items(Schema.Struct({ id: MealId }))
}) {}

/** Meals whose totals are to be computed anew, a batch for one worker. */
export class MealsOutdated extends Schema.TaggedClass<MealsOutdated>()("recipes/MealsOutdated", {
  items: items(Schema.Struct({ id: MealId }))
}) {}

/** A tag has other words, was merged into another one, or is no more. */
export class TagChanged extends Schema.TaggedClass<TagChanged>()("recipes/TagChanged", {
  id: TagId,
  authorId: UserId,
  type: Schema.Literals(tagTypes),
  change: Schema.Literals(["renamed", "merged", "deleted"]),
  mergedInto: Schema.optionalKey(TagId)
}) {}
