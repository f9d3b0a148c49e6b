import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import type { NutrientCode } from "../../../src/contexts/products/contract/Nutrients.ts"
import type { ProductInput } from "../../../src/contexts/products/contract/Product.ts"
import type { RecipeId, RecipeInput } from "../../../src/contexts/recipes/contract/Recipe.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"
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

  it.effect("what can be no recipe is refused by its code, with the place", () =>
    Effect.gen(function*() {
      const { token } = yield* Administrator
      const recipe = yield* createRecipe({ name: "Soup", ingredients: [{ name: "water" }] })
      const { body: { data: meal } } = yield* (yield* clientOf()).meals.create({
        headers: {},
        query: {},
        payload: { name: "Lunch" }
      })
      const send = Effect.fnUntraced(function*(method: "POST" | "PATCH", path: string, body: object) {
        const answer = yield* HttpClientRequest.make(method)(path).pipe(
          HttpClientRequest.bearerToken(token),
          HttpClientRequest.bodyJsonUnsafe(body),
          HttpClient.execute
        )
        const { code, errors = [] } = JSON.parse(yield* answer.text)
        return [answer.status, code, ...errors.map(({ pointer }: { readonly pointer: string }) => pointer)]
      })
      const of = (...ingredients: ReadonlyArray<object>) => ({
        ingredients: ingredients.map((each) => ({ name: "x", ...each }))
      })
      const amount = (unit: string) => ({ quantity: 1, unit })
      const productId = recipe.id
      const refusals: ReadonlyArray<readonly [body: object, code: string, ...pointers: ReadonlyArray<string>]> = [
        [of({ position: 0 }, { position: 0 }), "positions_not_consecutive", "/ingredients/1/position"],
        [of({ position: 0 }, { position: 2 }), "positions_not_consecutive", "/ingredients/1/position"],
        [of({ position: 0 }, {}), "positions_not_consecutive", "/ingredients/1/position"],
        [of({}, { productId }), "product_unknown", "/ingredients/1/productId"],
        [of(amount("g"), amount("smidgeon")), "unit_unknown", "/ingredients/1/unit"],
        ...["percentual", "kcal", "IU", "%"].map((unit) =>
          [of(amount(unit)), "unit_not_an_amount", "/ingredients/0/unit"] as const
        ),
        [of(amount("kcal"), amount("smidgeon")), "invalid_request", "/ingredients/0/unit", "/ingredients/1/unit"],
        [{ instructions: "Stir.\n".repeat(201) }, "invalid_request", "/instructions"],
        [of({ quantity: 1 }), "invalid_request", "/ingredients/0/unit"],
        [of({ unit: "g" }), "invalid_request", "/ingredients/0/quantity"],
        [of({ quantity: 0, unit: "g" }), "invalid_request", "/ingredients/0/quantity"],
        [of({ ...amount("g"), portionName: "slice" }), "invalid_request", "/ingredients/0/portionName"],
        [of(amount("portion")), "invalid_request", "/ingredients/0/portionName"]
      ]
      for (const [body, ...told] of refusals) {
        assert.deepStrictEqual(yield* send("POST", "/v1/recipes", { name: "x", ...body }), [422, ...told])
        assert.deepStrictEqual(yield* send("PATCH", `/v1/recipes/${recipe.id}`, body), [422, ...told])
      }
      const components = [0, 0].map((position) => ({ recipeId: recipe.id, portions: 1, position }))
      const told = [422, "positions_not_consecutive", "/components/1/position"]
      assert.deepStrictEqual(yield* send("POST", "/v1/meals", { name: "x", components }), told)
      assert.deepStrictEqual(yield* send("PATCH", `/v1/meals/${meal.id}`, { components }), told)
    }))

  it.effect("amounts become grams by the first rule that applies, or it is told why not", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const food = (name: string, facts: Partial<ProductInput>) =>
        Effect.map(
          client.products.create({
            headers: {},
            query: {},
            payload: { name, nutrients: { protein: { value: 10 } }, ...facts }
          }),
          ({ body }) => body.data.id
        )
      const full = yield* food("full", {
        litersPerKg: 2,
        kgPerUnit: 0.05,
        edibleYield: 0.5,
        cookingFactor: 2,
        portions: [{ name: "slice", grams: 20 }, { name: "xícara", grams: 130 }]
      })
      const bare = yield* food("bare", {})
      const usual = yield* food("usual", {
        portions: [
          { name: "large", grams: 50 },
          { name: "medium (2-1/2\" dia)", grams: 44 },
          { name: "slice (1 oz)", grams: 28 },
          { name: "cup (8 fl oz)", grams: 227 },
          { name: "can (303 x 406)", grams: 440 },
          { name: "can (10 oz)", grams: 280 }
        ]
      })
      const drink = yield* food("drink", { nutrientBasis: "per100ml" })
      const pieces = (note: string) => ({ quantity: 2, unit: "piece", note })
      const lines: ReadonlyArray<
        readonly [
          line: Omit<NonNullable<RecipeInput["ingredients"]>[number], "name" | "productId">,
          productId: typeof full | null,
          told: readonly [rule: string, m: number | null, n: number | null, reason?: string]
        ]
      > = [
        [{ quantity: 1, unit: "cup", grams: 30 }, full, ["grams", 30, 30]],
        [{ quantity: 2, unit: "kgs" }, full, ["mass", 2000, 2000]],
        [{ quantity: 2, unit: "fatias" }, full, ["portion", 40, 40]],
        [{ quantity: 1, unit: "portion", portionName: "Fatia" }, full, ["portion", 20, 20]],
        [{ quantity: 0.5, unit: "cup" }, full, ["portion", 65, 65]],
        [{ quantity: 1, unit: "colher (sopa)" }, full, ["volume", 7.5, 7.5]],
        [{ quantity: 2, unit: "unidade" }, full, ["piece", 100, 50]],
        [{ quantity: 2, unit: "piece", basis: "edible" }, full, ["piece", 100, 100]],
        [{ quantity: 100, unit: "g", basis: "asPurchased" }, full, ["mass", 100, 50]],
        [{ quantity: 100, unit: "g", cooking: "amountRaw" }, full, ["mass", 100, 100]],
        [{ quantity: 100, unit: "g", cooking: "amountCooked" }, full, ["mass", 100, 50]],
        [{ quantity: 1, unit: "bunch" }, full, ["unknown", null, null, "no_portion"]],
        [{ quantity: 100, unit: "ml" }, bare, ["unknown", null, null, "no_density"]],
        [{ quantity: 1, unit: "piece" }, bare, ["unknown", null, null, "no_unit_mass"]],
        [{ quantity: 100, unit: "g", cooking: "amountCooked" }, bare, ["mass", 100, null, "no_cooking_factor"]],
        [{}, bare, ["unknown", null, null, "no_quantity"]],
        [{ quantity: 1, unit: "cup" }, null, ["unknown", null, null, "no_product"]],
        [{ quantity: 5, unit: "g" }, null, ["mass", 5, 5, "no_product"]],
        [pieces("large, beaten"), usual, ["portion", 100, 100]],
        [pieces("médio"), usual, ["portion", 88, 88]],
        [pieces("fresh"), usual, ["unknown", null, null, "no_unit_mass"]],
        [pieces("large"), full, ["piece", 100, 50]],
        [{ quantity: 1, unit: "slice" }, usual, ["portion", 28, 28]],
        [{ quantity: 1, unit: "xícara" }, usual, ["portion", 227, 227]],
        [{ quantity: 1, unit: "lata" }, usual, ["unknown", null, null, "no_portion"]],
        [{ quantity: 200, unit: "g" }, drink, ["mass", 200, 200, "no_density"]]
      ]
      const { id } = yield* createRecipe({
        name: "All",
        ingredients: lines.map(([line, productId]) => ({ name: "x", productId, ...line }))
      })
      const { data } = yield* client.recipes.explain({ params: { id }, query: { nutrient: "protein" } })
      assert.deepStrictEqual(
        data.parts.map(({ conversion, reason }) => [
          conversion?.rule,
          conversion?.m ?? null,
          conversion?.n ?? null,
          ...reason === undefined ? [] : [reason]
        ]),
        lines.map(([, , told]) => [...told])
      )
      const poured = yield* createRecipe({
        name: "Poured",
        ingredients: [{ name: "x", productId: drink, quantity: 200, unit: "ml" }]
      })
      const { computed } = yield* nutritionOf(poured.id)
      assert.deepInclude(computed.total.protein, { value: 20, complete: true, unweighed: 0 })
    }))
})
