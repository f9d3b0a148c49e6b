import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { ProductLookup } from "../../products/contract/ProductLookup.ts"
import type { Recipe } from "../contract/Recipe.ts"
import { computeRecipe } from "../nutrition/computeRecipe.ts"
import { composeMeal, type KeptComponent, type OwnedMeal, type UsedRecipe, usedRecipes } from "./MealComponents.ts"

type Composition = Pick<Recipe, "id" | "ingredients" | "yieldGrams">

export interface FreshlyMade extends OwnedMeal {
  readonly kept: ReadonlyArray<KeptComponent>
}

/** Meals with their recipes, computed from the products as they are; in three statements for any number. */
export const freshMeals = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  products: ProductLookup["Service"],
  meals: ReadonlyArray<FreshlyMade>
) {
  const ids = [...new Set(meals.flatMap(({ kept }) => kept.map(({ recipeId }) => recipeId)))]
  const used = yield* Effect.orDie(usedRecipes(sql, ids, ""))
  const compositions = yield* Effect.orDie(
    sql<Composition>`SELECT id, ingredients, yield_grams FROM recipes WHERE id = ANY(${ids}::uuid[])`
  )
  const facts = yield* products.facts(
    compositions.flatMap(({ ingredients }) => ingredients.flatMap(({ productId }) => productId ?? []))
  )
  const byId = new Map(compositions.map((composition) => [composition.id, composition]))
  const recipes = used.map((recipe): UsedRecipe & Composition => {
    const composition = byId.get(recipe.id) ?? { id: recipe.id, ingredients: [], yieldGrams: null }
    return { ...recipe, ...composition, computed: computeRecipe(composition, facts) }
  })
  return { facts, recipes, composed: meals.map((meal) => composeMeal(meal, meal.kept, recipes)) }
})
