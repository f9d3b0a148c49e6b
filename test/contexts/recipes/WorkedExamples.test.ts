import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { NutrientCode } from "../../../src/contexts/products/contract/Nutrients.ts"
import type { RecipeId } from "../../../src/contexts/recipes/contract/Recipe.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const codes = ["energyKcal", "protein", "carbohydrate", "totalFat", "dietaryFiber"] as const

const nutritionOf = Effect.fnUntraced(function*(id: RecipeId) {
  const { data } = yield* (yield* clientOf()).recipes.nutrition({ params: { id }, query: { nutrient: codes } })
  const values = (of: { readonly [C in NutrientCode]?: { readonly value: number | null } } | null) =>
    codes.map((code) => of?.[code]?.value)
  return {
    ...data,
    total: values(data.computed.total),
    serving: values(data.computed.perServing),
    per100g: values(data.computed.per100g)
  }
})

layer(TestServer(), { excludeTestServices: true })("the worked examples", (it) => {
  it.effect("rice is complete, to the digit", () =>
    Effect.gen(function*() {
      const { rice } = examples(yield* createFoods)
      const { id } = yield* createRecipe(rice)
      const found = yield* nutritionOf(id)
      assert.deepStrictEqual(found.total, [1370, 23.9, 248.42, 28.56, 7.77])
      assert.deepStrictEqual(found.serving.slice(0, 2), [342.5, 5.97])
      assert.deepStrictEqual(found.weight, { grams: 912.52, state: "estimated" })
      assert.strictEqual(found.calorieDensity, 150.1)
      assert.strictEqual(found.per100g[0], 150.1)
      assert.deepStrictEqual(found.shares.energy, { carbohydrate: 73.8, protein: 7.1, fat: 19.1, alcohol: null })
      assert.deepStrictEqual(found.shares.mass, { carbohydrate: 82.6, protein: 7.9, fat: 9.5 })
      assert.isTrue(codes.every((code) => found.computed.total[code]?.complete === true))
    }))

  it.effect("porridge tells what it lacks", () =>
    Effect.gen(function*() {
      const { porridge } = examples(yield* createFoods)
      const { id } = yield* createRecipe(porridge)
      const found = yield* nutritionOf(id)
      const { dietaryFiber, energyKcal } = found.computed.total
      assert.deepStrictEqual(energyKcal, {
        value: 337.3,
        unit: "kcal",
        coverage: 1,
        complete: false,
        unweighed: 1,
        missing: [{ path: "/ingredients/3", name: "cinnamon", reason: "no_quantity" }]
      })
      assert.strictEqual(dietaryFiber?.value, 6.2)
      assert.strictEqual(dietaryFiber?.coverage, 0.918)
      assert.deepStrictEqual(
        dietaryFiber?.missing.map(({ name, reason }) => [name, reason]),
        [["milkPowder", "value_unknown"], ["cinnamon", "no_quantity"]]
      )
      assert.isNull(found.computed.per100g)
      assert.deepStrictEqual(found.weight, { grams: 183, state: "partial" })
    }))

  it.effect("cooked chicken is counted raw", () =>
    Effect.gen(function*() {
      const { chicken } = examples(yield* createFoods)
      const { id } = yield* createRecipe(chicken)
      const found = yield* nutritionOf(id)
      assert.deepStrictEqual(found.serving.slice(0, 4), [204, 36.86, 0, 5.14])
      assert.deepStrictEqual(found.weight, { grams: 240, state: "estimated" })
    }))
})
