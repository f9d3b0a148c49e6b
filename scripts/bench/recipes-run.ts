import { Console, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts, firstAdministrator } from "../../src/contexts/iam/Accounts.ts"
import { ProductId } from "../../src/contexts/products/contract/Product.ts"
import { UpdateProduct } from "../../src/contexts/products/contract/ProductCommands.ts"
import { Products } from "../../src/contexts/products/Products.ts"
import { CreateClient } from "../../src/contexts/recipes/contract/ClientCommands.ts"
import { CreateMeal } from "../../src/contexts/recipes/contract/MealCommands.ts"
import { CreateRecipe } from "../../src/contexts/recipes/contract/RecipeCommands.ts"
import type { RecipeQuery } from "../../src/contexts/recipes/contract/RecipeQuery.ts"
import { Recipes } from "../../src/contexts/recipes/Recipes.ts"
import { CurrentCredential } from "../../src/kernel/contract/Rights.ts"
import { Workers } from "../../src/server/Infrastructure.ts"
import { Tools } from "../Operator.ts"
import { millis, p95 } from "./Percentile.ts"

const recipesWithFood = 10_000
const mealsWithFood = 2000
const menusWithFood = 500
const recipesToSearch = 100_000

const recipeColumns =
  `author_id, name, searched, privacy, instructions, ingredients, servings, servings_assumed, utensils, computed,
  summary, complete, allergen_free, product_ids, energy_coverage`

/** One food in so many recipes, meals and menus; what it takes until all follow a change of it. */
const program = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const products = yield* Products
  const recipes = yield* Recipes
  yield* sql`
    INSERT INTO products (id, name, normalised_name, language, source_id, source_ref, nutrients)
    SELECT uuidv7(), 'food ' || n, 'food ' || n, 'en', '01980000-0000-7000-8002-000000000001', n::text,
      (SELECT jsonb_object_agg(code, n % 7 + 1) FROM unnest('{energyKcal,protein,carbohydrate,totalFat,dietaryFiber,sugar,sodium,
        calcium,iron,potassium,magnesium,zinc,vitaminC,vitaminB1,vitaminB2}'::text[]) AS code)
    FROM generate_series(1, 10) AS n`
  const foods = yield* sql<{ id: string }>`SELECT id FROM products ORDER BY id`
  const ids = foods.map(({ id }) => ProductId.make(id))
  const ingredients = ids.slice(0, 8).map((productId, n) => ({
    name: `food ${n + 1}`,
    quantity: 100,
    unit: "g",
    productId
  }))
  const first = yield* recipes.execute(
    new CreateRecipe({ input: { name: "Stew", privacy: "public", servings: 4, ingredients } })
  )
  yield* sql`
    INSERT INTO recipes (id, ${sql.literal(recipeColumns)}) SELECT uuidv7(), ${sql.literal(recipeColumns)}
    FROM recipes, generate_series(2, ${recipesWithFood}) WHERE id = ${first.id}`
  const meal = yield* recipes.execute(
    new CreateMeal({
      input: { name: "Lunch", components: [1, 2, 3].map((portions) => ({ recipeId: first.id, portions })) }
    })
  )
  yield* sql`
    INSERT INTO meals (id, author_id, name, privacy, kept, components, recipe_ids, computed, summary, complete, allergen_free, product_ids)
    SELECT uuidv7(), author_id, name, privacy, kept, components, recipe_ids, computed, summary, complete, allergen_free, product_ids
    FROM meals, generate_series(2, ${mealsWithFood}) WHERE id = ${meal.id}`
  const client = yield* recipes.execute(new CreateClient({ input: { name: "Ana" } }))
  yield* sql`
    INSERT INTO menus (id, author_id, client_id, name, weeks, people, pattern)
    SELECT uuidv7(), author_id, id, 'Week', 1, 1, '[]' FROM clients, generate_series(1, ${menusWithFood}) WHERE id = ${client.id}`
  yield* sql`
    INSERT INTO menu_slots (id, menu_id, week, weekday, meal_type, meal_type_key, meal_id, meal_name, portions)
    SELECT uuidv7(), n.id, 1, day, 'Lunch', 'lunch', (SELECT id FROM meals WHERE n.id IS NOT NULL ORDER BY random() LIMIT 1), 'Lunch', 1
    FROM menus n, generate_series(1, 7) AS day`
  yield* sql`VACUUM ANALYZE`

  yield* products.execute(
    new UpdateProduct({ id: ids[0] ?? ProductId.make(""), ifMatch: undefined, patch: { nutrients: { protein: 50 } } })
  )
  const settled = yield* millis(Effect.scoped(Effect.gen(function*() {
    yield* Layer.build(Workers)
    yield* Effect.repeat(
      sql<{ waiting: number }>`
        SELECT count(*)::integer AS waiting FROM effect_queue WHERE state <> 'completed'`,
      { until: ([row]) => row?.waiting === 0, schedule: Schedule.spaced("50 millis") }
    )
  })))
  const checked = yield* Effect.forEach(
    [recipes.checkRecipes, recipes.checkMeals, recipes.checkMenus],
    (check) => check(undefined)
  )
  const differing = checked.reduce((sum, each) => sum + each.differing.length, 0)
  const read = yield* p95(() => recipes.getRecipe(first.id))

  yield* sql`
    INSERT INTO recipes (id, ${sql.literal(recipeColumns)}, energy_kcal, protein, carbohydrate, total_fat)
    SELECT uuidv7(), author_id, w.name, w.name || ' rice onion', privacy, instructions, ingredients, servings, servings_assumed, utensils,
      computed, summary, complete, allergen_free, product_ids, energy_coverage, random() * 2000, random() * 100, random() * 200,
      random() * 100
    FROM recipes, generate_series(1, ${recipesToSearch - recipesWithFood}) AS n,
      LATERAL (SELECT (ARRAY['stew','soup','salad','cake','bread','pie'])[n % 6 + 1] || ' of ' ||
        (ARRAY['beans','carrots','lentils','apples','pumpkin','leek','rice'])[n % 7 + 1] || ' ' || n AS name) AS w
    WHERE id = ${first.id}`
  yield* sql`
    INSERT INTO tags (id, author_id, type, key, value) SELECT uuidv7(), ${first.authorId}::uuid, 'recipe', k, 'v' || n
    FROM unnest('{meal,diet}'::text[]) AS k, generate_series(0, 4) AS n`
  yield* sql`
    INSERT INTO tag_uses SELECT r.id, t.id FROM recipes r JOIN tags t ON t.value = 'v' || (hashtext(r.id::text || t.key) & 3)
    ON CONFLICT DO NOTHING`
  yield* sql`VACUUM ANALYZE`
  const figures = (n: number): RecipeQuery => ({
    "energyKcal[gte]": 200 + n,
    "protein[gte]": 20,
    "totalFat[lte]": 60,
    tag: ["meal:v1", "diet:v2"],
    sort: [{ field: "protein", descending: true }],
    limit: 20
  })
  const words = ["lentil soup", "pumpkim pie", "leek", "aple cake", "bread beans"]
  const ranges = yield* p95((n) => recipes.listRecipes(figures(n)))
  const searched = yield* p95((n) => recipes.listRecipes({ q: words[n % words.length] ?? "", limit: 20 }))
  yield* Console.log(JSON.stringify({ settled, differing, read, ranges, searched }))
})

Effect.gen(function*() {
  const accounts = yield* Accounts
  yield* accounts.ensureAdministrator(firstAdministrator)
  const account = yield* accounts.findByEmail(firstAdministrator)
  if (account === undefined) return yield* Effect.die("no administrator")
  yield* Effect.provideService(program, CurrentCredential, { userId: account.id, proof: { _tag: "Operator" } })
}).pipe(
  Effect.provide(Layer.mergeAll(Recipes.layer, Products.layer).pipe(Layer.provideMerge(Tools))),
  Effect.scoped,
  Effect.runPromise
).then(() => process.exit(0))
