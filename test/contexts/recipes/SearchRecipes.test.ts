import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { MealQuery } from "../../../src/contexts/recipes/contract/MealQuery.ts"
import type { RecipeQuery } from "../../../src/contexts/recipes/contract/RecipeQuery.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }

const found = Effect.fnUntraced(function*(query: RecipeQuery) {
  const { data, pagination } = yield* (yield* clientOf()).recipes.list({ query })
  assert.strictEqual(pagination.total, data.length)
  return data.map(({ name }) => name).toSorted()
})

layer(TestServer(), { excludeTestServices: true })("recipes are found", (it) => {
  it.effect("by what they contain: an upper bound counts where the total is complete", () =>
    Effect.gen(function*() {
      const foods = yield* createFoods
      const client = yield* clientOf()
      const { chicken, porridge, rice } = examples(foods)
      for (const name of ["rice", "oil", "onion", "banana"]) {
        const id = foods.get(name) ?? assert.fail(name)
        const free = { state: "free", evidence: "label" } as const
        yield* client.products.update({
          ...write,
          params: { id },
          payload: { isFood: true, allergens: { gluten: free, milk: free } }
        })
      }
      const { id: riceId } = yield* createRecipe({
        ...rice,
        prepMinutes: 10,
        cookMinutes: 20,
        tags: [{ key: "meal", value: "lunch" }, { key: "diet", value: "vegan" }]
      })
      yield* createRecipe({ ...porridge, tags: [{ key: "meal", value: "breakfast" }] })
      const { id } = yield* createRecipe({ ...chicken, tags: [{ key: "meal", value: "lunch" }] })
      const { body: { data: meal } } = yield* client.meals.create({
        ...write,
        payload: { name: "Lunch", like: true, components: [{ recipeId: id, portions: 1 }] }
      })
      const { body: { data: other } } = yield* client.meals.create({
        ...write,
        payload: { name: "Dinner", components: [{ recipeId: riceId, portions: 2 }] }
      })
      const { body: { data: { id: clientId } } } = yield* client.clients.create({ ...write, payload: { name: "Ana" } })
      const { body: { data: menu } } = yield* client.menus.create({ ...write, payload: { name: "May", clientId } })
      yield* client.menus.putSlot({
        ...write,
        params: { id: menu.id },
        payload: { week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id }
      })
      yield* client.recipes.rate({ params: { id: riceId }, query: {}, payload: { taste: 5, convenience: 2 } })
      const product = (name: string) => [foods.get(name) ?? assert.fail(name)]
      const expectations: ReadonlyArray<readonly [RecipeQuery, ReadonlyArray<string>]> = [
        [{ "energyKcal[gte]": 337 }, ["Chicken", "Porridge", "Rice"]],
        [{ "energyKcal[lte]": 1370.1 }, ["Chicken", "Rice"]],
        [{ "energyKcal[lte]": 1370.1, includeIncomplete: true }, ["Chicken", "Porridge", "Rice"]],
        [{ "perServing.protein[gt]": 12, "perServing.protein[lt]": 40 }, ["Chicken"]],
        [{ "energyShare.carbohydrate[gte]": 70, "energyShare.carbohydrate[lte]": 75 }, ["Rice"]],
        [{ "transFat[null]": true }, ["Chicken", "Porridge", "Rice"]],
        [{ "calorieDensity[lte]": 151 }, ["Rice"]],
        [{ "weightInGrams[gte]": 180 }, ["Chicken", "Porridge", "Rice"]],
        [{ "weightInGrams[lte]": 300 }, ["Chicken"]],
        [{ tag: ["meal:lunch"] }, ["Chicken", "Rice"]],
        [{ tag: ["meal:lunch", "meal:breakfast"] }, ["Chicken", "Porridge", "Rice"]],
        [{ tag: ["meal:lunch", "diet:vegan"] }, ["Rice"]],
        [{ "tag[nin]": ["diet:vegan"] }, ["Chicken", "Porridge"]],
        [{ productId: product("rice") }, ["Rice"]],
        [{ "productId[nin]": product("rice") }, ["Chicken", "Porridge"]],
        [{ productName: "bananna" }, ["Porridge"]],
        [{ productName: "pizza" }, []],
        [{ allergenFree: ["gluten", "milk"] }, ["Rice"]],
        [{ allergenFree: ["gluten", "nuts"] }, []],
        [{ mealId: [meal.id] }, ["Chicken"]],
        [{ menuId: [menu.id] }, ["Chicken"]],
        [{ "clientName[like]": "AN" }, ["Chicken"]],
        [{ "clientName[like]": "eva" }, []],
        [{ ratedByMe: true }, ["Rice"]],
        [{ ratedByMe: false }, ["Chicken", "Porridge"]],
        [{ "averageTaste[gte]": 4, "averageConvenience[lte]": 3 }, ["Rice"]],
        [{ "ratingCount[gte]": 1 }, ["Rice"]],
        [{ "prepMinutes[lte]": 10, "cookMinutes[gte]": 20, "totalMinutes[lte]": 30 }, ["Rice"]],
        [{ "totalMinutes[null]": true, privacy: ["private"] }, ["Chicken", "Porridge"]],
        [{ "coverage[gte]": 1, "saturatedFat[null]": true }, ["Chicken", "Porridge", "Rice"]],
        [{ "name[like]": "HICK" }, ["Chicken"]],
        [{ q: "cinamon" }, ["Porridge"]],
        [{ q: "porrídge" }, ["Porridge"]],
        [{ q: "banana oats" }, ["Porridge"]],
        [{ q: "banana oatz" }, ["Porridge"]],
        [{ q: "ric" }, ["Rice"]],
        [{ q: "pizza" }, []]
      ]
      for (const [query, names] of expectations) {
        assert.deepStrictEqual(yield* found(query), names, JSON.stringify(query))
      }
      const meals: ReadonlyArray<readonly [MealQuery, ReadonlyArray<string>]> = [
        [{ recipeId: [id] }, ["Lunch"]],
        [{ "recipeName[like]": "RIC" }, ["Dinner"]],
        [{ like: [true] }, ["Lunch"]],
        [{ "like[null]": true }, ["Dinner"]],
        [{ productId: product("chicken") }, ["Lunch"]],
        [{ allergenFree: ["milk"] }, ["Dinner"]],
        [{ menuId: [menu.id] }, ["Lunch"]],
        [{ "energyKcal[gte]": 500 }, ["Dinner"]],
        [{ q: "diner" }, ["Dinner"]]
      ]
      for (const [query, names] of meals) {
        const { data, pagination } = yield* client.meals.list({ query })
        assert.deepStrictEqual(data.map(({ name }) => name), names, JSON.stringify(query))
        assert.strictEqual(pagination.total, names.length)
      }
      assert.deepStrictEqual(other.totalMinutes, 30)
    }))

  it.effect("by words as they stand; only a word that nothing holds is taken for a mistake", () =>
    Effect.gen(function*() {
      const { client } = yield* callerWith()
      const [ana, eva] = [yield* callerWith(), yield* callerWith()]
      const named = (...names: ReadonlyArray<string>) =>
        Effect.forEach(names, (name) => createRecipe({ name, ingredients: [{ name: "leek" }] }, ana.token))
      yield* named("Pumpkin pie", "Pie", "Apple pie with a long name", "Pier", "Spiel", "Leek and potato", "Plaice")
      const ranked = Effect.fnUntraced(function*(q: string, asking: typeof client) {
        const { data, pagination } = yield* asking.recipes.list({ query: { q } })
        assert.strictEqual(pagination.total, data.length)
        return data.map(({ name }) => name)
      })
      assert.deepStrictEqual(
        yield* ranked("pie", ana.client),
        ["Pie", "Pier", "Pumpkin pie", "Apple pie with a long name", "Spiel"]
      )
      assert.deepStrictEqual(yield* ranked("pumpkim pie", ana.client), ["Pumpkin pie"])
      assert.strictEqual((yield* ranked("leek", ana.client))[0], "Leek and potato")
      assert.strictEqual((yield* ranked("leek", ana.client)).length, 7)
      // What another has, and nobody else may know of, is no reason to take a word for a right one.
      yield* createRecipe({ name: "Pumpkim" }, eva.token)
      assert.deepStrictEqual(yield* ranked("pumpkim pie", ana.client), ["Pumpkin pie"])
    }))

  it.effect("under tags that are renamed, merged and deleted", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const tags = (...values: ReadonlyArray<string>) => values.map((value) => ({ key: "season", value }))
      const { id } = yield* createRecipe({ name: "Stew", tags: tags("winter", "cold") })
      yield* createRecipe({ name: "Salad", tags: tags("sommer") })
      const tagged = (value: string) =>
        Effect.map(
          client.tags.list({ query: { key: ["season"], value: [value] } }),
          ({ data: [tag] }) => tag ?? assert.fail(`no ${value}`)
        )
      const sommer = yield* tagged("sommer")
      const renamed = yield* client.tags.rename({ ...write, params: { id: sommer.id }, payload: { value: "summer" } })
      assert.deepInclude(renamed.body.data, { value: "summer", usageCount: 1, version: 2 })
      assert.deepStrictEqual(yield* found({ tag: ["season:summer"] }), ["Salad"])
      const [winter, cold] = [yield* tagged("winter"), yield* tagged("cold")]
      const taken = yield* Effect.flip(
        client.tags.rename({ ...write, params: { id: cold.id }, payload: { value: "winter" } })
      )
      assert.deepInclude(taken, { _tag: "TagExists", tagId: winter.id })
      yield* client.tags.merge({ ...write, params: { id: cold.id }, payload: { into: winter.id } })
      const { body: { data: stew } } = yield* client.recipes.get({ params: { id } })
      assert.deepStrictEqual(stew.tags, tags("winter"))
      yield* client.tags.delete({ ...write, params: { id: winter.id } })
      assert.deepStrictEqual(yield* found({ tag: ["season:winter"] }), [])
    }))
})
