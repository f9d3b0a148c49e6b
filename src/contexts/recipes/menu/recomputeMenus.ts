import { Array as Arr, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { EventBus } from "../../../kernel/EventBus.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import type { ClientId } from "../contract/Client.ts"
import type { MealId } from "../contract/Meal.ts"
import type { MenuId } from "../contract/Menu.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import { MenusOutdated, MenuTotalsChanged } from "../contract/RecipesEvents.ts"
import type { DerivedMenu } from "./composeMenu.ts"
import { composeMenus } from "./MenuParts.ts"
import { MenuRepo } from "./MenuRepo.ts"
import { type MenuRow, slotsOf } from "./MenuRow.ts"

/** Menus are large: so many are worked on at once. */
export const menuBatch = 50

/** The events that let workers compute menus anew. */
export const outdatedMenus = (ids: ReadonlyArray<MenuId>) =>
  Arr.chunksOf(ids, menuBatch).map((batch) =>
    eventOf(MenusOutdated, new MenusOutdated({ items: Arr.map(batch, (id) => ({ id })) }))
  )

const publish = Effect.fnUntraced(function*(rows: ReadonlyArray<{ readonly id: MenuId }>) {
  yield* (yield* EventBus).publish(outdatedMenus(rows.map(({ id }) => id)), null)
})

/** Tells the workers of all menus with any of these meals. One that is not there yet holds them until it is. */
export const outdateMenusWithMeals = Effect.fnUntraced(function*(meals: ReadonlyArray<MealId>) {
  const sql = yield* SqlClient.SqlClient
  yield* publish(
    yield* sql<{ id: MenuId }>`
      SELECT n.id FROM menus n WHERE n.discarded_at IS NULL
        AND n.id IN (SELECT menu_id FROM menu_slots WHERE meal_id = ANY(${[...meals]}::uuid[])) ORDER BY n.id`
  )
})

/** The same of those with any of these recipes, found by what meals are made from: what is computed of them may be of before. */
export const outdateMenusWithRecipes = Effect.fnUntraced(function*(recipes: ReadonlyArray<RecipeId>) {
  const sql = yield* SqlClient.SqlClient
  const meals = yield* sql<{ id: MealId }>`SELECT id FROM meals WHERE recipe_ids && ${[...recipes]}::uuid[]`
  yield* outdateMenusWithMeals(meals.map(({ id }) => id))
})

/** The same of those with any of these foods. */
export const outdateMenusWithProducts = Effect.fnUntraced(function*(products: ReadonlyArray<ProductId>) {
  if (products.length === 0) return
  const sql = yield* SqlClient.SqlClient
  const recipes = yield* sql<{ id: RecipeId }>`SELECT id FROM recipes WHERE product_ids && ${[...products]}::uuid[]`
  yield* outdateMenusWithRecipes(recipes.map(({ id }) => id))
})

/** The same of those of a client. */
export const outdateMenusOf = Effect.fnUntraced(function*(clients: ReadonlyArray<ClientId>) {
  const sql = yield* SqlClient.SqlClient
  yield* publish(
    yield* sql<{ id: MenuId }>`
      SELECT id FROM menus WHERE client_id = ANY(${[...clients]}::uuid[]) AND discarded_at IS NULL ORDER BY id`
  )
})

/** The same of all clients who dislike any tags. */
export const outdateMenusOfDislikers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* publish(
    yield* sql<{ id: MenuId }>`
      SELECT n.id FROM menus n JOIN clients c ON c.id = n.client_id
      WHERE n.discarded_at IS NULL AND c.restrictions->'dislikedTags' <> '[]' ORDER BY n.id`
  )
})

const derivedOf = (row: MenuRow): DerivedMenu => {
  const { conflictCount, conflicts, days, emptySlotCount, productIds, slotCount, targetStatus, weekTotals } = row
  return { conflictCount, conflicts, days, emptySlotCount, productIds, slotCount, targetStatus, weekTotals }
}

/** Those of some menus for which something else follows from what is there. */
export const differingMenus = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  products: ProductLookup["Service"],
  rows: ReadonlyArray<MenuRow>
) {
  const slots = yield* slotsOf(sql, rows.map(({ id }) => id))
  const composed = yield* composeMenus(sql, products, rows, slots, "")
  return rows.flatMap((row, index) => {
    const derived = composed[index]
    return derived === undefined || isDeepStrictEqual(derived, derivedOf(row)) ? [] : [{ id: row.id, derived }]
  })
})

/** Computes menus anew, from what is there once they are held, and tells of those for which something has changed. */
export const recomputeMenus = Effect.fnUntraced(function*(ids: ReadonlyArray<MenuId>) {
  const menus = yield* MenuRepo
  const sql = yield* SqlClient.SqlClient
  const changed = yield* differingMenus(sql, yield* ProductLookup, yield* menus.lockAll(ids))
  yield* menus.updateDerived(changed)
  if (!Arr.isReadonlyArrayNonEmpty(changed)) return
  const items = Arr.map(changed, ({ id }) => ({ id }))
  yield* (yield* EventBus).publish([eventOf(MenuTotalsChanged, new MenuTotalsChanged({ items }))], null)
})
