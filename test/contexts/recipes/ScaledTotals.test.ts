import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Recipes } from "../../../src/contexts/recipes/Recipes.ts"
import { RecipesReactionServices } from "../../../src/contexts/recipes/RecipesSubscribers.ts"
import { Dice } from "../../contract/Dice.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { makeCarrier } from "./Carrier.ts"
import { createFoods, createRecipe } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }
const codes = ["energyKcal", "protein", "carbohydrate", "totalFat", "dietaryFiber"] as const
const TestLayer = Layer.merge(Recipes.layer, RecipesReactionServices).pipe(Layer.provideMerge(TestServer()))

layer(TestLayer, { excludeTestServices: true })("random recipes", (it) => {
  it.effect("of so many times the amounts hold so many times as much", () =>
    Effect.gen(function*() {
      const seed = process.env["SCALED_SEED"] ?? String(Date.now())
      const dice = new Dice(seed)
      const api = yield* clientOf()
      const ids = [...(yield* createFoods).values(), null]
      for (let round = 0; round < 8; round++) {
        const times = dice.int(2, 9)
        const lines = Array.from({ length: dice.int(1, 8) }, () => ({
          name: "x",
          productId: dice.pick(ids),
          quantity: dice.int(1, 900) / 8,
          unit: dice.pick(["g", "ml", "piece", "tablespoon"]),
          cooking: dice.pick(["none", "amountRaw", "amountCooked"] as const)
        }))
        const totalsOf = (factor: number) =>
          Effect.gen(function*() {
            const ingredients = lines.map((line) => ({ ...line, quantity: line.quantity * factor }))
            const { id } = yield* createRecipe({ name: "Scaled", ingredients })
            const { data } = yield* api.recipes.nutrition({ params: { id }, query: { nutrient: codes } })
            return data.computed.total
          })
        const [one, many] = [yield* totalsOf(1), yield* totalsOf(times)]
        for (const code of codes) {
          const [small, large] = [one[code], many[code]]
          assert.strictEqual(small?.coverage, large?.coverage, `SCALED_SEED=${seed}`)
          assert.strictEqual(small?.unweighed, large?.unweighed, `SCALED_SEED=${seed}`)
          if (small?.value === null) assert.isNull(large?.value)
          else {
            // Both are rounded once: to 0.1 kcal, or 0.01 g.
            const rounding = (code === "energyKcal" ? 0.051 : 0.0051) * (times + 1)
            assert.approximately(large?.value ?? 0, (small?.value ?? 0) * times, rounding, `SCALED_SEED=${seed}`)
          }
        }
      }
    }))

  it.effect("and all that they are in are no longer covered once a food has lost a nutrient", () =>
    Effect.gen(function*() {
      const seed = process.env["SCALED_SEED"] ?? String(Date.now())
      const dice = new Dice(seed)
      const api = yield* clientOf()
      const foods = yield* createFoods
      const ids = [...foods.values()]
      const lost = dice.pick(ids)
      const recipe = yield* createRecipe({
        name: "Whole",
        ingredients: ids.map((productId) => ({ name: "x", productId, quantity: dice.int(1, 500), unit: "g" }))
      })
      const { body: { data: meal } } = yield* api.meals.create({
        ...write,
        payload: { name: "Whole", components: [{ recipeId: recipe.id, portions: 2 }] }
      })
      const { body: { data: client } } = yield* api.clients.create({ ...write, payload: { name: "Ana" } })
      const { body: { data: menu } } = yield* api.menus.create({
        ...write,
        payload: { name: "x", clientId: client.id }
      })
      yield* api.menus.putSlot({
        ...write,
        params: { id: menu.id },
        payload: { week: 1, weekday: "friday", mealType: "Lunch", mealId: meal.id }
      })
      const coverages = Effect.gen(function*() {
        const { body: { data: ofRecipe } } = yield* api.recipes.get({ params: { id: recipe.id } })
        const { body: { data: ofMeal } } = yield* api.meals.get({ params: { id: meal.id } })
        const { body: { data: ofMenu } } = yield* api.menus.get({ params: { id: menu.id } })
        const day = ofMenu.plan[0]?.days[4]?.totals?.total
        const week = ofMenu.plan[0]?.totals?.total
        return [ofRecipe.nutrition.total, ofMeal.nutrition.total, day, week].map((total) => total?.protein.coverage)
      })
      assert.deepStrictEqual(yield* coverages, [1, 1, 1, 1])
      yield* api.products.update({ ...write, params: { id: lost }, payload: { nutrients: { protein: null } } })
      const carry = yield* makeCarrier(dice)
      while ((yield* carry(50)) > 0);
      for (const coverage of yield* coverages) {
        assert.isBelow(coverage ?? 1, 1, `SCALED_SEED=${seed}`)
        assert.isAbove(coverage ?? 0, 0, `SCALED_SEED=${seed}`)
      }
    }))
})
