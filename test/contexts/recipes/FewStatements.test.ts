import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql"
import { type MenuId, weekdays } from "../../../src/contexts/recipes/contract/Menu.ts"
import { batchSize } from "../../../src/contexts/recipes/contract/RecipesEvents.ts"
import { RecipesReactionServices, recipesSubscribers } from "../../../src/contexts/recipes/RecipesSubscribers.ts"
import { callerWith } from "../../support/Callers.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"
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
    "a client's menus": api.clients.menus({ params: { id: client.id }, query: {} }),
    "empty slots": api.menus.emptySlots({ params }),
    suggestions: api.clients.suggestions({ query: {} }),
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
    "a list of some menus": api.shoppingLists.compute({ payload: { menuIds: [menu.id] } }),
    "a list's page": api.shoppingLists.print({ params: listAddress, headers: {} }),
    "a list's pdf": api.shoppingLists.pdf({ params: listAddress, headers: {} }),
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

type Reacting = Effect.Services<ReturnType<(typeof recipesSubscribers)[number]["handle"]>>

/** What a reaction does in its transaction. */
const delivered = Effect.fnUntraced(function*(name: string, payload: object) {
  const sql = yield* SqlClient.SqlClient
  const subscription = recipesSubscribers.find((each) => each.name === name) ?? assert.fail(name)
  yield* sql.withTransaction(
    subscription.handle({ _tag: subscription.tag, ...payload }, SecureRandom.uuidV7Unsafe())
  )
})

const changedFood = (id: string) => ({
  items: [{
    id,
    version: 2,
    changedFields: ["nutrients"],
    nutritionChanged: true,
    shoppingChanged: true,
    allergensChanged: true
  }]
})

const Refusal = Schema.Struct({ code: Schema.String, errors: Schema.Array(Schema.Json) })

/** One of whom there is so much of everything. */
const cook = Effect.fnUntraced(function*(count: number) {
  const sql = yield* SqlClient.SqlClient
  const { client: api, id: userId, token } = yield* callerWith()
  const [food] = [...(yield* createFoods).values()]
  const productId = food ?? assert.fail("no food")
  const lines = (length: number) => Array.from({ length }, () => ({ name: "rice", quantity: 1, unit: "g", productId }))
  const small = yield* createRecipe({ name: "Rice", ingredients: lines(1) }, token)
  const recipe = yield* createRecipe({
    name: "Rice pudding",
    tags: [{ key: "k", value: "v" }],
    ingredients: lines(Math.min(count, 200))
  }, token)
  const mealOf = (length: number) => {
    const components = Array.from({ length }, () => ({ recipeId: small.id, portions: 1 }))
    return Effect.map(
      api.meals.create({ ...write, payload: { name: "Lunch", components } }),
      ({ body }) => body.data
    )
  }
  const snack = yield* mealOf(1)
  const meal = yield* mealOf(Math.min(count, 50))
  const more = sql.literal(`generate_series(2, ${count}) AS n`)
  yield* sql`
    INSERT INTO recipes (id, author_id, name, searched, privacy, instructions, ingredients, servings, servings_assumed, utensils,
      computed, summary, complete, allergen_free, product_ids)
    SELECT uuidv7(), author_id, name, searched, privacy, instructions, ingredients, servings, servings_assumed, utensils,
      computed, summary, complete, allergen_free, product_ids
    FROM recipes, ${more} WHERE id = ${small.id}`
  yield* sql`
    INSERT INTO meals (id, author_id, name, privacy, kept, components, recipe_ids, computed, summary, complete, allergen_free, product_ids)
    SELECT uuidv7(), author_id, name, privacy, kept, components, recipe_ids, computed, summary, complete, allergen_free, product_ids
    FROM meals, ${more} WHERE id = ${snack.id}`
  yield* sql`
    INSERT INTO tags (id, author_id, type, key, value) SELECT uuidv7(), ${userId}::uuid, 'recipe', 'k', n::text FROM ${more}`
  yield* sql`
    INSERT INTO recipe_ratings (recipe_id, user_id, taste, convenience)
    SELECT ${recipe.id}::uuid, uuidv7(), 1, 1 FROM generate_series(1, ${count})`
  return { api, meal, productId, recipe, userId }
})

/** What is read of recipes, meals and tags, and what follows a change of a food. */
const countsOfCook = Effect.fnUntraced(function*(count: number) {
  const sql = yield* SqlClient.SqlClient
  const { api, meal, productId, recipe, userId } = yield* cook(count)
  const { data: [tag] } = yield* api.tags.list({ query: { limit: 1 } })
  const limit = 200
  const [ofRecipe, ofMeal] = [{ params: { id: recipe.id } }, { params: { id: meal.id } }]
  const [explain, fresh] = [{ nutrient: "energyKcal" as const }, { fresh: true }]
  const idsOf = (table: string) =>
    sql<{ id: string }>`SELECT id FROM ${sql(table)} WHERE author_id = ${userId} ORDER BY id LIMIT ${batchSize}`
  const [recipes, meals] = [yield* idsOf("recipes"), yield* idsOf("meals")]
  assert.deepStrictEqual([recipes.length, meals.length], [count + 1, count + 1])
  yield* sql`UPDATE products SET nutrients = '{"protein": 9}' WHERE id = ${productId}`
  const reads: Readonly<Record<string, Effect.Effect<unknown, unknown, Reacting>>> = {
    recipes: api.recipes.list({ query: { limit } }),
    "recipes by words": api.recipes.list({ query: { limit, q: "rise pudding" } }),
    "recipes by all else": api.recipes.list({
      query: {
        limit,
        tag: ["k:v"],
        "tag[nin]": ["k:w"],
        productName: "rice",
        menuId: [recipe.id],
        "clientName[like]": "a",
        mealId: [meal.id],
        ratedByMe: true,
        allergenFree: ["milk"]
      }
    }),
    recipe: api.recipes.get(ofRecipe),
    nutrition: api.recipes.nutrition({ ...ofRecipe, query: {} }),
    "fresh nutrition": api.recipes.nutrition({ ...ofRecipe, query: fresh }),
    explain: api.recipes.explain({ ...ofRecipe, query: explain }),
    ratings: api.recipes.ratings({ ...ofRecipe, query: { limit } }),
    export: api.recipes.jsonld(ofRecipe),
    meals: api.meals.list({ query: { limit } }),
    "meals by words": api.meals.list({ query: { limit, q: "lunsh", recipeId: [recipe.id], "recipeName[like]": "r" } }),
    meal: api.meals.get(ofMeal),
    "nutrition of a meal": api.meals.nutrition({ ...ofMeal, query: {} }),
    "fresh nutrition of a meal": api.meals.nutrition({ ...ofMeal, query: fresh }),
    "explain a meal": api.meals.explain({ ...ofMeal, query: explain }),
    tags: api.tags.list({ query: { limit } }),
    tag: api.tags.get({ params: { id: tag?.id ?? assert.fail("no tag") } }),
    "a food in recipes": delivered("recipes/OnProductChanged", changedFood(productId)),
    "recipes computed": delivered("recipes/OnRecipesOutdated", { items: recipes }),
    "meals computed": delivered("recipes/OnMealsOutdated", { items: meals })
  }
  return yield* Effect.forEach(
    Object.entries(reads),
    ([name, read]) => Effect.map(countingStatements(read), ({ statements }) => [name, statements] as const)
  )
})

layer(RecipesReactionServices.pipe(Layer.provideMerge(Server)), { excludeTestServices: true })(
  "clients, menus and lists",
  (it) => {
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

    it.effect(
      "and so do recipes, meals, tags and what follows a change of a food, for one as for a whole batch",
      () =>
        Effect.gen(function*() {
          const one = yield* countsOfCook(1)
          // With the larger one, exactly a batch of each.
          const many = yield* countsOfCook(batchSize - 1)
          assert.deepStrictEqual(many, one)
          for (const [name, count] of many) {
            assert.isAtMost(count, 8, name)
          }
        }),
      { timeout: 60_000 }
    )

    it.effect(
      "batches are of 500 at most: one more is the next one's, and nobody takes it with them",
      () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const { productId, userId } = yield* cook(batchSize)
          const recipes = yield* sql<{ id: string }>`SELECT id FROM recipes WHERE author_id = ${userId} ORDER BY id`
          assert.strictEqual(recipes.length, 501)
          yield* delivered("recipes/OnProductChanged", changedFood(productId))
          const told = yield* sql<{ size: number; last: string }>`
            SELECT jsonb_array_length(payload->'items') AS size, payload->'items'->-1->>'id' AS last FROM events
            WHERE tag = 'recipes/RecipesOutdated' AND (payload->'items' @> ${
            JSON.stringify([{ id: recipes[499]?.id }])
          }::jsonb OR payload->'items' @> ${JSON.stringify([{ id: recipes[500]?.id }])}::jsonb) ORDER BY size DESC`
          assert.deepStrictEqual(told, [
            { size: 500, last: recipes[499]?.id ?? "" },
            { size: 1, last: recipes[500]?.id ?? "" }
          ])
          yield* delivered("recipes/OnRecipesOutdated", { items: recipes.slice(0, 500) })
          const tooMany = yield* Effect.flip(delivered("recipes/OnRecipesOutdated", { items: recipes }))
          assert.match(String(tooMany), /at most 500/)
        }),
      { timeout: 60_000 }
    )

    it.effect("as many for a list of fifty menus as of one; more are refused with their place", () =>
      Effect.gen(function*() {
        const { api, menu } = yield* practice(1)
        const sql = yield* SqlClient.SqlClient
        const others = yield* sql<{ id: MenuId }>`
          INSERT INTO menus (id, author_id, client_id, name, weeks, people, pattern)
          SELECT uuidv7(), author_id, client_id, name, 1, 1, '[]' FROM menus, generate_series(1, 50) WHERE id = ${menu.id}
          RETURNING id`
        yield* sql`
          INSERT INTO menu_slots (id, menu_id, week, weekday, meal_type, meal_type_key, meal_id, meal_name, portions)
          SELECT uuidv7(), n.id, week, weekday, meal_type, meal_type_key, meal_id, meal_name, portions
          FROM menu_slots s, menus n WHERE s.menu_id = ${menu.id} AND n.id = ANY(${others.map(({ id }) => id)}::uuid[])`
        const ids = [menu.id, ...others.map(({ id }) => id)]
        const [one, fifty] = yield* Effect.forEach(
          [1, 50],
          (count) => countingStatements(api.shoppingLists.compute({ payload: { menuIds: ids.slice(0, count) } }))
        )
        assert.deepStrictEqual([one?.answer.data.lines[0]?.traces.length, fifty?.answer.data.lines[0]?.traces.length], [
          1,
          50
        ])
        assert.strictEqual(fifty?.statements, one?.statements)
        const { token } = yield* Administrator
        const answer = yield* HttpClient.execute(
          HttpClientRequest.post("/v1/shopping-lists/compute").pipe(
            HttpClientRequest.bearerToken(token),
            HttpClientRequest.bodyJsonUnsafe({ menuIds: ids })
          )
        )
        const { code, errors } = yield* Schema.decodeUnknownEffect(Refusal)(yield* answer.json)
        assert.deepStrictEqual([code, errors], ["invalid_request", [{
          pointer: "/menuIds",
          detail: "must be at most 50"
        }]])
      }))

    it.effect("take as many statements for 200 rows as for one", () =>
      Effect.gen(function*() {
        const { api, client } = yield* practice(1)
        const sql = yield* SqlClient.SqlClient
        const query = { limit: 200 }
        const lists = [
          api.clients.list({ query }),
          api.menus.list({ query }),
          api.clients.menus({ params: { id: client.id }, query }),
          api.clients.suggestions({ query })
        ]
        const counts = Effect.forEach(lists, (read) =>
          Effect.map(
            countingStatements<{ readonly data: ReadonlyArray<unknown> }, unknown, never>(read),
            ({ answer, statements }) => ({ rows: answer.data.length, statements })
          ))
        const few = yield* counts
        yield* sql`
        INSERT INTO clients (id, author_id, name, sex, contact, address, restrictions, targets, emails, phones, allergens)
        SELECT uuidv7(), author_id, name, sex, contact, address, restrictions, targets, emails, phones, allergens
        FROM clients, generate_series(1, 200) WHERE id = ${client.id}`
        yield* sql`
        INSERT INTO menus (id, author_id, client_id, name, weeks, people, pattern)
        SELECT uuidv7(), author_id, id, name, 1, 1, '[]' FROM clients, generate_series(1, 200) WHERE id = ${client.id}`
        yield* sql`
        INSERT INTO client_suggestions (id, response_id, owner_id, form_title, matches)
        SELECT uuidv7(), uuidv7(), author_id, 'Form', '[]' FROM clients, generate_series(1, 200) WHERE id = ${client.id}`
        const many = yield* counts
        assert.deepStrictEqual(many.map(({ rows }) => rows), [200, 200, 200, 200])
        assert.deepStrictEqual(many.map(({ statements }) => statements), few.map(({ statements }) => statements))
      }))
  }
)
