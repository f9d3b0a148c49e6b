import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Schedule } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { weekdays } from "../../../src/contexts/recipes/contract/Menu.ts"
import { CreateRecipe } from "../../../src/contexts/recipes/contract/RecipeCommands.ts"
import { Recipes } from "../../../src/contexts/recipes/Recipes.ts"
import { RecipesReactionServices, recipesSubscribers } from "../../../src/contexts/recipes/RecipesSubscribers.ts"
import { CurrentCredential, UserId } from "../../../src/kernel/contract/Rights.ts"
import { Dice } from "../../contract/Dice.ts"
import { callerWith } from "../../support/Callers.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"
import { makeCarrier } from "./Carrier.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

/** Until some statement waits for another transaction. */
const waitingForALock = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.pipe(
      Effect.filterOrFail((rows) => rows.length > 0),
      Effect.retry({ schedule: Schedule.spaced("10 millis"), times: 150 })
    )
)

const write = { headers: {}, query: {} }

/** Hands over what a subscription is told, in the transaction that there is. */
const delivered = (name: string, payload: object, eventId = SecureRandom.uuidV7Unsafe()) => {
  const subscription = recipesSubscribers.find((each) => each.name === name) ?? assert.fail(name)
  return subscription.handle({ _tag: subscription.tag, ...payload }, eventId)
}

const TestLayer = Layer.merge(Recipes.layer, RecipesReactionServices).pipe(Layer.provideMerge(TestServer()))

layer(TestLayer, { excludeTestServices: true })("settled totals", (it) => {
  it.effect(
    "equal those computed from scratch, whatever the order, repetition and loss of deliveries",
    () =>
      Effect.gen(function*() {
        const seed = process.env["SETTLED_SEED"] ?? String(Date.now())
        const dice = new Dice(seed)
        const client = yield* clientOf()
        const recipes = yield* Recipes
        const foods = yield* createFoods
        const ids = [...foods.values()]
        const book = Object.values(examples(foods))
        const made = yield* Effect.forEach([...book, ...book], (input) => createRecipe({ ...input, privacy: "public" }))
        const meals = yield* Effect.forEach(
          Array.from({ length: 4 }),
          () =>
            client.meals.create({
              headers: {},
              query: {},
              payload: {
                name: "Lunch",
                components: Array.from(
                  { length: 3 },
                  () => ({ recipeId: dice.pick(made).id, portions: dice.int(1, 8) / 4 })
                )
              }
            })
        )
        const { body: { data: { id: clientId } } } = yield* client.clients.create({
          headers: {},
          query: {},
          payload: { name: "Ana", restrictions: { allergens: ["milk"] } }
        })
        const targets = () => [{ nutrient: "protein" as const, period: "day" as const, max: dice.int(1, 90) }]
        const slots = () =>
          weekdays.slice(0, dice.int(1, 4)).map((weekday) => ({
            week: 1,
            weekday,
            mealType: "Lunch",
            mealId: dice.pick(meals).body.data.id,
            portions: dice.int(1, 8) / 4
          }))
        const menus = yield* Effect.forEach([null, targets()], (own) =>
          Effect.gen(function*() {
            const { body: { data: { id } } } = yield* client.menus.create({
              headers: {},
              query: {},
              payload: { name: "May", clientId, targets: own }
            })
            yield* client.menus.replaceSlots({ headers: {}, query: {}, params: { id }, payload: { slots: slots() } })
            return id
          }))
        const carry = yield* makeCarrier(dice)
        const value = () => ({ value: dice.int(0, 300) / 7 })
        const recipe = () => ({ id: dice.pick(made).id })
        const commands: ReadonlyArray<() => Effect.Effect<unknown, unknown, never>> = [
          () =>
            client.products.update({
              ...write,
              params: { id: dice.pick(ids) },
              payload: {
                nutrients: { protein: value(), [dice.pick(["totalFat", "dietaryFiber"])]: dice.pick([null, value()]) }
              }
            }),
          () => client.products.discard({ ...write, params: { id: dice.pick(ids) } }),
          () => client.products.restore({ ...write, params: { id: dice.pick(ids) } }),
          () => client.products.restore({ ...write, params: { id: dice.pick(ids) } }),
          () => client.recipes.update({ ...write, params: recipe(), payload: { servings: dice.int(1, 9) } }),
          () =>
            client.recipes.update({
              ...write,
              params: recipe(),
              payload: { privacy: dice.pick(["private", "public"]) }
            }),
          () => {
            const { ingredients = [] } = dice.pick(book)
            return client.recipes.update({
              ...write,
              params: recipe(),
              payload: { ingredients: ingredients.map((each) => ({ ...each })) }
            })
          },
          () => {
            const nutritionOverride = dice.pick([null, { basis: "serving", values: { protein: 9 }, use: true }])
            return client.recipes.update({ ...write, params: recipe(), payload: { nutritionOverride } })
          },
          () => client.recipes.discard({ ...write, params: recipe() }),
          () =>
            client.products.update({
              ...write,
              params: { id: dice.pick(ids) },
              payload: {
                allergens: { milk: { state: dice.pick(["contains", "mayContain", "free"]), evidence: "label" } }
              }
            }),
          () =>
            client.recipes.update({
              ...write,
              params: recipe(),
              payload: { tags: dice.pick([[], [{ key: "texture", value: "slimy" }]]) }
            }),
          () =>
            client.menus.replaceSlots({
              ...write,
              params: { id: dice.pick(menus) },
              payload: { slots: slots() }
            }),
          () => client.clients.update({ ...write, params: { id: clientId }, payload: { targets: targets() } }),
          () =>
            client.clients.update({
              ...write,
              params: { id: clientId },
              payload: {
                restrictions: {
                  allergens: dice.pick([[], ["milk"]]),
                  dislikedTags: dice.pick([[], [{ key: "texture", value: "slimy" }]]),
                  dislikedProductIds: dice.some(ids, 2)
                }
              }
            }),
          () =>
            Effect.flatMap(client.tags.list({ query: { type: ["recipe"] } }), ({ data }) => {
              const [tag] = data
              return tag === undefined
                ? Effect.void
                : client.tags.rename({
                  ...write,
                  params: { id: tag.id },
                  payload: { value: dice.pick(["slimy", "soft"]) }
                })
            }),
          () => client.meals.discard({ ...write, params: { id: dice.pick(meals).body.data.id } }),
          () => client.meals.restore({ ...write, params: { id: dice.pick(meals).body.data.id } }),
          () => client.meals.restore({ ...write, params: { id: dice.pick(meals).body.data.id } }),
          () => client.recipes.restore({ ...write, params: recipe() }),
          () => client.recipes.restore({ ...write, params: recipe() }),
          () =>
            client.meals.update({
              ...write,
              params: { id: dice.pick(meals).body.data.id },
              payload: {
                privacy: dice.pick(["private", "public"]),
                components: [{ recipeId: recipe().id, portions: 1 }]
              }
            })
        ]
        let done = 0
        for (let step = 0; step < 25; step++) {
          const some = Array.from({ length: 4 }, () =>
            Effect.matchEffect(dice.pick(commands)(), {
              onFailure: () => Effect.void,
              onSuccess: () => Effect.sync(() => done++)
            }))
          yield* Effect.all([...some, carry(dice.int(0, 6))], { concurrency: "unbounded" })
        }
        // What nothing comes after that would hide a difference.
        yield* Effect.forEach(ids, (id) => Effect.ignore(client.products.restore({ ...write, params: { id } })))
        yield* Effect.forEach(made, ({ id }) => Effect.ignore(client.recipes.restore({ ...write, params: { id } })))
        yield* Effect.forEach(
          meals,
          ({ body }) => Effect.ignore(client.meals.restore({ ...write, params: { id: body.data.id } }))
        )
        while ((yield* carry(50)) > 0);
        for (const id of ids) {
          const change = client.products.update({
            ...write,
            params: { id },
            payload: { nutrients: { protein: value() } }
          })
          yield* Effect.all([change, carry(dice.int(0, 3)), carry(dice.int(0, 3))], { concurrency: "unbounded" })
        }
        while ((yield* carry(50)) > 0);
        const { userId } = yield* Administrator
        const acting = { userId: UserId.make(userId), proof: { _tag: "Operator" } } as const
        const settled = Effect.fnUntraced(function*(after: string) {
          while ((yield* carry(50)) > 0);
          const checked = yield* Effect.all([
            recipes.checkRecipes(undefined),
            recipes.checkMeals(undefined),
            recipes.checkMenus(undefined)
          ]).pipe(Effect.provideService(CurrentCredential, acting))
          assert.deepStrictEqual(
            checked.map(({ differing }) => differing),
            [[], [], []],
            `${after}: SETTLED_SEED=${seed}`
          )
          assert.isTrue(checked.every(({ count }) => count > 0))
        })
        yield* settled("all")
        yield* client.clients.update({
          ...write,
          params: { id: clientId },
          payload: { targets: [{ nutrient: "protein", period: "day", max: 91 }] }
        })
        yield* settled("targets")
        // What changes no total, and yet what a client should not eat.
        yield* client.clients.update({
          ...write,
          params: { id: clientId },
          payload: {
            restrictions: {
              allergens: ["milk"],
              dislikedTags: [{ key: "texture", value: "slimy" }],
              dislikedProductIds: []
            }
          }
        })
        yield* settled("restrictions")
        for (const state of ["contains", "mayContain"] as const) {
          yield* Effect.forEach(ids, (id) =>
            client.products.update({
              ...write,
              params: { id },
              payload: { allergens: { milk: { state, evidence: "label" } } }
            }))
          yield* settled(`allergens: ${state}`)
        }
        yield* Effect.forEach(made, ({ id }) =>
          client.recipes.update({ ...write, params: { id }, payload: { tags: [{ key: "texture", value: "slimy" }] } }))
        yield* settled("tags of recipes")
        const { data: [tag] } = yield* client.tags.list({ query: { type: ["recipe"], value: ["slimy"] } })
        yield* client.tags.rename({
          ...write,
          params: { id: tag?.id ?? assert.fail("no tag") },
          payload: { key: "other words" }
        })
        yield* settled("a tag's words")
        const ofMeal = { ...write, params: { id: meals[0]?.body.data.id ?? assert.fail("no meal") } }
        yield* Effect.ignore(client.meals.discard(ofMeal))
        yield* settled("a meal")
        yield* Effect.ignore(client.meals.restore(ofMeal))
        yield* settled("a meal that is back")
        // Another recipe of the same totals, which a client should not eat either.
        const [rice] = book
        const twins = yield* Effect.forEach([1, 2], () =>
          createRecipe(rice ?? assert.fail("no rice")))
        const eaten = (recipeId: (typeof twins)[number]["id"] | undefined) => ({
          name: "Twin",
          components: [{ recipeId: recipeId ?? assert.fail("no twin"), portions: 1 }]
        })
        const { body: { data: { id: mealId } } } = yield* client.meals.create({
          ...write,
          payload: eaten(twins[0]?.id)
        })
        yield* client.menus.replaceSlots({
          ...write,
          params: { id: menus[0] ?? assert.fail("no menu") },
          payload: { slots: [{ week: 1, weekday: "monday", mealType: "Lunch", mealId }] }
        })
        yield* settled("a meal of a twin")
        yield* client.meals.update({ ...write, params: { id: mealId }, payload: eaten(twins[1]?.id) })
        yield* settled("a meal of another twin")
        assert.isAbove(done, 25, `SETTLED_SEED=${seed}`)
      }),
    { timeout: 60_000 }
  )

  it.effect("a product that a recipe is being made of does not change before the recipe is there", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const client = yield* clientOf()
      const recipes = yield* Recipes
      const { userId } = yield* Administrator
      const foods = yield* createFoods
      const { chicken } = examples(foods)
      const id = foods.get("chicken") ?? assert.fail("no chicken")
      const change = client.products.update({
        headers: {},
        query: {},
        params: { id },
        payload: { nutrients: { protein: { value: 1 } } }
      })
      // Forked before there is a transaction, which it would belong to.
      const begun = yield* Deferred.make<void>()
      const changing = yield* Effect.forkChild(Effect.andThen(Deferred.await(begun), change))
      const creating = Effect.gen(function*() {
        yield* recipes.execute(new CreateRecipe({ input: chicken }))
        yield* Deferred.succeed(begun, undefined)
        yield* waitingForALock
      })
      const acting = { userId: UserId.make(userId), proof: { _tag: "Operator" } } as const
      yield* sql.withTransaction(Effect.provideService(creating, CurrentCredential, acting))
      yield* Fiber.join(changing)
    }))

  it.effect("what is computed anew is held first, and then read", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const client = yield* clientOf()
      const recipes = yield* Recipes
      const { userId } = yield* Administrator
      const foods = yield* createFoods
      const { chicken } = examples(foods)
      const food = foods.get("chicken") ?? assert.fail("no chicken")
      const recipe = yield* createRecipe(chicken)
      const components = [{ recipeId: recipe.id, portions: 1 }]
      const { body: { data: meal } } = yield* client.meals.create({ ...write, payload: { name: "Lunch", components } })
      /** Something changes while a delivery waits for what it is to compute: the delivery has to see it. */
      const overtaken = Effect.fnUntraced(function*(
        table: "recipes" | "meals",
        id: string,
        change: Effect.Effect<unknown, unknown>
      ) {
        const begun = yield* Deferred.make<void>()
        const name = table === "recipes" ? "recipes/OnRecipesOutdated" : "recipes/OnMealsOutdated"
        const patient = Effect.andThen(sql`SET LOCAL lock_timeout = '30s'`, delivered(name, { items: [{ id }] }))
        const handling = yield* Effect.forkChild(Effect.andThen(Deferred.await(begun), sql.withTransaction(patient)))
        yield* sql.withTransaction(Effect.gen(function*() {
          yield* sql`SELECT FROM ${sql(table)} WHERE id = ${id} FOR UPDATE`
          yield* Deferred.succeed(begun, undefined)
          yield* waitingForALock
          yield* change
        }))
        yield* Fiber.join(handling)
      })
      const acting = { userId: UserId.make(userId), proof: { _tag: "Operator" } } as const
      yield* overtaken(
        "recipes",
        recipe.id,
        client.products.update({ ...write, params: { id: food }, payload: { nutrients: { protein: { value: 7 } } } })
      )
      const checkedRecipes = yield* Effect.provideService(recipes.checkRecipes(undefined), CurrentCredential, acting)
      assert.notInclude(checkedRecipes.differing, recipe.id)
      yield* overtaken(
        "meals",
        meal.id,
        client.recipes.update({ ...write, params: { id: recipe.id }, payload: { servings: 7 } })
      )
      const checkedMeals = yield* Effect.provideService(recipes.checkMeals(undefined), CurrentCredential, acting)
      assert.notInclude(checkedMeals.differing, meal.id)
    }))

  it.effect("what was computed otherwise is found by a check, and mended by computing all anew", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const client = yield* clientOf()
      const recipes = yield* Recipes
      const { userId } = yield* Administrator
      const { chicken } = examples(yield* createFoods)
      const { id } = yield* createRecipe(chicken)
      const components = [{ recipeId: id, portions: 1 }]
      const { body: { data: meal } } = yield* client.meals.create({ ...write, payload: { name: "Lunch", components } })
      const carry = yield* makeCarrier(new Dice("anew"))
      while ((yield* carry(50)) > 0);
      const acting = { userId: UserId.make(userId), proof: { _tag: "Operator" } } as const
      const differing = Effect.all([recipes.checkRecipes(undefined), recipes.checkMeals(undefined)]).pipe(
        Effect.provideService(CurrentCredential, acting),
        Effect.map((checked) => checked.map((each) => each.differing))
      )
      assert.deepStrictEqual(yield* differing, [[], []])
      for (const table of ["recipes", "meals"]) {
        yield* sql`
          UPDATE ${sql(table)} SET computed = jsonb_set(computed, '{mass}', '1') WHERE id = ANY(${[
          id,
          meal.id
        ]}::uuid[])`
      }
      assert.deepStrictEqual(yield* differing, [[id], [meal.id]])
      const { data } = yield* client.recipes.recompute({ headers: {}, query: {} })
      assert.isAbove("recipes" in data ? data.recipes : 0, 0)
      while ((yield* carry(50)) > 0);
      assert.deepStrictEqual(yield* differing, [[], []])
    }))

  it.effect("what a disabled user has says so to those who manage it, in whatever order it is told", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const client = yield* clientOf()
      const [ana, eva] = [yield* callerWith(), yield* callerWith()]
      const recipe = yield* createRecipe({ name: "Soup", privacy: "public" }, ana.token)
      const { body: { data: meal } } = yield* ana.client.meals.create({
        ...write,
        payload: { name: "Lunch", privacy: "public" }
      })
      const { body: { data: patient } } = yield* ana.client.clients.create({ ...write, payload: { name: "Rui" } })
      const { body: { data: menu } } = yield* ana.client.menus.create({
        ...write,
        payload: { name: "May", clientId: patient.id }
      })
      const toldOfOwn = Effect.gen(function*() {
        const { body: { data: one } } = yield* client.clients.get({ params: { id: patient.id } })
        const { data: [listed] } = yield* client.clients.list({ query: { id: [patient.id] } })
        const { body: { data: other } } = yield* client.menus.get({ params: { id: menu.id } })
        const { data: [listedMenu] } = yield* client.menus.list({ query: { id: [menu.id] } })
        return [one, listed, other, listedMenu].map((each) => each?.authorDisabled)
      })
      const told = (api: typeof client) =>
        Effect.gen(function*() {
          const { body: { data: one } } = yield* api.recipes.get({ params: { id: recipe.id } })
          const { data: [listed] } = yield* api.recipes.list({ query: { id: [recipe.id] } })
          const { body: { data: other } } = yield* api.meals.get({ params: { id: meal.id } })
          const { data: [listedMeal] } = yield* api.meals.list({ query: { id: [meal.id] } })
          return [one, listed, other, listedMeal].map((each) => each?.authorDisabled)
        })
      const nothing = [undefined, undefined, undefined, undefined]
      const all = (disabled: boolean) => nothing.map(() => disabled)
      const carry = yield* makeCarrier(new Dice("users"))
      assert.deepStrictEqual([yield* told(client), yield* told(eva.client)], [all(false), nothing])
      yield* client.users.disable({ ...write, params: { id: ana.id } })
      while ((yield* carry(50)) > 0);
      assert.deepStrictEqual([yield* told(client), yield* told(eva.client)], [all(true), nothing])
      assert.deepStrictEqual(yield* toldOfOwn, all(true))
      const late = delivered("recipes/OnUserEnabled", { userId: ana.id }, "01900000-0000-7000-8000-000000000000")
      yield* sql.withTransaction(late)
      assert.deepStrictEqual(yield* told(client), all(true))
      yield* client.users.enable({ ...write, params: { id: ana.id } })
      while ((yield* carry(50)) > 0);
      assert.deepStrictEqual(yield* told(client), all(false))
    }))
})
