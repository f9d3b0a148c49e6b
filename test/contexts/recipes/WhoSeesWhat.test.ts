import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { ResponseId } from "../../../src/contexts/onboarding/contract/FormResponse.ts"
import { RecipeId } from "../../../src/contexts/recipes/contract/Recipe.ts"
import { recipesJobs } from "../../../src/contexts/recipes/recipesJobs.ts"
import { callerWith } from "../../support/Callers.ts"
import { FakeResponses } from "../../support/FakeResponses.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }

const code = Effect.match({
  onFailure: (error: { readonly _tag: string }) => error._tag,
  onSuccess: () => "done"
})

layer(TestServer().pipe(Layer.provide(FakeResponses())), { excludeTestServices: true })(
  "who sees what of recipes and meals",
  (it) => {
    it.effect("a private recipe is not there for others, a public one is read, rated and copied by all", () =>
      Effect.gen(function*() {
        const ana = yield* callerWith()
        const eva = yield* callerWith()
        const { rice } = examples(yield* createFoods)
        const made = yield* createRecipe({ ...rice, tags: [{ key: "meal", value: "lunch" }] }, ana.token)
        const at = { params: { id: made.id } }
        const totalOf = Effect.map(
          eva.client.recipes.list({ query: { tag: ["meal:lunch"] } }),
          ({ pagination }) => pagination.total
        )
        for (
          const asked of [
            code(eva.client.recipes.get(at)),
            code(eva.client.recipes.nutrition({ ...at, query: {} })),
            code(eva.client.recipes.ratings({ ...at, query: {} })),
            code(eva.client.recipes.update({ ...write, ...at, payload: { servings: 2 } })),
            code(eva.client.recipes.discard({ ...write, ...at })),
            code(eva.client.recipes.copy({ ...write, ...at })),
            code(eva.client.recipes.rate({ ...at, query: {}, payload: { taste: 1, convenience: 1 } }))
          ]
        ) assert.strictEqual(yield* asked, "RecipeNotFound")
        const [hidden, none] = yield* Effect.forEach(
          [made.id, RecipeId.make("019c0d5e-0000-7000-8000-00000000000a")],
          (id) => Effect.flip(eva.client.recipes.get({ params: { id } }))
        )
        assert.deepStrictEqual({ ...hidden, instance: "", correlationId: "" }, {
          ...none,
          instance: "",
          correlationId: ""
        })
        assert.strictEqual(yield* totalOf, 0)

        yield* ana.client.recipes.update({ ...write, ...at, payload: { privacy: "public" } })
        assert.strictEqual(yield* totalOf, 1)
        assert.strictEqual(
          yield* code(eva.client.recipes.update({ ...write, ...at, payload: { servings: 2 } })),
          "PermissionMissing"
        )
        yield* eva.client.recipes.rate({ ...at, query: {}, payload: { taste: 2, convenience: 5 } })
        yield* eva.client.recipes.rate({ ...at, query: {}, payload: { taste: 4, convenience: 5, comment: "Boa." } })
        yield* ana.client.recipes.rate({ ...at, query: {}, payload: { taste: 1, convenience: 2 } })
        const { body: { data: read } } = yield* eva.client.recipes.get(at)
        assert.deepStrictEqual([read.averageTaste, read.averageConvenience, read.ratingCount], [2.5, 3.5, 2])
        assert.deepStrictEqual(read.myRating, { taste: 4, convenience: 5, comment: "Boa." })
        assert.strictEqual(read.version, 2)

        const { body: { data: copy } } = yield* eva.client.recipes.copy({ ...write, ...at })
        assert.deepStrictEqual([copy.authorId, copy.privacy, copy.ratingCount], [eva.id, "private", 0])
        assert.deepStrictEqual(copy.ingredients, read.ingredients)
        yield* eva.client.recipes.withdrawRating({ ...at, query: {} })
        assert.strictEqual(yield* code(eva.client.recipes.withdrawRating({ ...at, query: {} })), "RatingNotFound")
      }))

    it.effect("nobody learns of another's private meals, tags and discarded things by asking beside them", () =>
      Effect.gen(function*() {
        const ana = yield* callerWith()
        const eva = yield* callerWith()
        const tags = [{ key: "k", value: "v" }]
        const known = yield* createRecipe({ name: "Known", privacy: "public", tags }, ana.token)
        const { body: { data: meal } } = yield* ana.client.meals.create({
          ...write,
          payload: { name: "A secret", components: [{ recipeId: known.id, portions: 1 }] }
        })
        const counts = (client: typeof ana.client) =>
          Effect.all([
            client.recipes.list({ query: { mealId: [meal.id] } }),
            client.meals.list({ query: { recipeId: [known.id] } }),
            client.tags.list({ query: { authorId: ana.id } })
          ]).pipe(Effect.map((lists) => lists.map(({ pagination }) => pagination.total)))
        assert.deepStrictEqual(yield* counts(ana.client), [1, 1, 1])
        assert.deepStrictEqual(yield* counts(eva.client), [0, 0, 0])
        yield* ana.client.recipes.discard({ ...write, params: { id: known.id } })
        assert.strictEqual(
          yield* code(eva.client.recipes.restore({ ...write, params: { id: known.id } })),
          "RecipeNotFound"
        )
        assert.strictEqual(
          yield* code(eva.client.recipes.copy({ ...write, params: { id: known.id } })),
          "RecipeNotFound"
        )
      }))

    it.effect("those who manage recipes see and change all", () =>
      Effect.gen(function*() {
        const ana = yield* callerWith()
        const { id } = yield* createRecipe({ name: "A secret" }, ana.token)
        const keeper = yield* callerWith(["recipes", "administrator"])
        yield* keeper.client.recipes.update({
          ...write,
          params: { id },
          payload: { name: "Known", tags: [{ key: "k", value: "v" }] }
        })
        const { body: { data } } = yield* ana.client.recipes.get({ params: { id } })
        assert.deepStrictEqual([data.name, data.authorId, data.tags], ["Known", ana.id, [{ key: "k", value: "v" }]])
      }))

    it.effect("a meal takes its author's and public recipes, and is published with public ones alone", () =>
      Effect.gen(function*() {
        const ana = yield* callerWith()
        const eva = yield* callerWith()
        const secret = yield* createRecipe({ name: "A secret" }, eva.token)
        const own = yield* createRecipe({ name: "Own" }, ana.token)
        const mealOf = (recipeId: typeof own.id, privacy: "private" | "public" = "private") =>
          ana.client.meals.create({
            ...write,
            payload: { name: "Lunch", privacy, components: [{ recipeId, portions: 1 }] }
          })
        const refused = yield* Effect.flip(mealOf(secret.id))
        assert.deepInclude(refused, { _tag: "RecipeNotFound" })
        assert.deepStrictEqual("errors" in refused && refused.errors?.[0]?.pointer, "/components/0/recipeId")
        assert.strictEqual(yield* code(mealOf(own.id, "public")), "MealHasPrivateRecipes")
        const { body: { data: meal } } = yield* mealOf(own.id)
        assert.strictEqual(
          yield* code(
            ana.client.meals.update({ ...write, params: { id: meal.id }, payload: { privacy: "public" } })
          ),
          "MealHasPrivateRecipes"
        )
      }))

    it.effect("a meal is the sum of its recipes, and counts what its author states where it is to be used", () =>
      Effect.gen(function*() {
        const client = yield* clientOf()
        const book = examples(yield* createFoods)
        const recipes = yield* Effect.forEach([book.rice, book.chicken], (input) => createRecipe(input))
        const stated = yield* createRecipe({
          ...book.porridge,
          nutritionOverride: { basis: "serving", values: { dietaryFiber: 9 }, use: true }
        })
        const components = [...recipes, stated].map(({ id }) => ({ recipeId: id, portions: 1 }))
        const { body: { data: { id } } } = yield* client.meals.create({
          ...write,
          payload: { name: "Day", components }
        })
        const { data } = yield* client.meals.nutrition({ params: { id }, query: {} })
        const { carbohydrate, dietaryFiber, energyKcal, protein, totalFat } = data.computed.total
        assert.deepStrictEqual(
          [energyKcal, protein, carbohydrate, totalFat].map((sum) => sum?.value),
          [883.8, 55.26, 129.97, 15.95]
        )
        assert.deepStrictEqual(data.shares.energy, { carbohydrate: 58.8, protein: 25, fat: 16.2, alcohol: null })
        // 1.9425 g of the rice and 9 g stated; only the chicken's is not known.
        assert.deepInclude(dietaryFiber, { value: 10.94, complete: false, unweighed: 0 })
        assert.deepStrictEqual(dietaryFiber?.missing.map(({ path }) => path), ["/components/1/ingredients/0"])
        assert.deepStrictEqual(dietaryFiber?.overridden, [{ recipeId: stated.id, name: "Porridge" }])
        assert.strictEqual(energyKcal?.missing[0]?.path, "/components/2/ingredients/3")

        const explained = yield* client.meals.explain({ params: { id }, query: { nutrient: "protein" } })
        const fold = (node: typeof explained.data): number =>
          node.kind === "ingredient" || node.parts.length === 0
            ? node.value ?? 0
            : node.parts.reduce((sum, part) => sum + fold(part), 0)
        assert.strictEqual(
          Number(fold(explained.data).toPrecision(12)),
          Number((explained.data.value ?? 0).toPrecision(12))
        )
      }))

    it.effect("what is discarded is restored within 90 days, and gone after them", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { client, token } = yield* callerWith()
        const made = yield* createRecipe({ name: "Stew", tags: [{ key: "k", value: "v" }] }, token)
        const { body: { data: meal } } = yield* client.meals.create({
          ...write,
          payload: { name: "Lunch", components: [{ recipeId: made.id, portions: 1 }] }
        })
        const discardedFor = (days: number) =>
          sql`UPDATE recipes SET discarded_at = now() - make_interval(days => ${days}) WHERE id = ${made.id}`
        const restored = code(client.recipes.restore({ ...write, params: { id: made.id } }))
        yield* client.recipes.discard({ ...write, params: { id: made.id } })
        yield* discardedFor(89)
        assert.strictEqual(yield* restored, "done")
        yield* client.recipes.discard({ ...write, params: { id: made.id } })
        yield* discardedFor(89)
        const purged = Effect.forEach(recipesJobs, ({ run }) => run(sql))
        yield* purged
        yield* discardedFor(91)
        assert.strictEqual(yield* restored, "NotRestorable")
        yield* purged
        assert.strictEqual(yield* restored, "RecipeNotFound")
        assert.deepStrictEqual(yield* sql`SELECT 1 FROM tag_uses WHERE item_id = ${made.id}`, [])
        const { data: { computed: { total } } } = yield* client.meals.nutrition({
          params: { id: meal.id },
          query: { nutrient: ["protein"], fresh: true }
        })
        assert.deepStrictEqual(total.protein?.missing, [{
          path: "/components/0",
          name: "Stew",
          reason: "recipe_discarded"
        }])
      }))

    it.effect("a client goes after 90 days with menus, lists and the tags of all", () =>
      Effect.gen(function*() {
        const { client: api } = yield* callerWith()
        const sql = yield* SqlClient.SqlClient
        const tags = [{ key: "a", value: "b" }]
        const { body: { data: client } } = yield* api.clients.create({ ...write, payload: { name: "Ana", tags } })
        const { body: { data: menu } } = yield* api.menus.create({
          ...write,
          payload: { name: "May", clientId: client.id, tags }
        })
        yield* api.shoppingLists.save({
          ...write,
          params: { id: client.id },
          payload: { name: "May", menuIds: [menu.id] }
        })
        yield* api.clients.discard({ ...write, params: { id: client.id } })
        const left = sql`
        SELECT id FROM clients WHERE id = ${client.id} UNION ALL SELECT id FROM menus WHERE client_id = ${client.id}
        UNION ALL SELECT id FROM shopping_lists WHERE client_id = ${client.id}
        UNION ALL SELECT item_id FROM tag_uses WHERE item_id IN (${client.id}, ${menu.id})`
        const purged = Effect.forEach(recipesJobs, ({ run }) => run(sql))
        yield* purged
        assert.strictEqual((yield* left).length, 5)
        yield* sql`UPDATE clients SET discarded_at = now() - interval '91 days' WHERE id = ${client.id}`
        yield* purged
        assert.deepStrictEqual(yield* left, [])
      }))

    it.effect("clients and menus, and what is found through them, are their author's alone", () =>
      Effect.gen(function*() {
        const [ana, eva] = [yield* callerWith(), yield* callerWith()]
        const sql = yield* SqlClient.SqlClient
        yield* sql`
        WITH role AS (INSERT INTO roles (id, context, name) VALUES (uuidv7(), 'recipes', 'client_keeper') RETURNING id)
        INSERT INTO role_permissions SELECT id, 'manage_clients' FROM role`
        const clientManager = yield* callerWith(["recipes", "client_keeper"])
        const { body: { data: client } } = yield* ana.client.clients.create({ ...write, payload: { name: "Zuleica" } })
        const { body: { data: menu } } = yield* ana.client.menus.create({
          ...write,
          payload: { name: "May", clientId: client.id }
        })
        const { body: { data: meal } } = yield* ana.client.meals.create({
          ...write,
          payload: { name: "Known to all", privacy: "public" }
        })
        yield* ana.client.menus.putSlot({
          ...write,
          params: { id: menu.id },
          payload: { week: 1, weekday: "monday", mealType: "Lunch", mealId: meal.id }
        })
        yield* sql`
        INSERT INTO client_suggestions (id, response_id, owner_id, form_title, matches)
        VALUES (uuidv7(), uuidv7(), ${ana.id}, 'Form', '[]')`
        for (const [caller, count] of [[ana, 1], [eva, 0]] as const) {
          const totals = yield* Effect.all([
            caller.client.clients.suggestions({ query: {} }),
            caller.client.clients.list({ query: {} }),
            caller.client.menus.list({ query: {} }),
            caller.client.meals.list({ query: { menuId: [menu.id] } }),
            caller.client.meals.list({ query: { "clientName[like]": "zuleica" } })
          ])
          assert.deepStrictEqual(totals.map(({ pagination }) => pagination.total), totals.map(() => count))
        }
        const { pagination: seen } = yield* clientManager.client.clients.list({ query: { id: [client.id] } })
        assert.strictEqual(seen.total, 1)
        const { pagination: suggested } = yield* clientManager.client.clients.suggestions({ query: {} })
        assert.strictEqual(suggested.total, 1)
        const through = clientManager.client.clients.list({ query: { menuId: [menu.id] } })
        assert.strictEqual((yield* through).pagination.total, 0)
        const preview = eva.client.clients.previewResponse({
          payload: { responseId: ResponseId.make(client.id), clientId: client.id }
        })
        assert.strictEqual(yield* code(preview), "ClientNotFound")
      }))
  }
)
