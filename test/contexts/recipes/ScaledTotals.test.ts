import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Explanation, Nutrition } from "../../../src/contexts/recipes/contract/Nutrition.ts"
import { Recipes } from "../../../src/contexts/recipes/Recipes.ts"
import { RecipesReactionServices } from "../../../src/contexts/recipes/RecipesSubscribers.ts"
import { Dice } from "../../contract/Dice.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { makeCarrier } from "./Carrier.ts"
import { createFoods, createRecipe } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }
const codes = ["energyKcal", "protein", "carbohydrate", "totalFat", "dietaryFiber"] as const
/** Every node that is no fact is what its parts add up to. */
const isFolded = ({ kind, parts, value }: Explanation): boolean => {
  if (kind === "ingredient" || kind === "product" || parts.length === 0) return true
  const values = parts.flatMap((part) => part.value ?? [])
  const sum = values.length === 0 ? null : values.reduce((one, other) => one + other, 0)
  return sum === value && parts.every(isFolded)
}

/** The parts whose value is not known, in order. */
const lacking = (node: Explanation): ReadonlyArray<readonly [string, string | undefined]> =>
  node.kind === "ingredient" || node.parts.length === 0
    ? node.value === null ? [[node.label, node.reason]] : []
    : node.parts.flatMap(lacking)

const isExplained = (
  node: Explanation,
  { per100g, perServing, total }: Nutrition["computed"],
  { nutrient, per }: { readonly nutrient: (typeof codes)[number]; readonly per: "total" | "serving" | "100g" },
  seed: string
) => {
  const at = `${nutrient} ${per} SCALED_SEED=${seed}`
  const told = { total, serving: perServing, "100g": per100g }[per]?.[nutrient]?.value ?? null
  assert.isTrue(isFolded(node), at)
  if (told === null) return assert.isNull(node.value, at)
  assert.approximately(node.value ?? Number.NaN, told, nutrient === "energyKcal" ? 0.0501 : 0.00501, at)
  const missing = total[nutrient]?.missing.map(({ name, reason }) => [name, reason])
  assert.deepStrictEqual(lacking(node).map(([name, reason]) => [name, reason]), missing, at)
}

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

  it.effect("explain each amount down to the facts, to the last bit", () =>
    Effect.gen(function*() {
      const seed = process.env["SCALED_SEED"] ?? String(Date.now())
      const dice = new Dice(seed)
      const api = yield* clientOf()
      const foods = [...(yield* createFoods).values()]
      const gone = foods[0] ?? assert.fail("no food")
      const line = () => ({
        name: `x ${dice.int(0, 99)}`,
        productId: dice.pick([...foods, null]),
        ...dice.pick([{ quantity: dice.int(1, 900) / 7, unit: dice.pick(["g", "ml", "piece", "tablespoon"]) }, {}]),
        cooking: dice.pick(["none", "amountRaw", "amountCooked"] as const)
      })
      const recipes = yield* Effect.forEach(Array.from({ length: 6 }), (_, n) =>
        createRecipe({
          name: `Recipe ${n}`,
          servings: dice.int(1, 7),
          ingredients: Array.from({ length: dice.int(0, 6) }, line),
          ...dice.pick([{}, {
            nutritionOverride: { basis: "serving" as const, values: { protein: 3 }, use: dice.chance(0.5) }
          }])
        }))
      const components = Array.from({ length: 5 }, () => ({
        recipeId: dice.pick(recipes).id,
        portions: dice.int(1, 9) / 3
      }))
      const { body: { data: meal } } = yield* api.meals.create({ ...write, payload: { name: "Meal", components } })
      yield* api.products.discard({ ...write, params: { id: gone } })
      yield* api.recipes.discard({ ...write, params: { id: recipes[0]?.id ?? assert.fail("no recipe") } })
      for (const nutrient of codes) {
        for (const per of ["total", "serving", "100g"] as const) {
          const asked = { nutrient, per }
          for (const { id } of recipes.slice(1)) {
            const [explained, told] = yield* Effect.all([
              api.recipes.explain({ params: { id }, query: asked }),
              api.recipes.nutrition({ params: { id }, query: { nutrient: [nutrient], fresh: true } })
            ])
            isExplained(explained.data, told.data.computed, asked, seed)
          }
        }
        const [explained, told] = yield* Effect.all([
          api.meals.explain({ params: { id: meal.id }, query: { nutrient } }),
          api.meals.nutrition({ params: { id: meal.id }, query: { nutrient: [nutrient], fresh: true } })
        ])
        isExplained(explained.data, told.data.computed, { nutrient, per: "total" }, seed)
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
