import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { weekdays } from "../../../src/contexts/recipes/contract/Menu.ts"
import type { ShoppingList } from "../../../src/contexts/recipes/contract/ShoppingList.ts"
import { Dice } from "../../contract/Dice.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }

const setting = Effect.gen(function*() {
  const foods = yield* createFoods
  const api = yield* clientOf()
  const { body: { data: milk } } = yield* api.products.create({
    ...write,
    payload: {
      name: "Milk",
      litersPerKg: 0.97,
      packageSize: 250,
      packageSizeUnit: "ml",
      storeDepartmentName: "Laticínios",
      shoppingName: "Leite"
    }
  })
  const { rice } = examples(foods)
  const recipe = yield* createRecipe({
    ...rice,
    ingredients: [
      ...rice.ingredients,
      { name: "milk", quantity: 600, unit: "g", productId: milk.id },
      { name: "salt" },
      { name: "stock", quantity: 2, unit: "cup" }
    ]
  })
  const { body: { data: meal } } = yield* api.meals.create({
    ...write,
    payload: { name: "Lunch", components: [{ recipeId: recipe.id, portions: 4 }] }
  })
  const { body: { data: client } } = yield* api.clients.create({ ...write, payload: { name: "Ana" } })
  const { body: { data: menu } } = yield* api.menus.create({
    ...write,
    payload: { name: "May", clientId: client.id, weeks: 2, startDate: "2027-05-03" }
  })
  const slot = { mealType: "Lunch", mealId: meal.id }
  yield* api.menus.replaceSlots({
    ...write,
    params: { id: menu.id },
    payload: { slots: [{ ...slot, week: 1, weekday: "monday" }, { ...slot, week: 2, weekday: "friday", portions: 2 }] }
  })
  return { api, client, foods, meal, menu, milk, recipe }
})

const codeOf = (error: unknown) => Reflect.get(Object(error), "code")

layer(TestServer(), { excludeTestServices: true })("shopping lists", (it) => {
  it.effect("tell what to buy, in packages and pieces, and where it comes from", () =>
    Effect.gen(function*() {
      const { api, foods, menu, milk, recipe } = yield* setting
      const { data } = yield* api.menus.shoppingList({ params: { id: menu.id }, query: { weeks: [1] } })
      assert.deepStrictEqual(data.lines.map(({ department, name }) => [department, name]), [
        ["Laticínios", "Milk"],
        [null, "oil"],
        [null, "onion"],
        [null, "rice"]
      ])
      const [ofMilk, , ofOnion] = data.lines
      assert.deepStrictEqual([ofMilk?.grossGrams, ofMilk?.milliliters], [600, 582])
      assert.deepStrictEqual(ofMilk?.buy, { packages: 3, packageSize: 250, packageUnit: "ml", surplusGrams: 173.2 })
      assert.deepStrictEqual([ofOnion?.grossGrams, ofOnion?.netGrams, ofOnion?.pieces], [150, 135, 1])
      assert.deepStrictEqual([ofOnion?.buy, ofOnion?.buyReason], [null, "no_package_size"])
      assert.deepStrictEqual(
        data.unresolved.map(({ amounts, name, reason }) => [name, reason, amounts]),
        [["salt", "no_product", []], ["stock", "no_product", [{ quantity: 2, unit: "cup" }]]]
      )
      assert.deepStrictEqual(ofMilk?.traces.map(({ date, position, recipeId }) => [date, position, recipeId]), [
        ["2027-05-03", 3, recipe.id]
      ])
      const { data: all } = yield* api.shoppingLists.compute({
        payload: {
          menuIds: [menu.id],
          people: 10,
          pantryProductIds: [milk.id, foods.get("oil") ?? assert.fail("no oil")]
        }
      })
      assert.deepStrictEqual(all.pantry.map(({ grossGrams, name }) => [name, grossGrams]), [
        ["Milk", 18_000],
        ["oil", 825.69]
      ])
      assert.deepStrictEqual(all.unresolved[1]?.amounts, [{ quantity: 60, unit: "cup" }])
      const { data: friday } = yield* api.menus.shoppingList({
        params: { id: menu.id },
        query: { from: "2027-05-04", to: "2027-05-14" }
      })
      assert.strictEqual(friday.lines[0]?.grossGrams, 1200)
      yield* api.menus.update({ ...write, params: { id: menu.id }, payload: { startDate: null } })
      const dateless = yield* Effect.flip(
        api.menus.shoppingList({ params: { id: menu.id }, query: { from: "2027-05-04" } })
      )
      assert.strictEqual(codeOf(dateless), "menu_has_no_start_date")
    }))

  it.effect("are refused for weeks and days that the menus do not have, with the place of each", () =>
    Effect.gen(function*() {
      const { api, client, menu } = yield* setting
      const { body: { data: short } } = yield* api.menus.create({
        ...write,
        payload: { name: "June", clientId: client.id, startDate: "2027-06-01" }
      })
      const faultsOf = (error: unknown): ReadonlyArray<unknown> => {
        assert.strictEqual(codeOf(error), "invalid_request")
        return Reflect.get(Object(error), "errors")
      }
      const ofMenu = (query: Parameters<typeof api.menus.shoppingList>[0]["query"]) =>
        Effect.map(Effect.flip(api.menus.shoppingList({ params: { id: menu.id }, query })), faultsOf)
      const compute = (payload: Parameters<typeof api.shoppingLists.compute>[0]["payload"]) =>
        Effect.map(Effect.flip(api.shoppingLists.compute({ payload })), faultsOf)
      const days = "must be from 2027-05-03 to 2027-05-16, the days of the menu"

      assert.deepStrictEqual(yield* ofMenu({ weeks: [2, 3] }), [
        { parameter: "weeks", detail: "must be at most 2, the weeks of the menu" }
      ])
      assert.deepStrictEqual(yield* ofMenu({ from: "2027-05-10", to: "2027-05-17" }), [
        { parameter: "to", detail: days }
      ])
      const { token } = yield* Administrator
      const backwards = yield* HttpClient.execute(
        HttpClientRequest.get(`/v1/menus/${menu.id}/shopping-list?from=2027-05-16&to=2027-05-15`).pipe(
          HttpClientRequest.bearerToken(token)
        )
      )
      assert.deepStrictEqual(faultsOf(yield* backwards.json), [{ parameter: "to", detail: "must not be before from" }])
      assert.deepStrictEqual(yield* compute({ menuIds: [menu.id], weeks: [52, 1, 3] }), [
        { pointer: "/weeks/0", detail: "must be at most 2, the weeks of the menu" },
        { pointer: "/weeks/2", detail: "must be at most 2, the weeks of the menu" }
      ])
      const both = [menu.id, short.id]
      assert.deepStrictEqual(yield* compute({ menuIds: both, weeks: [2], from: "2027-05-02", to: "2027-06-08" }), [
        { pointer: "/weeks/0", detail: "must be at most 1, the weeks of the shortest menu" },
        { pointer: "/from", detail: "must be from 2027-05-03 to 2027-06-07, the days of the menus" },
        { pointer: "/to", detail: "must be from 2027-05-03 to 2027-06-07, the days of the menus" }
      ])
      yield* api.shoppingLists.compute({ payload: { menuIds: both, from: "2027-05-03", to: "2027-06-07" } })

      const save = (weeks: ReadonlyArray<number>) =>
        api.shoppingLists.save({
          ...write,
          params: { id: client.id },
          payload: { name: "x", menuIds: [menu.id], weeks }
        })
      assert.deepStrictEqual(faultsOf(yield* Effect.flip(save([1, 3]))), [
        { pointer: "/weeks/1", detail: "must be at most 2, the weeks of the menu" }
      ])
      const { data: none } = yield* api.shoppingLists.list({ params: { id: client.id } })
      assert.deepStrictEqual(none, [])
      const { body: { data: saved } } = yield* save([2])
      yield* api.menus.replaceSlots({ ...write, params: { id: menu.id }, payload: { slots: [] } })
      yield* api.menus.update({ ...write, params: { id: menu.id }, payload: { weeks: 1 } })
      const refresh = api.shoppingLists.refresh({ ...write, params: { id: client.id, listId: saved.id } })
      assert.deepStrictEqual(faultsOf(yield* Effect.flip(refresh)), [
        { pointer: "/weeks/0", detail: "must be at most 1, the weeks of the menu" }
      ])
    }))

  it.effect("keep ticks and lines by hand when they are refreshed", () =>
    Effect.gen(function*() {
      const { api, client, menu, milk } = yield* setting
      const { body: { data: saved } } = yield* api.shoppingLists.save({
        ...write,
        params: { id: client.id },
        payload: { name: "Week 1", menuIds: [menu.id], weeks: [1], ownLines: [{ text: "Napkins" }] }
      })
      const params = { id: client.id, listId: saved.id }
      const ownId = saved.ownLines[0]?.id ?? assert.fail("no line")
      yield* api.shoppingLists.tick({ ...write, params: { ...params, lineId: milk.id }, payload: { ticked: true } })
      yield* api.shoppingLists.tick({ ...write, params: { ...params, lineId: ownId }, payload: { ticked: true } })
      assert.isFalse(saved.stale)
      yield* api.products.update({ ...write, params: { id: milk.id }, payload: { packageSize: 1000 } })
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE shopping_lists SET stale = true WHERE id = ${saved.id}`
      const { body: { data: stale } } = yield* api.shoppingLists.get({ params })
      assert.isTrue(stale.stale)
      assert.strictEqual(stale.lines[0]?.buy?.packages, 3)
      const { body: { data: fresh } } = yield* api.shoppingLists.refresh({ ...write, params })
      assert.strictEqual(fresh.lines[0]?.buy?.packages, 1)
      assert.deepStrictEqual([fresh.stale, fresh.lines[0]?.ticked, fresh.ownLines[0]?.ticked, fresh.tickedCount], [
        false,
        true,
        true,
        2
      ])
      const { body: { data: renamed } } = yield* api.shoppingLists.change({
        ...write,
        params,
        payload: { ownLines: [{ id: ownId, text: "Paper napkins" }, { id: milk.id, text: "Straws" }] }
      })
      assert.deepStrictEqual(renamed.ownLines.map(({ ticked }) => ticked), [true, false])
      assert.notStrictEqual(renamed.ownLines[1]?.id, milk.id)
      const nowhere = yield* Effect.flip(
        api.shoppingLists.tick({ ...write, params: { ...params, lineId: client.id }, payload: { ticked: true } })
      )
      assert.strictEqual(codeOf(nowhere), "shopping_list_not_found")
    }))

  it.effect("are ten at most, also when many are saved at once", () =>
    Effect.gen(function*() {
      const { api, client, menu } = yield* setting
      const save = api.shoppingLists.save({
        ...write,
        params: { id: client.id },
        payload: { name: "x", menuIds: [menu.id] }
      }).pipe(
        // One that waits for too many others is told to come again.
        Effect.retry({ while: (error) => codeOf(error) !== "shopping_list_limit", times: 14 }),
        Effect.match({ onFailure: codeOf, onSuccess: () => "saved" })
      )
      const outcomes = yield* Effect.all(Array.from({ length: 14 }, () => save), { concurrency: 14 })
      assert.strictEqual(outcomes.filter((outcome) => outcome === "saved").length, 10)
      assert.strictEqual(outcomes.filter((outcome) => outcome === "shopping_list_limit").length, 4)
      const { data } = yield* api.shoppingLists.list({ params: { id: client.id } })
      assert.strictEqual(data.length, 10)
    }), { timeout: 20_000 })

  it.effect("of random menus: traces add up to lines, lists of parts to the list of the whole, and nothing is in two places", () =>
    Effect.gen(function*() {
      const seed = process.env["SHOPPING_SEED"] ?? String(Date.now())
      const dice = new Dice(seed)
      const { api, client, foods, milk } = yield* setting
      const ids = [...foods.values(), milk.id, null]
      const meals = yield* Effect.forEach(Array.from({ length: 4 }), () =>
        Effect.gen(function*() {
          const recipe = yield* createRecipe({
            name: "Random",
            servings: dice.int(1, 40) / 4,
            ingredients: Array.from({ length: dice.int(1, 6) }, () => ({
              name: dice.pick(["a", "b"]),
              productId: dice.pick(ids),
              ...dice.chance(0.8)
                ? { quantity: dice.int(1, 90) / 7, unit: dice.pick(["g", "piece", "tablespoon", "kg"]) }
                : {},
              cooking: dice.pick(["none", "amountRaw", "amountCooked"] as const)
            }))
          })
          const components = [{ recipeId: recipe.id, portions: dice.int(1, 20) / 3 }]
          const { body } = yield* api.meals.create({ ...write, payload: { name: "Random", components } })
          return { id: body.data.id, size: recipe.ingredients.length }
        }))
      const { body: { data: menu } } = yield* api.menus.create({
        ...write,
        payload: { name: "Random", clientId: client.id, weeks: 3, people: dice.int(1, 9) }
      })
      const slots = [1, 2, 3].flatMap((week) =>
        weekdays.filter(() => dice.chance(0.6)).map((weekday) => ({ week, weekday, meal: dice.pick(meals) }))
      )
      yield* api.menus.replaceSlots({
        ...write,
        params: { id: menu.id },
        payload: { slots: slots.map(({ meal, ...slot }) => ({ ...slot, mealType: "Lunch", mealId: meal.id })) }
      })
      // What is not there any more is one thing to look after wherever it stood.
      const discarded = meals[0] ?? assert.fail("no meal")
      yield* api.meals.discard({ ...write, params: { id: discarded.id } })
      const sizeOf = (meal: typeof discarded) => meal.id === discarded.id ? 1 : meal.size
      const pantryProductIds = dice.some([...foods.values()], 3)
      const of = (weeks?: ReadonlyArray<number>) =>
        Effect.map(
          api.shoppingLists.compute({
            payload: { menuIds: [menu.id], pantryProductIds, ...weeks === undefined ? {} : { weeks } }
          }),
          ({ data }) => data
        )
      const whole = yield* of()
      const parts = yield* Effect.all([of([1]), of([3, 2])])
      const grossOf = (list: ShoppingList, id: string) =>
        [...list.lines, ...list.pantry].find(({ productId }) => productId === id)?.grossGrams ?? 0
      for (const line of [...whole.lines, ...whole.pantry]) {
        const traced = line.traces.reduce((sum, { grams }) => sum + grams, 0)
        const rounding = 0.01 * (line.traces.length + 2)
        assert.approximately(traced, line.grossGrams, rounding, `SHOPPING_SEED=${seed}`)
        const summed = parts.reduce((sum, part) => sum + grossOf(part, line.productId), 0)
        assert.approximately(summed, line.grossGrams, rounding, `SHOPPING_SEED=${seed}`)
      }
      const occurrences = [...whole.lines, ...whole.pantry, ...whole.unresolved].reduce(
        (sum, { traces }) => sum + traces.length,
        0
      )
      assert.strictEqual(occurrences, slots.reduce((sum, { meal }) => sum + sizeOf(meal), 0), `SHOPPING_SEED=${seed}`)
      const places = [...whole.lines, ...whole.pantry, ...whole.unresolved].flatMap(({ traces }) =>
        traces.map(({ position, recipeId, slotId }) => `${slotId} ${recipeId} ${position}`)
      )
      assert.strictEqual(new Set(places).size, places.length, `SHOPPING_SEED=${seed}`)
      assert.sameMembers(
        whole.pantry.map(({ productId }) => productId),
        whole.pantry.map(({ productId }) => productId).filter((id) => pantryProductIds.includes(id))
      )
    }))
})
