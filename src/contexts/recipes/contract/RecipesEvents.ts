import { Schema } from "effect"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { ResponseId } from "../../onboarding/contract/FormResponse.ts"
import { ClientId } from "./Client.ts"
import { MealId } from "./Meal.ts"
import { MenuId } from "./Menu.ts"
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

const NamedClient = Schema.Struct({ id: ClientId, authorId: UserId, name: Schema.String })

export class ClientCreated extends Schema.TaggedClass<ClientCreated>()("recipes/ClientCreated", {
  items: items(NamedClient)
}) {}

export class ClientChanged extends Schema.TaggedClass<ClientChanged>()("recipes/ClientChanged", {
  items: items(Schema.Struct({ id: ClientId, version: Schema.Int, changedFields: Schema.Array(Schema.String) }))
}) {}

export class ClientDiscarded extends Schema.TaggedClass<ClientDiscarded>()("recipes/ClientDiscarded", {
  items: items(NamedClient)
}) {}

export class ClientRestored extends Schema.TaggedClass<ClientRestored>()("recipes/ClientRestored", {
  items: items(NamedClient)
}) {}

const NamedMenu = Schema.Struct({ id: MenuId, authorId: UserId, clientId: ClientId, name: Schema.String })

export class MenuCreated extends Schema.TaggedClass<MenuCreated>()("recipes/MenuCreated", {
  items: items(NamedMenu)
}) {}

/** What a menu says, or what stands in its slots. */
export class MenuChanged extends Schema.TaggedClass<MenuChanged>()("recipes/MenuChanged", {
  items: items(Schema.Struct({ id: MenuId, version: Schema.Int, changedFields: Schema.Array(Schema.String) }))
}) {}

export class MenuPublished extends Schema.TaggedClass<MenuPublished>()("recipes/MenuPublished", {
  items: items(NamedMenu)
}) {}

export class MenuArchived extends Schema.TaggedClass<MenuArchived>()("recipes/MenuArchived", {
  items: items(NamedMenu)
}) {}

export class MenuReopened extends Schema.TaggedClass<MenuReopened>()("recipes/MenuReopened", {
  items: items(NamedMenu)
}) {}

export class MenuDiscarded extends Schema.TaggedClass<MenuDiscarded>()("recipes/MenuDiscarded", {
  items: items(NamedMenu)
}) {}

export class MenuRestored extends Schema.TaggedClass<MenuRestored>()("recipes/MenuRestored", {
  items: items(NamedMenu)
}) {}

/** Menus whose days are to be computed anew, a batch for one worker. */
export class MenusOutdated extends Schema.TaggedClass<MenusOutdated>()("recipes/MenusOutdated", {
  items: items(Schema.Struct({ id: MenuId }))
}) {}

/** The day totals, target states or conflicts of menus are others; their versions are not. */
export class MenuTotalsChanged extends Schema.TaggedClass<MenuTotalsChanged>()("recipes/MenuTotalsChanged", {
  items: items(Schema.Struct({ id: MenuId }))
}) {}

/** A tag has other words, was merged into another one, or is no more. */
export class TagChanged extends Schema.TaggedClass<TagChanged>()("recipes/TagChanged", {
  id: TagId,
  authorId: UserId,
  type: Schema.Literals(tagTypes),
  change: Schema.Literals(["renamed", "merged", "deleted"]),
  mergedInto: Schema.optionalKey(TagId)
}) {}

/** A form response became a client, or was taken into one. */
export class ResponseApplied extends Schema.TaggedClass<ResponseApplied>()("recipes/ResponseApplied", {
  responseId: ResponseId,
  clientId: ClientId
}) {}
