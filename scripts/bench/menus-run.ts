import { Console, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts, firstAdministrator } from "../../src/contexts/iam/Accounts.ts"
import { ProductId } from "../../src/contexts/products/contract/Product.ts"
import { CreateClient } from "../../src/contexts/recipes/contract/ClientCommands.ts"
import { CreateMeal } from "../../src/contexts/recipes/contract/MealCommands.ts"
import { weekdays } from "../../src/contexts/recipes/contract/Menu.ts"
import { CreateMenu, ReplaceSlots } from "../../src/contexts/recipes/contract/MenuCommands.ts"
import { viewParts } from "../../src/contexts/recipes/contract/MenuQuery.ts"
import { CreateRecipe } from "../../src/contexts/recipes/contract/RecipeCommands.ts"
import { Recipes } from "../../src/contexts/recipes/Recipes.ts"
import { CurrentCredential } from "../../src/kernel/contract/Rights.ts"
import { Tools } from "../Operator.ts"
import { millis, p95 } from "./Percentile.ts"

const sizes = { products: 300, recipes: 180, meals: 60, weeks: 4, menus: 10 } as const
const mealTypes = ["Breakfast", "Snack", "Lunch", "Tea", "Dinner"]

const nth = <A>(all: ReadonlyArray<A>, n: number): A => {
  const found = all[n % all.length]
  if (found === undefined) throw new Error("there is none")
  return found
}

/** Ten menus of 4 weeks, 140 slots each, of 60 meals, 180 recipes and 300 foods. */
const program = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const recipes = yield* Recipes
  yield* sql`
    INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, store_department_name, package_size,
      package_size_unit, nutrients)
    SELECT uuidv7(), 'food ' || n, 'food ' || n, 'en', '01980000-0000-7000-8002-000000000001', n::text, 'aisle ' || n % 9, 500, 'g',
      (SELECT jsonb_object_agg(code, n % 7 + 1) FROM unnest('{energyKcal,protein,carbohydrate,totalFat,dietaryFiber,sugar,sodium,
        calcium,iron,potassium,magnesium,zinc,vitaminC,vitaminB1,vitaminB2}'::text[]) AS code)
    FROM generate_series(1, ${sizes.products}) AS n`
  const foods = (yield* sql<{ id: string }>`SELECT id FROM products ORDER BY id`).map(({ id }) => ProductId.make(id))
  const made = yield* Effect.forEach(
    Array.from({ length: sizes.recipes }),
    (_, n) => {
      const ingredients = Array.from({ length: 7 }, (__, k) => ({
        name: `food ${k}`,
        quantity: 100 + k,
        unit: "g",
        productId: nth(foods, n * 5 + k * 41)
      }))
      const instructions = Array.from(
        { length: 5 },
        (__, k) => ({ text: `Step ${k} of the dish: stir until it is done.` })
      )
      return recipes.execute(
        new CreateRecipe({ input: { name: `Dish ${n}`, privacy: "public", servings: 4, ingredients, instructions } })
      )
    }
  )
  const meals = yield* Effect.forEach(Array.from({ length: sizes.meals }), (_, n) => {
    const components = [0, 1, 2].map((k) => ({ recipeId: nth(made, n * 3 + k).id, portions: 1 }))
    return recipes.execute(new CreateMeal({ input: { name: `Meal ${n}`, components } }))
  })
  const client = yield* recipes.execute(
    new CreateClient({
      input: {
        name: "Ana",
        restrictions: { allergens: ["milk"] },
        targets: [{ nutrient: "energyKcal", period: "day", min: 1000, max: 2000 }]
      }
    })
  )
  const menus = yield* Effect.forEach(Array.from({ length: sizes.menus }), (_, n) =>
    Effect.gen(function*() {
      const input = { name: `Menu ${n}`, clientId: client.id, weeks: sizes.weeks, startDate: "2027-04-05" }
      const { id } = yield* recipes.execute(new CreateMenu({ input }))
      const slots = Array.from({ length: sizes.weeks }, (__, week) => week + 1).flatMap((week) =>
        weekdays.flatMap((weekday, day) =>
          mealTypes.map((mealType, k) => ({
            week,
            weekday,
            mealType,
            mealId: nth(meals, n + week * 35 + day * 5 + k).id
          }))
        )
      )
      const written = yield* millis(recipes.execute(new ReplaceSlots({ id, ifMatch: undefined, slots })))
      return { id, written }
    }))
  yield* sql`VACUUM ANALYZE`
  const menuIds = menus.map(({ id }) => id)
  const view = yield* p95((n) => recipes.viewMenu(nth(menuIds, n), viewParts))
  const shown = yield* p95((n) => recipes.getMenu(nth(menuIds, n)))
  const list = yield* p95(() => recipes.computeShoppingList({ menuIds }, "body"))
  const written = Math.max(...menus.map((menu) => menu.written))
  yield* Console.log(JSON.stringify({ view, shown, list, written }))
})

Effect.gen(function*() {
  const accounts = yield* Accounts
  yield* accounts.ensureAdministrator(firstAdministrator)
  const account = yield* accounts.findByEmail(firstAdministrator)
  if (account === undefined) return yield* Effect.die("no administrator")
  yield* Effect.provideService(program, CurrentCredential, { userId: account.id, proof: { _tag: "Operator" } })
}).pipe(
  Effect.provide(Recipes.layer.pipe(Layer.provideMerge(Tools))),
  Effect.scoped,
  Effect.runPromise
).then(() => process.exit(0))
