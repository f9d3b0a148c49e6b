import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Struct } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { ProductId } from "../../../src/contexts/products/contract/Product.ts"
import { type Recipe, RecipeId, type RecipeInput } from "../../../src/contexts/recipes/contract/Recipe.ts"
import { Dice } from "../../contract/Dice.ts"
import { CountedStatements, countingStatements } from "../../support/StatementCount.ts"
import { Administrator, clientOf, TestServer } from "../../support/TestServer.ts"
import { createFoods, createRecipe, examples } from "./RecipeBook.ts"

const write = { headers: {}, query: {} }

const page = (ingredients: ReadonlyArray<string>) =>
  `<html lang="en"><script type="application/ld+json">${
    JSON.stringify({ "@type": "Recipe", name: "Soup", recipeYield: "Serves 4", recipeIngredient: ingredients })
  }</script>`

const send = (path: string, type: string, body: string) =>
  Effect.gen(function*() {
    const { token } = yield* Administrator
    const answer = yield* HttpClientRequest.post(path).pipe(
      HttpClientRequest.bearerToken(token),
      HttpClientRequest.bodyText(body, type),
      HttpClient.execute
    )
    return { status: answer.status, body: JSON.parse(yield* answer.text) }
  })

const odd = [
  "1. Boil.\n2) Serve, hot",
  "a  b\u00a0c",
  "Step 3: <b>stir</b> &amp; rest",
  "&amp;lt;p&gt; & < >",
  "- x, y; z",
  "½ cup\u2028or so",
  "\u0085 e\u0301 😀",
  "100 g",
  "4",
  "\"quoted\" \\ </script>"
]

/** A recipe with odd texts wherever there may be any. */
const written = (dice: Dice, input: RecipeInput): RecipeInput => {
  const text = () => Array.from({ length: dice.int(1, 3) }, () => dice.pick(odd)).join(dice.pick([" ", "\n", "\r\n"]))
  const maybe = <A>(value: A) => dice.pick([value, null])
  const minutes = () => maybe(dice.int(0, 43_200))
  const few = <A>(make: (n: number) => A) => Array.from({ length: dice.int(0, 3) }, (_, n) => make(n))
  return {
    name: text(),
    description: maybe(text()),
    imageUrl: maybe("https://example.org/a.png?x=1&y=2"),
    sourceUrl: maybe("https://example.org/rice"),
    sourceAuthor: maybe(text()),
    tags: few((n) => ({ key: "keyword", value: `${n} ${text()}` })),
    instructions: [{ text: text() }, ...few(() => ({ text: text(), ...dice.pick([{}, { section: dice.pick(odd) }]) }))],
    ingredients: (input.ingredients ?? []).map((each) => ({ ...each, fullText: maybe(text()) })),
    ...dice.pick([{ servings: dice.int(1, 7000) / 7 }, { servings: 1, servingsAssumed: true }]),
    yieldText: maybe(text()),
    utensils: few(text),
    prepMinutes: minutes(),
    cookMinutes: minutes(),
    totalMinutes: minutes()
  }
}

/** What schema.org carries of a recipe. */
const carried = (recipe: Recipe) =>
  Struct.pick(recipe, [
    "name",
    "description",
    "imageUrl",
    "sourceUrl",
    "sourceAuthor",
    "tags",
    "instructions",
    "servings",
    "servingsAssumed",
    "yieldText",
    "utensils",
    "prepMinutes",
    "cookMinutes",
    "totalMinutes"
  ])

layer(TestServer().pipe(Layer.provideMerge(CountedStatements)), { excludeTestServices: true })(
  "imported recipes",
  (it) => {
    it.effect("are linked to the food that is meant without doubt, and suggested others", () =>
      Effect.gen(function*() {
        const client = yield* clientOf()
        const food = (name: string) =>
          client.products.create({
            ...write,
            payload: { name, isFood: true, nutrients: { energyKcal: { value: 100 } } }
          })
        const { body: { data: quinoa } } = yield* food("quinoa")
        yield* food("black beans")
        yield* food("black bean")
        const { body, status } = yield* send(
          "/v1/recipes/import",
          "text/html",
          page(["200 g quinoa", "1 cup black beens"])
        )
        assert.strictEqual(status, 201)
        const [{ ingredientLinks, recipe }] = body.data
        assert.strictEqual(ingredientLinks[0].productId, quinoa.id)
        assert.isNull(ingredientLinks[1].productId)
        assert.isAbove(ingredientLinks[1].suggestions.length, 1)
        assert.deepInclude(recipe.nutrition.total.energyKcal, { value: 200, complete: false, unweighed: 1 })
        const plural = yield* send("/v1/recipes/import/preview", "text/html", page(["2 quinoas"]))
        assert.strictEqual(plural.body.data[0].ingredientLinks[0].productId, quinoa.id)
        const [first] = ingredientLinks[1].suggestions
        const linked = yield* client.recipes.link({
          ...write,
          params: { id: recipe.id },
          payload: { links: [{ position: 1, productId: first.productId }] }
        })
        assert.strictEqual(linked.body.data.ingredients[1]?.productId, first.productId)
        assert.strictEqual(linked.body.data.version, 2)
        const linking = (position: number, productId: ProductId) =>
          Effect.flip(client.recipes.link({
            ...write,
            params: { id: recipe.id },
            payload: { links: [{ position: 0, productId: null }, { position, productId }] }
          }))
        const faults = [
          yield* linking(1, ProductId.make(recipe.id)),
          yield* linking(7, quinoa.id),
          yield* linking(0, quinoa.id)
        ]
        assert.deepStrictEqual(
          faults.map((error) => "errors" in error ? error.errors?.[0]?.pointer : undefined),
          ["/links/1/productId", "/links/1/position", "/links/1/position"]
        )
      }))

    it.effect("can be changed, whatever a page says", () =>
      Effect.gen(function*() {
        const client = yield* clientOf()
        const long = (count: number) => "😀".repeat(count)
        const extremes = {
          "@type": "Recipe",
          name: long(600),
          description: long(11_000),
          author: long(600),
          keywords: `${long(250)}, ${long(251)}, `,
          tool: long(300),
          recipeYield: [long(600), "2000 servings"],
          totalTime: "P999999D",
          image: `https://example.org/${"x".repeat(3000)}`,
          recipeIngredient: [
            "90000 x 90000 kg sacks rice",
            "1/0 cup oil",
            `2 cups ${long(900)}`,
            "0 eggs",
            `(${long(600)})`
          ],
          recipeInstructions: [{
            "@type": "HowToSection",
            name: `${"x".repeat(199)}${long(2)}`,
            itemListElement: [long(6000)]
          }],
          nutrition: { calories: "999999 kcal", proteinContent: "999999 kg", sodiumContent: "999999 kg" }
        }
        const { body, status } = yield* send("/v1/recipes/import", "application/ld+json", JSON.stringify(extremes))
        assert.strictEqual(status, 201, JSON.stringify(body))
        const [{ recipe }] = body.data
        const changed = yield* client.recipes.update({ ...write, params: { id: recipe.id }, payload: { servings: 3 } })
        assert.strictEqual(changed.body.data.servings, 3)
      }))

    it.effect("are kept, copied and tagged in as many statements for one as for many", () =>
      Effect.gen(function*() {
        const client = yield* clientOf()
        const many = (count: number) =>
          JSON.stringify(
            Array.from({ length: count }, (_, n) => ({ "@type": "Recipe", name: `Soup ${n}`, keywords: `a, k${n}` }))
          )
        const imported = (count: number) =>
          countingStatements(send("/v1/recipes/import", "application/ld+json", many(count)))
        const [few, more] = [yield* imported(2), yield* imported(40)]
        assert.strictEqual(more.answer.body.data.length, 40)
        assert.deepStrictEqual(
          more.answer.body.data[39].recipe.tags,
          [{ key: "keyword", value: "a" }, { key: "keyword", value: "k39" }]
        )
        assert.strictEqual(few.statements, more.statements)
        const copied = Effect.fnUntraced(function*(count: number) {
          const recipes: ReadonlyArray<{ readonly recipe: { readonly id: string } }> = more.answer.body.data.slice(
            0,
            count
          )
          const components = recipes.map(({ recipe }) => ({ recipeId: RecipeId.make(recipe.id), portions: 1 }))
          const { body: { data } } = yield* client.meals.create({ ...write, payload: { name: "Lunch", components } })
          return yield* countingStatements(
            client.meals.copy({ headers: {}, query: { withRecipes: true }, params: { id: data.id } })
          )
        })
        const [two, twenty] = [yield* copied(2), yield* copied(20)]
        const components = twenty.answer.body.data.components
        assert.isTrue(components.every(({ state }) => state === "available"))
        const originals: ReadonlyArray<{ readonly recipe: { readonly id: string } }> = more.answer.body.data
        assert.isFalse(components.some(({ recipeId }) => originals.some(({ recipe }) => recipe.id === recipeId)))
        assert.deepStrictEqual(components.map(({ name }) => name), Array.from({ length: 20 }, (_, n) => `Soup ${n}`))
        assert.strictEqual(two.statements, twenty.statements)
      }))

    it.effect("are shown before they are kept, and refused with the place of the fault", () =>
      Effect.gen(function*() {
        const client = yield* clientOf()
        const total = Effect.map(client.recipes.list({ query: {} }), ({ pagination }) => pagination.total)
        const before = yield* total
        const shown = yield* send("/v1/recipes/import/preview", "text/html", page(["1 cup rice"]))
        assert.deepStrictEqual([shown.status, shown.body.data[0].recipe.name], [200, "Soup"])
        assert.strictEqual(yield* total, before)
        const broken = yield* send("/v1/recipes/import", "application/ld+json", `{"@type": "Recipe",\n "name" "x"}`)
        assert.deepInclude(broken.body, { code: "jsonld_invalid", line: 2 })
        const none = yield* send("/v1/recipes/import", "text/html", "<p>Nothing</p>")
        assert.deepStrictEqual([none.status, none.body.code], [422, "no_recipe_found"])
        const address = yield* send("/v1/recipes/import", "application/json", `{"url": "https://example.org/soup"}`)
        assert.deepStrictEqual([address.status, address.body.code], [409, "fetch_disabled"])
      }))

    it.effect("are the same once they were exported, whatever they say", () =>
      Effect.gen(function*() {
        const seed = process.env["EXPORTED_SEED"] ?? String(Date.now())
        const dice = new Dice(seed)
        const client = yield* clientOf()
        const { rice } = examples(yield* createFoods)
        for (let round = 0; round < 12; round++) {
          const made = yield* createRecipe(written(dice, rice))
          const exported = yield* client.recipes.jsonld({ params: { id: made.id } })
          const { body, status } = yield* send(
            "/v1/recipes/import/preview",
            "application/ld+json",
            JSON.stringify(exported)
          )
          assert.strictEqual(status, 200, JSON.stringify(body))
          const [{ recipe, warnings }] = body.data
          assert.deepStrictEqual(carried(recipe), carried(made), `EXPORTED_SEED=${seed}`)
          const lines: ReadonlyArray<{ readonly fullText: string }> = recipe.ingredients
          assert.deepStrictEqual(
            lines.map(({ fullText }) => fullText),
            made.ingredients.map(({ fullText }, n) => fullText ?? ["300 g rice", "2 tablespoon oil", "1 onion"][n]),
            `EXPORTED_SEED=${seed}`
          )
          const isAssumed = made.servingsAssumed ? ["recipeYield: no number of servings was found; 1 is assumed"] : []
          assert.deepStrictEqual(warnings, isAssumed, `EXPORTED_SEED=${seed}`)
        }
        const { nutritionOverride } = yield* Effect.map(createRecipe(rice), ({ id }) => id).pipe(
          Effect.flatMap((id) => client.recipes.jsonld({ params: { id } })),
          Effect.flatMap((exported) =>
            send("/v1/recipes/import/preview", "application/ld+json", JSON.stringify(exported))
          ),
          Effect.map(({ body }) => body.data[0].recipe)
        )
        assert.deepStrictEqual(nutritionOverride.values, {
          energyKcal: 342.5,
          protein: 5.97,
          carbohydrate: 62.1,
          totalFat: 7.14,
          dietaryFiber: 1.94
        })
      }))
  }
)
