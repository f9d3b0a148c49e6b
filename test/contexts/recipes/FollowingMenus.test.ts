import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Recipes } from "../../../src/contexts/recipes/Recipes.ts"
import { RecipesReactionServices } from "../../../src/contexts/recipes/RecipesSubscribers.ts"
import { Dice } from "../../contract/Dice.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { makeCarrier } from "./Carrier.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }

const setting = Effect.gen(function*() {
  const api = yield* clientOf()
  const foods = yield* createFoods
  const recipe = yield* createRecipe(examples(foods).rice)
  const { body: { data: meal } } = yield* api.meals.create({
    ...write,
    payload: { name: "Lunch", components: [{ recipeId: recipe.id, portions: 1 }] }
  })
  const { body: { data: client } } = yield* api.clients.create({ ...write, payload: { name: "Ana" } })
  const { body: { data: menu } } = yield* api.menus.create({ ...write, payload: { name: "May", clientId: client.id } })
  yield* api.menus.replaceSlots({
    ...write,
    params: { id: menu.id },
    payload: { slots: [{ week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id }] }
  })
  const { body: { data: list } } = yield* api.shoppingLists.save({
    ...write,
    params: { id: client.id },
    payload: { name: "May", menuIds: [menu.id] }
  })
  const carry = yield* makeCarrier(new Dice("following"))
  const settle = Effect.gen(function*() {
    while ((yield* carry(50)) > 0);
  })
  yield* settle
  yield* api.shoppingLists.refresh({ ...write, params: { id: client.id, listId: list.id } })
  const isStale = Effect.map(
    api.shoppingLists.get({ params: { id: client.id, listId: list.id } }),
    ({ body }) => body.data.stale
  )
  const menuNow = Effect.map(api.menus.get({ params: { id: menu.id } }), ({ body }) => body.data)
  return { api, client, foods, isStale, list, meal, menu, menuNow, recipe, settle }
})

const TestLayer = Layer.merge(Recipes.layer, RecipesReactionServices).pipe(Layer.provideMerge(TestServer()))

layer(TestLayer, { excludeTestServices: true })("once events have settled", (it) => {
  it.effect(
    "lists are stale when a food, a recipe, a meal or a menu behind them has changed, and no sooner",
    () =>
      Effect.gen(function*() {
        const { api, client, foods, isStale, list, meal, menu, recipe, settle } = yield* setting
        const rice = foods.get("rice") ?? assert.fail("no rice")
        const changes: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown>, boolean]> = [
          [
            "a food's category of shop",
            api.products.update({ ...write, params: { id: rice }, payload: { storeDepartmentName: "x" } }),
            true
          ],
          [
            "a food's remark",
            api.products.update({ ...write, params: { id: rice }, payload: { attribution: "x" } }),
            false
          ],
          [
            "what a food is declared to contain",
            api.products.update({
              ...write,
              params: { id: rice },
              payload: { allergens: { milk: { state: "free", evidence: "label" } } }
            }),
            true
          ],
          ["a recipe", api.recipes.update({ ...write, params: { id: recipe.id }, payload: { servings: 9 } }), true],
          ["a meal", api.meals.update({ ...write, params: { id: meal.id }, payload: { name: "Dinner" } }), true],
          ["a menu", api.menus.update({ ...write, params: { id: menu.id }, payload: { people: 3 } }), true],
          ["a menu's status", api.menus.publish({ ...write, params: { id: menu.id } }), true],
          ["a menu's end", api.menus.archive({ ...write, params: { id: menu.id } }), true],
          ["a client", api.clients.update({ ...write, params: { id: client.id }, payload: { notes: "x" } }), false],
          ["a discarded food", api.products.discard({ ...write, params: { id: rice } }), true],
          ["a discarded recipe", api.recipes.discard({ ...write, params: { id: recipe.id } }), true],
          ["a discarded meal", api.meals.discard({ ...write, params: { id: meal.id } }), true]
        ]
        for (const [what, change, stale] of changes) {
          yield* change
          yield* settle
          assert.strictEqual(yield* isStale, stale, what)
          yield* api.shoppingLists.refresh({ ...write, params: { id: client.id, listId: list.id } })
          assert.isFalse(yield* isStale, what)
          yield* settle
        }
        yield* api.menus.discard({ ...write, params: { id: menu.id } })
        yield* settle
        assert.isTrue(yield* isStale, "a discarded menu")
      }),
    { timeout: 30_000 }
  )

  it.effect("menus follow a food, through recipe and meal, and count what is discarded as missing", () =>
    Effect.gen(function*() {
      const { api, foods, meal, menuNow, settle } = yield* setting
      const protein = Effect.map(menuNow, ({ plan }) => plan[0]?.days[0]?.totals?.total.protein)
      const before = yield* protein
      const rice = foods.get("rice") ?? assert.fail("no rice")
      yield* api.products.update({ ...write, params: { id: rice }, payload: { nutrients: { protein: { value: 20 } } } })
      assert.deepStrictEqual(yield* protein, before)
      yield* settle
      assert.strictEqual((yield* protein)?.value, 15.57)
      yield* api.products.update({ ...write, params: { id: rice }, payload: { nutrients: { protein: null } } })
      yield* settle
      assert.isBelow((yield* protein)?.coverage ?? 1, 1)
      yield* api.meals.discard({ ...write, params: { id: meal.id } })
      yield* settle
      assert.deepStrictEqual([(yield* protein)?.value, (yield* protein)?.unweighed], [null, 1])
      const { version } = yield* menuNow
      yield* api.meals.restore({ ...write, params: { id: meal.id } })
      yield* settle
      assert.isAbove((yield* protein)?.value ?? 0, 0)
      assert.strictEqual((yield* menuNow).version, version)
    }))

  it.effect("what another author takes back is told by the name that it was added under, and by nothing else", () =>
    Effect.gen(function*() {
      const { api, menu, settle } = yield* setting
      const { client: other } = yield* callerWith()
      const { body: { data: theirs } } = yield* other.meals.create({
        ...write,
        payload: { name: "Feijoada", privacy: "public" }
      })
      yield* api.menus.putSlot({
        ...write,
        params: { id: menu.id },
        payload: { week: 1, weekday: "sunday", mealType: "Lunch", mealId: theirs.id }
      })
      yield* other.meals.update({
        ...write,
        params: { id: theirs.id },
        payload: { privacy: "private", name: "A secret" }
      })
      yield* settle
      const { data } = yield* api.menus.view({ params: { id: menu.id }, query: {} })
      const sunday = data.menu.plan[0]?.days[6]
      assert.deepInclude(sunday?.slots[0], { mealName: "Feijoada", mealState: "withdrawn" })
      assert.deepInclude(sunday?.totals?.total.protein, { value: null, unweighed: 1 })
      assert.isUndefined(data.meals[theirs.id])
      const { data: list } = yield* api.menus.shoppingList({ params: { id: menu.id }, query: {} })
      assert.deepInclude(list.unresolved.find(({ name }) => name === "Feijoada"), { reason: "meal_withdrawn" })
      const html = yield* api.menus.print({ params: { id: menu.id }, headers: {} })
      assert.notInclude(JSON.stringify([data, list, html]), "A secret")
    }))

  it.effect("menus of a discarded client are archived, and stay so", () =>
    Effect.gen(function*() {
      const { api, client, menu, menuNow, settle } = yield* setting
      yield* api.menus.discard({ ...write, params: { id: menu.id } })
      yield* api.clients.discard({ ...write, params: { id: client.id } })
      const refused = yield* Effect.flip(api.menus.restore({ ...write, params: { id: menu.id } }))
      assert.strictEqual(Reflect.get(refused, "code"), "not_restorable")
      yield* settle
      yield* api.clients.restore({ ...write, params: { id: client.id } })
      yield* api.menus.restore({ ...write, params: { id: menu.id } })
      yield* settle
      assert.strictEqual((yield* menuNow).status, "archived")
    }))

  it.effect("menus aim at their client's targets, or at their own", () =>
    Effect.gen(function*() {
      const { api, client, menu, menuNow, settle } = yield* setting
      const status = Effect.map(menuNow, ({ targetStatus }) => targetStatus)
      yield* api.clients.update({
        ...write,
        params: { id: client.id },
        payload: { targets: [{ nutrient: "energyKcal", period: "day", max: 100 }] }
      })
      yield* settle
      assert.deepStrictEqual(yield* status, ["above"])
      const { data: above } = yield* api.menus.list({ query: { targetStatus: ["above"], clientId: [client.id] } })
      assert.deepStrictEqual(above.map(({ id }) => id), [menu.id])
      yield* api.menus.update({
        ...write,
        params: { id: menu.id },
        payload: { targets: [{ nutrient: "energyKcal", period: "day", max: 1000 }] }
      })
      assert.deepStrictEqual(yield* status, ["met"])
    }))

  it.effect("a manager copies a menu for another's client, with the meals that may not be referred to", () =>
    Effect.gen(function*() {
      const { api, meal, menu } = yield* setting
      const other = yield* clientOf((yield* callerWith()).token)
      const { body: { data: theirs } } = yield* other.clients.create({ ...write, payload: { name: "Rui" } })
      const payload = { clientId: theirs.id }
      const refused = yield* Effect.flip(api.menus.copy({ ...write, params: { id: menu.id }, payload }))
      assert.strictEqual(Reflect.get(refused, "code"), "meal_not_referable")
      assert.deepStrictEqual(Reflect.get(refused, "mealIds"), [meal.id])
      const { body: { data: copy } } = yield* api.menus.copy({
        ...write,
        params: { id: menu.id },
        payload: { ...payload, copyMeals: true }
      })
      const slot = copy.plan[0]?.days[0]?.slots[0]
      assert.notStrictEqual(slot?.mealId, meal.id)
      assert.strictEqual(slot?.mealState, "available")
      const { body: { data: copied } } = yield* other.meals.get({ params: { id: slot?.mealId ?? meal.id } })
      assert.strictEqual(copied.components[0]?.state, "available")
      assert.strictEqual(copied.nutrition.total.protein.value, 5.97)
      const hidden = yield* Effect.flip(other.menus.get({ params: { id: menu.id } }))
      assert.strictEqual(Reflect.get(hidden, "code"), "menu_not_found")
    }))
})
