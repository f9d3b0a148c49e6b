import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { weekdays } from "../../../src/contexts/recipes/contract/Menu.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }
const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

/** A client with a menu of so many slots, each with a meal and recipes of its own. */
const practice = Effect.fnUntraced(function*(slots: number) {
  const api = yield* clientOf()
  const foods = yield* createFoods
  const { porridge, rice } = examples(foods)
  const { body: { data: client } } = yield* api.clients.create({
    ...write,
    payload: { name: "Ana", restrictions: { allergens: ["milk"] }, tags: [{ key: "a", value: "b" }] }
  })
  const { body: { data: menu } } = yield* api.menus.create({
    ...write,
    payload: { name: "May", clientId: client.id, weeks: 4, startDate: "2027-05-03" }
  })
  const planned = yield* Effect.forEach(Array.from({ length: slots }), (_, n) =>
    Effect.gen(function*() {
      const recipes = [yield* createRecipe(rice), yield* createRecipe(porridge)]
      const components = recipes.map(({ id }) => ({ recipeId: id, portions: 1 }))
      const { body: { data: meal } } = yield* api.meals.create({ ...write, payload: { name: "Meal", components } })
      return { week: n % 4 + 1, weekday: weekdays[n % 7] ?? "monday", mealType: `m ${n}`, mealId: meal.id }
    }))
  yield* api.menus.replaceSlots({ ...write, params: { id: menu.id }, payload: { slots: planned } })
  const { body: { data: list } } = yield* api.shoppingLists.save({
    ...write,
    params: { id: client.id },
    payload: { name: "x", menuIds: [menu.id] }
  })
  return { api, client, list, menu, planned }
})

const countsOf = Effect.fnUntraced(function*(slots: number) {
  const { api, client, list, menu, planned } = yield* practice(slots)
  const params = { id: menu.id }
  const listAddress = { id: client.id, listId: list.id }
  const reads: Readonly<Record<string, Effect.Effect<unknown, unknown>>> = {
    clients: api.clients.list({ query: {} }),
    client: api.clients.get({ params: { id: client.id } }),
    menus: api.menus.list({ query: {} }),
    menu: api.menus.get({ params }),
    nutrition: api.menus.nutrition({ params, query: {} }),
    fresh: api.menus.nutrition({ params, query: { fresh: true } }),
    explain: api.menus.explain({ params, query: { nutrient: "protein" } }),
    view: api.menus.view({ params, query: {} }),
    page: api.menus.print({ params, headers: {} }),
    pdf: api.menus.pdf({ params, headers: {} }),
    calendar: api.menus.calendar({ params }),
    shoppingList: api.menus.shoppingList({ params, query: {} }),
    lists: api.shoppingLists.list({ params: { id: client.id } }),
    list: api.shoppingLists.get({ params: listAddress }),
    meals: api.meals.list({ query: {} }),
    tags: api.tags.list({ query: {} }),
    "a slot put": api.menus.putSlot({
      ...write,
      params,
      payload: {
        week: 1,
        weekday: "monday",
        mealType: "one more",
        mealId: planned[0]?.mealId ?? assert.fail("no meal")
      }
    }),
    "slots replaced": api.menus.replaceSlots({ ...write, params, payload: { slots: planned.toReversed() } }),
    "a week copied": api.menus.copyWeek({ ...write, params, payload: { from: 1, to: 2, onConflict: "skip" } }),
    "a menu copied": api.menus.copy({ ...write, params, payload: {} }),
    "a list refreshed": api.shoppingLists.refresh({ ...write, params: listAddress })
  }
  return yield* Effect.forEach(
    Object.entries(reads),
    ([name, read]) => Effect.map(countingStatements(read), ({ statements }) => [name, statements] as const)
  )
})

layer(Server, { excludeTestServices: true })("clients, menus and lists", (it) => {
  it.effect("take as many statements for one meal as for twenty, and few", () =>
    Effect.gen(function*() {
      const one = yield* countsOf(1)
      const twenty = yield* countsOf(20)
      assert.deepStrictEqual(twenty, one)
      const counts = new Map(one)
      // The one that reads who asks is among them.
      assert.isAtMost(counts.get("view") ?? 99, 8)
      assert.isAtMost(counts.get("shoppingList") ?? 99, 10)
      assert.isAtMost(counts.get("menu") ?? 99, 3)
    }), { timeout: 60_000 })
})
