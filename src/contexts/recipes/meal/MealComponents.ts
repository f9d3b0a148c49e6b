import type { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import type { Component } from "../contract/Meal.ts"
import type { NutritionOverride } from "../contract/Nutrition.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import { combine, type Combined, statedOf } from "../nutrition/combine.ts"
import type { Computed } from "../nutrition/Computed.ts"

/** What a meal takes from a recipe. */
export interface UsedRecipe {
  readonly id: RecipeId
  readonly version: number
  readonly name: string
  readonly authorId: UserId
  readonly privacy: "private" | "public"
  readonly discarded: boolean
  readonly servings: number
  readonly totalMinutes: number | null
  readonly productIds: ReadonlyArray<ProductId>
  readonly nutritionOverride: NutritionOverride | null
  readonly computed: Computed
}

/** What is kept of a component besides the recipe itself: the name it was added under. */
export interface KeptComponent {
  readonly recipeId: RecipeId
  readonly portions: number
  readonly name: string
}

export interface OwnedMeal {
  readonly authorId: UserId
  readonly privacy: "private" | "public"
}

/** Recipes by id, held so that none changes before the transaction has ended, or as they are. */
export const usedRecipes = (
  sql: SqlClient.SqlClient,
  ids: ReadonlyArray<RecipeId>,
  lock: "" | "FOR SHARE"
): Effect.Effect<ReadonlyArray<UsedRecipe>, SqlError.SqlError> =>
  sql<UsedRecipe>`
    SELECT id, version, name, author_id, privacy, discarded_at IS NOT NULL AS discarded, servings, total_minutes, product_ids,
      nutrition_override, computed
    FROM recipes WHERE id = ANY(${[...new Set(ids)]}::uuid[]) ORDER BY id ${sql.literal(lock)}`

/** Private to its author; in a public meal it would be told to all. */
export const stateOf = (meal: OwnedMeal, recipe: UsedRecipe | undefined): Component["state"] => {
  if (recipe === undefined || recipe.discarded) return "discarded"
  const isOwn = recipe.authorId === meal.authorId && meal.privacy === "private"
  return recipe.privacy === "public" || isOwn ? "available" : "withdrawn"
}

const combinedOf = (component: Component, recipe: UsedRecipe | undefined): Combined => {
  const path = `/components/${component.position}`
  if (recipe === undefined || component.state !== "available") {
    const reason = component.state === "withdrawn" ? "recipe_withdrawn" : "recipe_discarded"
    return { path, missing: { name: component.name, reason } }
  }
  const { computed, nutritionOverride, servings } = recipe
  return {
    path,
    factor: component.portions / servings,
    computed: {
      ...computed,
      parts: computed.parts.map((part) => part.name === "" ? { ...part, name: component.name } : part)
    },
    stated: statedOf(nutritionOverride, { servings, weight: computed.weight })
  }
}

/** What follows for a meal from its recipes. */
export const composeMeal = (
  meal: OwnedMeal,
  kept: ReadonlyArray<KeptComponent>,
  recipes: ReadonlyArray<UsedRecipe>
) => {
  const byId = new Map(recipes.map((recipe) => [recipe.id, recipe]))
  const components = kept.map(({ name, portions, recipeId }, position): Component => {
    const recipe = byId.get(recipeId)
    const state = stateOf(meal, recipe)
    return { recipeId, portions, position, state, name: state === "available" ? recipe?.name ?? name : name }
  })
  const available = components.flatMap(({ recipeId, state }) => state === "available" ? byId.get(recipeId) ?? [] : [])
  const minutes = available.flatMap(({ totalMinutes }) => totalMinutes ?? [])
  return {
    components,
    computed: combine(components.map((component) => combinedOf(component, byId.get(component.recipeId)))),
    productIds: [...new Set(available.flatMap(({ productIds }) => productIds))],
    totalMinutes: minutes.length === 0 ? null : Math.max(...minutes)
  }
}
