import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { ProductLookup } from "../../products/contract/ProductLookup.ts"
import type { ClientId } from "../contract/Client.ts"
import type { MealId } from "../contract/Meal.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import { tagsOf } from "../tag/tagsOf.ts"
import { type Aims, composeMenu, type DerivedMenu, type EatenRecipe, type PlannedMeal } from "./composeMenu.ts"
import type { MenuRow, SlotRow } from "./MenuRow.ts"

type Composed = Pick<MenuRow, "id" | "clientId" | "weeks" | "pattern" | "targets">

/** What a menu needs of its client. */
interface ClientAims extends Aims {
  readonly id: ClientId
}

const byId = <Id extends string, A extends { readonly id: Id }>(rows: ReadonlyArray<A>): ReadonlyMap<Id, A> =>
  new Map(rows.map((row) => [row.id, row]))

/** Recipes of the components that count. */
const recipesIn = (meals: ReadonlyArray<PlannedMeal>): ReadonlyArray<RecipeId> => [
  ...new Set(
    meals.flatMap(({ components }) =>
      components.flatMap(({ recipeId, state }) => state === "available" ? [recipeId] : [])
    )
  )
]

/**
 * Composes menus from what is there, in four statements for any number. Held, nothing that they are made from changes before the
 * transaction has ended, so that no change can miss slots that are not committed yet.
 */
export const composeMenus = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  products: ProductLookup["Service"],
  menus: ReadonlyArray<Composed>,
  slots: ReadonlyArray<SlotRow>,
  lock: "" | "FOR SHARE"
) {
  const locking = sql.literal(lock)
  const clients = byId<ClientId, ClientAims>(
    yield* sql<ClientAims>`
      SELECT id, targets, restrictions FROM clients WHERE id = ANY(${[
      ...new Set(menus.map(({ clientId }) => clientId))
    ]}::uuid[]) ORDER BY id ${locking}`
  )
  const meals = yield* sql<PlannedMeal>`
    SELECT id, components, computed, product_ids FROM meals
    WHERE id = ANY(${[...new Set(slots.map(({ mealId }) => mealId))]}::uuid[]) ORDER BY id ${locking}`
  const recipes = yield* sql<EatenRecipe>`
    SELECT r.id, r.name, r.ingredients, ${tagsOf(sql, "r.id")} AS tags FROM recipes r
    WHERE r.id = ANY(${recipesIn(meals)}::uuid[]) ORDER BY r.id ${
    lock === "" ? sql.literal("") : sql.literal("FOR SHARE OF r")
  }`
  const ids = recipes.flatMap(({ ingredients }) => ingredients.flatMap(({ productId }) => productId ?? []))
  const facts = yield* lock === "" ? products.facts(ids) : products.held(ids)
  const [mealsById, recipesById] = [byId<MealId, PlannedMeal>(meals), byId<RecipeId, EatenRecipe>(recipes)]
  const ofMenu = Map.groupBy(slots, ({ menuId }) => menuId)
  return menus.map((menu): DerivedMenu => {
    const client = clients.get(menu.clientId) ?? { targets: [], restrictions: noRestrictions }
    return composeMenu(menu, ofMenu.get(menu.id) ?? [], client, mealsById, recipesById, facts)
  })
})

const noRestrictions = { allergens: [], dislikedProductIds: [], dislikedTags: [], diets: [], note: null }
