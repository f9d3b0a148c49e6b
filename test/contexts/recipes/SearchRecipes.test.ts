import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { RecipeQuery } from "../../../src/contexts/recipes/contract/RecipeQuery.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }

const found = Effect.fnUntraced(function*(query: RecipeQuery) {
  const { data, pagination } = yield* (yield* clientOf()).recipes.list({ query })
  assert.strictEqual(pagination.total, data.length)
  return data.map(({ name }) => name).toSorted()
})

const Server = TestServer().pipe(Layer.provideMerge(CountedStatements))

layer(Server, { excludeTestServices: true })("recipes are found", (it) => {
  it.effect("by what they contain: an upper bound counts where the total is complete", () =>
    Effect.gen(function*() {
      const foods = yield* createFoods
      const { chicken, porridge, rice } = examples(foods)
      yield* createRecipe({ ...rice, tags: [{ key: "meal", value: "lunch" }, { key: "diet", value: "vegan" }] })
      yield* createRecipe({ ...porridge, tags: [{ key: "meal", value: "breakfast" }] })
      const { id } = yield* createRecipe({ ...chicken, tags: [{ key: "meal", value: "lunch" }] })
      const client = yield* clientOf()
      const { body: { data: meal } } = yield* client.meals.create({
        ...write,
        payload: { name: "Lunch", components: [{ recipeId: id, portions: 1 }] }
      })
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
        [{ mealId: [meal.id] }, ["Chicken"]],
        [{ "name[like]": "HICK" }, ["Chicken"]],
        [{ q: "cinamon" }, ["Porridge"]],
        [{ q: "porrídge" }, ["Porridge"]],
        [{ q: "banana oats" }, ["Porridge"]],
        [{ q: "pizza" }, []]
      ]
      for (const [query, names] of expectations) {
        assert.deepStrictEqual(yield* found(query), names, JSON.stringify(query))
      }
    }))

  it.effect("in as many statements for one as for two hundred", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const sql = yield* SqlClient.SqlClient
      const { id } = yield* createRecipe({ name: "One of many", ingredients: [{ name: "rice" }] })
      const counted = (limit: number) =>
        countingStatements(client.recipes.list({ query: { limit, "name[like]": "many" } }))
      const few = yield* counted(200)
      yield* sql`
        INSERT INTO recipes (id, author_id, name, searched, privacy, instructions, ingredients, servings, servings_assumed, utensils,
          computed, summary, complete, allergen_free, product_ids)
        SELECT uuidv7(), author_id, name, searched, privacy, instructions, ingredients, servings, servings_assumed, utensils,
          computed, summary, complete, allergen_free, product_ids
        FROM recipes, generate_series(1, 199) WHERE id = ${id}`
      const many = yield* counted(200)
      assert.strictEqual(many.answer.data.length, 200)
      assert.strictEqual(few.statements, many.statements)
      assert.isAtMost(many.statements, 3)
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
