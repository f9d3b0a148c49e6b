import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { ClientInput } from "../../../src/contexts/recipes/contract/Client.ts"
import type { MealQuery } from "../../../src/contexts/recipes/contract/MealQuery.ts"
import type { MenuInput } from "../../../src/contexts/recipes/contract/Menu.ts"
import type { RecipeQuery } from "../../../src/contexts/recipes/contract/RecipeQuery.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { createRecipe } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }

const ana: ClientInput = {
  name: "Ana Conceição",
  sex: "female",
  birthday: "1988-03-14",
  contact: { mainEmail: "Ana@Example.com", phones: ["(11) 98765-4321"] },
  address: { city: "São Paulo", state: "SP" },
  restrictions: { allergens: ["milk"] },
  tags: [{ key: "plan", value: "gold" }, { key: "day", value: "friday" }]
}

const rui: ClientInput = {
  name: "Rui Araújo",
  sex: "male",
  contact: { emails: ["rui@example.com"], mainPhone: "912 345 678" },
  address: { city: "Porto", country: "PT" },
  tags: [{ key: "plan", value: "silver" }]
}

/** Two clients with a menu each: Ana's is planned, Rui's is empty. */
const practice = Effect.gen(function*() {
  const { client: api, id: userId, token } = yield* callerWith()
  const admin = yield* clientOf()
  const { body: { data: food } } = yield* admin.products.create({
    ...write,
    payload: { name: "Quinoa", isFood: true, nutrients: { energyKcal: { value: 400 } } }
  })
  const ingredients = [{ name: "quinoa", quantity: 100, unit: "g", productId: food.id }]
  const recipe = yield* createRecipe({ name: "Quinoa", ingredients }, token)
  const components = [{ recipeId: recipe.id, portions: 1 }]
  const { body: { data: meal } } = yield* api.meals.create({ ...write, payload: { name: "Quinoa", components } })
  const clientWith = (payload: ClientInput) =>
    Effect.map(api.clients.create({ ...write, payload }), ({ body }) => body.data.id)
  const menuWith = (payload: MenuInput) =>
    Effect.map(api.menus.create({ ...write, payload }), ({ body }) => body.data.id)
  const [anaId, ruiId] = [yield* clientWith(ana), yield* clientWith(rui)]
  const anas = yield* menuWith({
    name: "Semana da Ação",
    clientId: anaId,
    startDate: "2027-04-05",
    targets: [{ nutrient: "energyKcal", period: "day", max: 100 }],
    tags: [{ key: "plan", value: "gold" }]
  })
  const ruis = yield* menuWith({
    name: "Outro",
    clientId: ruiId,
    weeks: 2,
    people: 3,
    pattern: [{ mealType: "Lunch" }]
  })
  const slot = { week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id } as const
  yield* api.menus.replaceSlots({
    ...write,
    params: { id: anas },
    payload: {
      slots: (["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const).map((
        weekday
      ) => ({
        ...slot,
        weekday
      }))
    }
  })
  yield* api.menus.publish({ ...write, params: { id: anas } })
  return { admin, anaId, anas, api, food, meal, ruiId, ruis, token, userId }
})

layer(TestServer(), { excludeTestServices: true })("lists of clients and menus", (it) => {
  it.effect("are narrowed by each filter of clients, and sorted by each field", () =>
    Effect.gen(function*() {
      const { anaId, anas, api, userId } = yield* practice
      const [both, one, other, none] = [["Rui Araújo", "Ana Conceição"], ["Ana Conceição"], ["Rui Araújo"], []]
      const queries: ReadonlyArray<readonly [Parameters<typeof api.clients.list>[0]["query"], ReadonlyArray<string>]> =
        [
          [{}, both],
          [{ id: [anaId] }, one],
          [{ authorId: [userId] }, both],
          [{ name: ["Ana Conceição"] }, one],
          [{ "name[like]": "ARAUJO" }, other],
          [{ q: "ana conceicao" }, one],
          [{ q: "araujjo" }, other],
          [{ tag: ["plan:gold", "plan:silver"] }, both],
          [{ tag: ["plan:gold", "plan:silver", "day:friday"] }, one],
          [{ "tag[nin]": ["day:friday"] }, other],
          [{ email: "ANA@example.COM" }, one],
          [{ email: "rui@example.com" }, other],
          [{ phone: "+55 11 98765" }, one],
          [{ phone: "351912" }, other],
          [{ phone: "no digits" }, none],
          [{ "city[like]": "sao" }, one],
          [{ state: ["SP"] }, one],
          [{ country: ["pt"] }, other],
          [{ sex: ["female", "male"] }, both],
          [{ sex: ["male"] }, other],
          [{ "birthday[gte]": "1988-03-14", "birthday[lt]": "1990-01-01" }, one],
          [{ "birthday[null]": true }, other],
          [{ allergen: ["milk", "eggs"] }, one],
          [{ menuId: [anas] }, one]
        ]
      for (const [query, names] of queries) {
        const { data, pagination } = yield* api.clients.list({ query })
        assert.deepStrictEqual(data.map(({ name }) => name), names, JSON.stringify(query))
        assert.strictEqual(pagination.total, names.length, JSON.stringify(query))
      }
      for (const field of ["name", "city", "state", "country", "sex", "birthday", "createdAt", "updatedAt"] as const) {
        const namesBy = (descending: boolean) =>
          Effect.map(
            api.clients.list({ query: { sort: [{ field, descending }] } }),
            ({ data }) => data.map(({ name }) => name)
          )
        const isNullForOne = field === "state" || field === "birthday"
        const [up, down] = [yield* namesBy(false), yield* namesBy(true)]
        assert.deepStrictEqual(isNullForOne ? down : down.toReversed(), up, field)
      }
    }))

  it.effect("are narrowed by each filter of menus, and sorted by each field", () =>
    Effect.gen(function*() {
      const { anaId, anas, api, food, meal, ruiId, userId } = yield* practice
      const [both, one, other] = [["Outro", "Semana da Ação"], ["Semana da Ação"], ["Outro"]]
      const queries: ReadonlyArray<readonly [Parameters<typeof api.menus.list>[0]["query"], ReadonlyArray<string>]> = [
        [{}, both],
        [{ id: [anas] }, one],
        [{ authorId: [userId] }, both],
        [{ clientId: [anaId, ruiId] }, both],
        [{ clientId: [ruiId] }, other],
        [{ "name[like]": "acao" }, one],
        [{ q: "semana acao" }, one],
        [{ tag: ["plan:gold"] }, one],
        [{ "tag[nin]": ["plan:gold"] }, other],
        [{ status: ["published"] }, one],
        [{ status: ["draft", "archived"] }, other],
        [{ "startDate[lte]": "2027-04-05" }, one],
        [{ "startDate[null]": true }, other],
        [{ "weeks[gt]": 1 }, other],
        [{ people: [3] }, other],
        [{ mealId: [meal.id] }, one],
        [{ productId: [food.id] }, one],
        [{ targetStatus: ["above"] }, one],
        [{ targetStatus: ["met"] }, []],
        [{ hasEmptySlots: true }, other],
        [{ hasEmptySlots: false }, one]
      ]
      for (const [query, names] of queries) {
        const { data, pagination } = yield* api.menus.list({ query })
        assert.deepStrictEqual(data.map(({ name }) => name), names, JSON.stringify(query))
        assert.strictEqual(pagination.total, names.length, JSON.stringify(query))
      }
      for (
        const field of ["name", "clientId", "status", "startDate", "weeks", "people", "createdAt", "updatedAt"] as const
      ) {
        const namesBy = (descending: boolean) =>
          Effect.map(api.menus.list({ query: { sort: [{ field, descending }] } }), ({ data }) =>
            data.map(({ name }) => name))
        const [up, down] = [yield* namesBy(false), yield* namesBy(true)]
        assert.deepStrictEqual(field === "startDate" ? down : down.toReversed(), up, field)
      }
    }))

  it.effect("find the dishes that are in them, by menu, client and food", () =>
    Effect.gen(function*() {
      const api = yield* clientOf()
      const { body: { data: food } } = yield* api.products.create({
        ...write,
        payload: { name: "Jabuticaba", isFood: true }
      })
      const recipe = yield* createRecipe({
        name: "Jam",
        ingredients: [{ name: "fruit", quantity: 1, unit: "kg", productId: food.id }]
      })
      const components = [{ recipeId: recipe.id, portions: 1 }]
      const { body: { data: meal } } = yield* api.meals.create({ ...write, payload: { name: "Toast", components } })
      yield* api.meals.create({ ...write, payload: { name: "Bare toast" } })
      const { body: { data: client } } = yield* api.clients.create({ ...write, payload: { name: "Zulmira Brandão" } })
      const { body: { data: { id } } } = yield* api.menus.create({
        ...write,
        payload: { name: "May", clientId: client.id }
      })
      yield* api.menus.putSlot({
        ...write,
        params: { id },
        payload: { week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id }
      })
      const mealsBy = (query: MealQuery) =>
        Effect.map(api.meals.list({ query }), ({ data }) => data.map((each) => each.id))
      const recipesBy = (query: RecipeQuery) =>
        Effect.map(api.recipes.list({ query }), ({ data }) => data.map((each) => each.id))
      for (
        const query of [{ menuId: [id] }, { "clientName[like]": "brandao" }, { productName: "jabuticabas" }] as const
      ) {
        assert.deepStrictEqual(yield* mealsBy(query), [meal.id], JSON.stringify(query))
        assert.deepStrictEqual(yield* recipesBy(query), [recipe.id], JSON.stringify(query))
      }
      assert.deepStrictEqual(yield* mealsBy({ "clientName[like]": "nobody" }), [])
      const others = yield* clientOf((yield* callerWith()).token)
      yield* api.recipes.update({ ...write, params: { id: recipe.id }, payload: { privacy: "public" } })
      const { data: hidden } = yield* others.recipes.list({ query: { "clientName[like]": "brandao" } })
      assert.deepStrictEqual(hidden, [])
    }))
})
