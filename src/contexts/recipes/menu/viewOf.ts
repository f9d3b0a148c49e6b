import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import type { ProductFacts, ProductLookup } from "../../products/contract/ProductLookup.ts"
import type { Client } from "../contract/Client.ts"
import type { viewParts } from "../contract/MenuQuery.ts"
import type { MenuView } from "../contract/MenuView.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import { mealColumns, type MealRow, toMeal } from "../meal/MealRow.ts"
import { openIn } from "../recipe/openIn.ts"
import { recipeColumns, type RecipeRow, toRecipe } from "../recipe/RecipeRow.ts"
import type { MenuRow, SlotRow } from "./MenuRow.ts"
import { toMenu } from "./planOf.ts"

const keyed = <A extends { readonly id: string }>(rows: ReadonlyArray<A>): Readonly<Record<string, A>> =>
  Object.fromEntries(rows.map((row) => [row.id, row]))

const toProduct = ({ allergens, discarded, id, name, source, sourceRef, version }: ProductFacts) => ({
  id,
  version,
  name,
  discarded,
  allergens,
  source,
  sourceRef
})

/** A menu with what stands in it, each thing once; four statements besides those that read the menu. */
export const viewOf = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  products: ProductLookup["Service"],
  reader: UserId,
  row: MenuRow,
  slots: ReadonlyArray<SlotRow>,
  include: ReadonlyArray<(typeof viewParts)[number]>
) {
  const wants = new Set(include)
  const [client] = wants.has("client")
    ? yield* sql<Pick<Client, "id" | "name" | "restrictions" | "targets">>`
        SELECT id, name, restrictions, targets FROM clients WHERE id = ${row.clientId}`
    : []
  const mealIds = slots.flatMap(({ mealId, mealState }) => mealState === "available" ? [mealId] : [])
  const meals = yield* sql<MealRow>`SELECT ${mealColumns(sql)} FROM meals m WHERE m.id = ANY(${mealIds}::uuid[])`
  const recipeIds: ReadonlyArray<RecipeId> = meals.flatMap(({ components }) =>
    components.flatMap(({ recipeId, state }) => state === "available" ? [recipeId] : [])
  )
  const recipes = wants.has("recipes") || wants.has("products")
    ? yield* sql<RecipeRow>`
        SELECT ${recipeColumns(sql, reader)} FROM recipes r WHERE r.id = ANY(${[...new Set(recipeIds)]}::uuid[]) AND ${
      openIn(sql, [row.authorId])
    }`
    : []
  const productIds = recipes.flatMap(({ ingredients }) => ingredients.flatMap(({ productId }) => productId ?? []))
  const facts: ReadonlyMap<ProductId, ProductFacts> = wants.has("products")
    ? yield* products.facts(productIds)
    : new Map()
  const view: MenuView = {
    menu: toMenu(row, slots),
    client: client ?? null,
    meals: wants.has("meals") ? keyed(meals.map(toMeal)) : {},
    recipes: wants.has("recipes") ? keyed(recipes.map(toRecipe)) : {},
    products: keyed([...facts.values()].map(toProduct))
  }
  return view
})
