import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { openTo } from "../access/isOpen.ts"
import type { Component, MealId } from "../contract/Meal.ts"
import { MenuHasNoStartDate, MenuNotFound } from "../contract/MenuProblems.ts"
import type { Recipe, RecipeId } from "../contract/Recipe.ts"
import type { ShoppingInput } from "../contract/ShoppingList.ts"
import { dateOf, lastDayOf } from "../menu/dates.ts"
import { type MenuRow, type SlotRow, slotsOf } from "../menu/MenuRow.ts"
import { openIn } from "../recipe/openIn.ts"
import { computeList } from "./computeList.ts"

type Menu = Pick<MenuRow, "id" | "authorId" | "startDate" | "people" | "weeks">

interface Made {
  readonly id: MealId
  readonly name: string
  readonly components: ReadonlyArray<Component>
}

type Cooked = Pick<Recipe, "id" | "name" | "servings" | "ingredients">

const isMeant = ({ from, to, weeks }: ShoppingInput, { startDate }: Menu) => ({ week, weekday }: SlotRow) => {
  if (weeks !== undefined && !weeks.includes(week)) return false
  const date = dateOf(startDate, week, weekday)
  return ((from ?? null) === null || (date ?? "") >= (from ?? "")) &&
    ((to ?? null) === null || (date ?? "") <= (to ?? ""))
}

/** Where a caller has named which part of the menus is meant. */
export type NamedIn = "body" | "query"

/** Weeks that one of the menus does not have, and days before or after all of them. */
const outside = ({ from, to, weeks = [] }: ShoppingInput, menus: ReadonlyArray<Menu>, namedIn: NamedIn) => {
  const place = (field: string, index = "") =>
    namedIn === "body" ? { pointer: `/${field}${index}` } : { parameter: field }
  const [whole, shortest] = menus.length === 1 ? ["the menu", "the menu"] : ["the menus", "the shortest menu"]
  const fewest = Math.min(...menus.map((menu) => menu.weeks))
  const first = menus.flatMap(({ startDate }) => startDate ?? []).toSorted()[0] ?? ""
  const last =
    menus.flatMap((menu) => menu.startDate === null ? [] : lastDayOf(menu.startDate, menu.weeks)).toSorted().at(-1) ??
      ""
  return [
    ...weeks.flatMap((week, index) =>
      week <= fewest
        ? []
        : [{ ...place("weeks", `/${index}`), detail: `must be at most ${fewest}, the weeks of ${shortest}` }]
    ),
    ...([["from", from ?? null], ["to", to ?? null]] as const).flatMap(([field, day]) =>
      day === null || (day >= first && day <= last)
        ? []
        : [{ ...place(field), detail: `must be from ${first} to ${last}, the days of ${whole}` }]
    )
  ]
}

const inOrder = (a: SlotRow, b: SlotRow) =>
  a.week - b.week || a.weekday - b.weekday || (a.hour ?? "99").localeCompare(b.hour ?? "99") || (a.id < b.id ? -1 : 1)

/**
 * What to buy for the actor's menus, in five statements for any number. Held, nothing that it comes from changes before the
 * transaction has ended.
 */
export const listFor = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  products: ProductLookup["Service"],
  actor: Actor,
  input: ShoppingInput,
  lock: "" | "FOR SHARE",
  namedIn: NamedIn = "body"
) {
  const locking = sql.literal(lock)
  const menus = yield* sql<Menu>`
    SELECT n.id, n.author_id, n.start_date::text AS start_date, n.people, n.weeks FROM menus n
    WHERE n.id = ANY(${[...input.menuIds]}::uuid[]) AND n.discarded_at IS NULL AND ${
    openTo(sql, actor, "n", "manage_menus")
  }
    ORDER BY n.id ${locking}`
  const found = new Map(menus.map((menu) => [menu.id, menu]))
  const errors = input.menuIds.flatMap((id, index) =>
    found.has(id) ? [] : [{ pointer: `/menuIds/${index}`, detail: "is the id of no menu of yours" }]
  )
  if (errors.length > 0) return yield* new MenuNotFound({ errors })
  const needsDates = (input.from ?? input.to ?? null) !== null
  if (needsDates && menus.some(({ startDate }) => startDate === null)) return yield* new MenuHasNoStartDate({})
  const faults = outside(input, menus, namedIn)
  if (faults.length > 0) return yield* new InvalidRequest({ errors: faults })
  const inMenus = Map.groupBy(yield* slotsOf(sql, input.menuIds), ({ menuId }) => menuId)
  const slots = input.menuIds.flatMap((id) => {
    const menu = found.get(id)
    return menu === undefined ? [] : (inMenus.get(id) ?? []).filter(isMeant(input, menu)).toSorted(inOrder)
  })
  const mealIds = slots.flatMap(({ mealId, mealState }) => mealState === "available" ? [mealId] : [])
  const meals = yield* sql<Made>`
    SELECT id, name, components FROM meals WHERE id = ANY(${[...new Set(mealIds)]}::uuid[]) ORDER BY id ${locking}`
  const recipeIds = meals.flatMap(({ components }) =>
    components.flatMap(({ recipeId, state }) => state === "available" ? [recipeId] : [])
  )
  const recipes = yield* sql<Cooked>`
    SELECT r.id, r.name, r.servings, r.ingredients FROM recipes r WHERE r.id = ANY(${[
    ...new Set(recipeIds)
  ]}::uuid[]) AND ${openIn(sql, menus.map(({ authorId }) => authorId))} ORDER BY r.id ${locking}`
  const productIds = [
    ...new Set(recipes.flatMap(({ ingredients }) => ingredients.flatMap(({ productId }) => productId ?? [])))
  ]
  const foods = yield* (lock === "" ? products.facts(productIds) : products.held(productIds))
  const list = computeList(
    {
      menus,
      slots,
      meals: new Map<MealId, Made>(meals.map((meal) => [meal.id, meal])),
      recipes: new Map<RecipeId, Cooked>(recipes.map((recipe) => [recipe.id, recipe])),
      foods
    },
    input.people ?? null,
    input.pantryProductIds ?? []
  )
  return { list, mealIds: slots.map(({ mealId }) => mealId), recipeIds, productIds }
})
