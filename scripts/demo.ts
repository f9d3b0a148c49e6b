import { Effect, Layer, Option } from "effect"
import { Command } from "effect/cli"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { firstAdministrator } from "../src/contexts/iam/Accounts.ts"
import type { ClassificationId } from "../src/contexts/products/contract/Classification.ts"
import { ProductId, type ProductInput } from "../src/contexts/products/contract/Product.ts"
import { CreateProduct, DiscardProduct, RestoreProduct } from "../src/contexts/products/contract/ProductCommands.ts"
import { Products } from "../src/contexts/products/Products.ts"
import { ClientId } from "../src/contexts/recipes/contract/Client.ts"
import { CreateClient, DiscardClient } from "../src/contexts/recipes/contract/ClientCommands.ts"
import { MealId } from "../src/contexts/recipes/contract/Meal.ts"
import { CreateMeal, DiscardMeal } from "../src/contexts/recipes/contract/MealCommands.ts"
import { MenuId, weekdays } from "../src/contexts/recipes/contract/Menu.ts"
import {
  CopyMenu,
  CreateMenu,
  DiscardMenu,
  PublishMenu,
  ReplaceSlots
} from "../src/contexts/recipes/contract/MenuCommands.ts"
import { RecipeId } from "../src/contexts/recipes/contract/Recipe.ts"
import { CreateRecipe, DiscardRecipe } from "../src/contexts/recipes/contract/RecipeCommands.ts"
import { SaveShoppingList } from "../src/contexts/recipes/contract/ShoppingListCommands.ts"
import { Recipes } from "../src/contexts/recipes/Recipes.ts"
import { DatabaseLocation } from "../src/kernel/DatabaseLocation.ts"
import { Origin } from "../src/kernel/Origin.ts"
import { Settings } from "../src/kernel/Settings.ts"
import { type FoodKey, foods } from "./demo/foods.ts"
import { clients, type DemoRecipe, meals, pattern, recipes as book, week } from "./demo/practice.ts"
import { acting, as, CommandFailed, remark, result, Tools } from "./Operator.ts"

const Buses = Layer.merge(Products.layer, Recipes.layer).pipe(Layer.provideMerge(Tools))

/** The Monday after today. */
const nextMonday = () => {
  const today = new Date()
  const days = 8 - (today.getUTCDay() || 7)
  return new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10)
}

const productOf = (food: (typeof foods)[FoodKey], source: ProductInput["sourceId"]): ProductInput => {
  const [kcal, protein, fat, carbohydrate, fibre, sodium] = food.per100g
  const given = { energyKcal: kcal, protein, totalFat: fat, carbohydrate, dietaryFiber: fibre, sodium }
  return {
    name: food.name,
    ...source === undefined ? {} : { sourceId: source },
    sourceRef: food.taco,
    isFood: true,
    ...food.bought,
    nutrients: Object.fromEntries(
      Object.entries(given).map(([code, value]) => [code, { value }])
    ),
    allergens: { milk: { state: food.milk, evidence: "natureza do alimento" } }
  }
}

const fill = Effect.gen(function*() {
  const products = yield* Products
  const recipes = yield* Recipes
  const sql = yield* SqlClient.SqlClient
  const [found] = yield* sql<{ recipes: boolean }>`
    SELECT EXISTS (SELECT FROM recipes WHERE discarded_at IS NULL) OR EXISTS (SELECT FROM clients WHERE discarded_at IS NULL)
      OR EXISTS (SELECT FROM products WHERE NOT discarded) AS recipes`
  if (found?.recipes === true) {
    return yield* new CommandFailed({
      message:
        "the database has foods, recipes or clients already: demo fills an empty one, such as DATA_DIR=.demo npm run -s cli -- demo"
    })
  }
  const [taco] = yield* sql<{ id: ClassificationId }>`SELECT id FROM classifications WHERE key = 'taco'`

  const foodIds = new Map(
    yield* Effect.forEach(Object.entries(foods), ([key, food]) =>
      Effect.gen(function*() {
        const [cleared] = yield* sql<{ id: ProductId }>`
          SELECT id FROM products WHERE source_id = ${taco?.id ?? null} AND source_ref = ${food.taco}`
        const { id } = yield* products.execute(
          cleared === undefined
            ? new CreateProduct({ input: productOf(food, taco?.id) })
            : new RestoreProduct({ id: cleared.id, ifMatch: undefined })
        )
        return [key, id] as const
      }))
  )
  const recipeIds = new Map(
    yield* Effect.forEach(Object.entries<DemoRecipe>(book), ([key, { lines, ...recipe }]) => {
      const ingredients = lines.map(({ food, ...line }) => ({
        ...line,
        productId: food === undefined ? null : foodIds.get(food) ?? null
      }))
      const command = new CreateRecipe({
        input: { ...recipe, ingredients, tags: [{ key: "cozinha", value: "caseira" }] }
      })
      return Effect.map(recipes.execute(command), ({ id }) => [key, id] as const)
    })
  )
  const mealIds = new Map(
    yield* Effect.forEach(Object.entries(meals), ([key, { name, of }]) => {
      const components = of.flatMap((recipe) => recipeIds.get(recipe) ?? []).map((recipeId) => ({
        recipeId,
        portions: 1
      }))
      return Effect.map(
        recipes.execute(new CreateMeal({ input: { name, components } })),
        ({ id }) => [key, id] as const
      )
    })
  )
  const ana = yield* recipes.execute(new CreateClient({ input: clients.ana }))
  const rui = yield* recipes.execute(new CreateClient({ input: clients.rui }))
  const startDate = nextMonday()
  const input = { name: "Semana leve em casa", clientId: ana.id, startDate, pattern: [...pattern] }
  const draft = yield* recipes.execute(new CreateMenu({ input }))
  const slots = weekdays.flatMap((weekday) =>
    week[weekday].flatMap((meal, index) => {
      const entry = pattern[index]
      const mealId = meal === null ? undefined : mealIds.get(meal)
      return entry === undefined || mealId === undefined ? [] : [{ week: 1, weekday, mealId, ...entry }]
    })
  )
  yield* recipes.execute(new ReplaceSlots({ id: draft.id, ifMatch: undefined, slots }))
  const menu = yield* recipes.execute(new PublishMenu({ id: draft.id, ifMatch: undefined }))
  const list = yield* recipes.execute(
    new SaveShoppingList({
      clientId: ana.id,
      input: {
        name: "Compras da semana",
        menuIds: [menu.id],
        ownLines: [{ text: "Guardanapos", department: "Limpeza" }]
      }
    })
  )
  const copy = yield* recipes.execute(
    new CopyMenu({ id: menu.id, input: { clientId: rui.id, name: "Semana do Rui (a revisar)", startDate } })
  )
  return { ana, copy: { ...copy, client: rui.name }, list, menu }
})

/** Commands that show what was made, once the server runs: each works when pasted. */
const shown = Effect.fnUntraced(function*({ ana, copy, list, menu }: Effect.Success<typeof fill>, email: string) {
  const { dataDirectory, host, port } = yield* Settings
  const { embedded } = yield* DatabaseLocation
  const data = embedded === undefined || dataDirectory === ".data" ? "" : `DATA_DIR='${dataDirectory}' `
  const address = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}/v1`
  const ofList = `clients/${ana.id}/shopping-lists/${list.id}`
  yield* remark(`With the server running (${data}npm start), paste these and look at the files:`)
  yield* result(`TOKEN=$(${data}npm run -s cli -- iam token --email ${email})`)
  yield* Effect.forEach(
    [
      [`the week of ${ana.name}, as a page`, "semana.html", `menus/${menu.id}/print.html`],
      ["the same as PDF", "semana.pdf", `menus/${menu.id}/menu.pdf`],
      ["as a calendar", "semana.ics", `menus/${menu.id}/menu.ics`],
      ["the shopping list", "compras.pdf", `${ofList}/list.pdf`],
      [
        `the same week for ${copy.client}, with an allergy to milk: ${copy.conflictCount} conflicts`,
        "semana-2.pdf",
        `menus/${copy.id}/menu.pdf`
      ]
    ] as const,
    ([what, file, path]) =>
      Effect.andThen(
        remark(`${what}:`),
        result(`curl -f -H "authorization: Bearer $TOKEN" -o ${file} ${address}/${path}`)
      )
  )
})

/** Which commands the audit log knows as those of a demo. */
const origin = Effect.sync(() => ({ correlationId: `demo-${SecureRandom.uuidV7Unsafe()}`, address: null }))

/** 1 where there was something to discard, else 0. */
const counted = <E extends { readonly status: number }, R>(discard: Effect.Effect<void, E, R>) =>
  Effect.catchIf(Effect.as(discard, 1), ({ status }) => status === 404, () => Effect.succeed(0))

/** Discards what a demo has made and nobody has discarded since; answers how many things that were. */
const discardMade = Effect.gen(function*() {
  const products = yield* Products
  const recipes = yield* Recipes
  const sql = yield* SqlClient.SqlClient
  const made = yield* sql<{ type: string; id: string }>`
    SELECT DISTINCT target_type AS type, target_id AS id FROM audit_log WHERE correlation_id LIKE 'demo-%' AND outcome = 'ok'`
  const ids = (type: string) => made.filter((each) => each.type === type).map(({ id }) => id)
  const ifMatch = undefined
  const discards = [
    ...ids("menu").map((id) => counted(recipes.execute(new DiscardMenu({ id: MenuId.make(id), ifMatch })))),
    ...ids("client").map((id) => counted(recipes.execute(new DiscardClient({ id: ClientId.make(id), ifMatch })))),
    ...ids("meal").map((id) => counted(recipes.execute(new DiscardMeal({ id: MealId.make(id), ifMatch })))),
    ...ids("recipe").map((id) => counted(recipes.execute(new DiscardRecipe({ id: RecipeId.make(id), ifMatch })))),
    ...ids("product").map((id) => counted(products.execute(new DiscardProduct({ id: ProductId.make(id), ifMatch }))))
  ]
  const done: ReadonlyArray<number> = yield* Effect.all(discards)
  return done.reduce((sum, one) => sum + one, 0)
})

const clear = Command.make("clear", { as }, ({ as: email }) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const count = yield* sql.withTransaction(discardMade)
    yield* remark(count === 0 ? "there is no demo" : `discarded the ${count} things of the demo`)
  }).pipe(acting(email), Effect.provide(Buses))).pipe(
    Command.withDescription("Discard what demo has made")
  )

export const demo = Command.make("demo", { as }, ({ as: email }) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const made = yield* sql.withTransaction(fill)
    yield* remark(
      `${Object.keys(foods).length} foods (TACO), ${
        Object.keys(book).length
      } recipes, 2 clients, a week's menu and its shopping list`
    )
    yield* shown(made, Option.getOrElse(email, () => firstAdministrator))
    yield* remark("Away with it: npm run cli -- demo clear")
  }).pipe(Effect.provideServiceEffect(Origin, origin), acting(email), Effect.provide(Buses))).pipe(
    Command.withDescription("Fill an empty database with a small practice: foods, recipes, clients, a week's menu"),
    Command.withSubcommands([clear])
  )
