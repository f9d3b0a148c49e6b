import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Layer, Option, Schema, Stream } from "effect"
import { Csv } from "effect/encoding"
import { readFile } from "node:fs/promises"
import { gunzipSync } from "node:zlib"
import type { ProductId } from "../../src/contexts/products/contract/Product.ts"
import { ProductQuery } from "../../src/contexts/products/contract/ProductQuery.ts"
import { Products } from "../../src/contexts/products/Products.ts"
import { CreateRecipe } from "../../src/contexts/recipes/contract/RecipeCommands.ts"
import { Recipes } from "../../src/contexts/recipes/Recipes.ts"
import { everyPage } from "../Lists.ts"
import { acting, Tools } from "../Operator.ts"

/**
 * Compares what is computed of dishes with what others computed of them: `node scripts/measure/dishes.ts [--wrong]
 * <dishes.json[.gz]> <links.csv> [taxonomy.json[.gz]]`, on a database into which CIQUAL was imported. A dish has ingredients with an `id` and a `mass`, and
 * `nutriments` per 100 g; links have the columns OFF_ID and CIQUAL_ID. An ingredient with several foods is made of equal parts of them; one without takes those of its
 * children in the taxonomy. Nothing is kept.
 */
const showsWrong = process.argv.includes("--wrong")
const [dishesFile = "", linksFile = "", taxonomyFile] = process.argv.slice(2).filter((word) => !word.startsWith("--"))

const Dish = Schema.Struct({
  product_name: Schema.String,
  ingredients: Schema.Array(Schema.Struct({ id: Schema.String, mass: Schema.Finite })),
  nutriments: Schema.Record(Schema.String, Schema.Finite)
})
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Dish)))

const decodeTaxonomy = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Record(Schema.String, Schema.Struct({ children: Schema.optionalKey(Schema.Array(Schema.String)) }))
  )
)

const compared = [
  ["protein", "proteins_100g"],
  ["totalFat", "fat_100g"],
  ["carbohydrate", "carbohydrates_100g"],
  ["saturatedFat", "saturated-fat_100g"],
  ["sugar", "sugars_100g"],
  ["dietaryFiber", "fiber_100g"]
] as const

const textOf = async (file: string) => {
  const bytes = await readFile(file)
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")
}

const quantile = (sorted: ReadonlyArray<number>, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

const program = Effect.gen(function*() {
  const products = yield* Products
  const recipes = yield* Recipes
  const dishes = decode(yield* Effect.promise(() => textOf(dishesFile)))
  const links = yield* Stream.make(yield* Effect.promise(() => textOf(linksFile))).pipe(
    Stream.pipeThroughChannel(Csv.decodeString({ headers: true })),
    Stream.runCollect
  )
  const taxonomy = taxonomyFile === undefined
    ? {}
    : decodeTaxonomy(yield* Effect.promise(() => textOf(taxonomyFile)))
  const codes = Map.groupBy(links, ({ OFF_ID }) => OFF_ID ?? "")
  const codesOf = (id: string, depth = 0): ReadonlyArray<string> => {
    const own = (codes.get(id) ?? []).map(({ CIQUAL_ID }) => CIQUAL_ID ?? "")
    const children = taxonomy[id]?.children ?? []
    return own.length > 0 || depth > 3 ? own : [...new Set(children.flatMap((child) => codesOf(child, depth + 1)))]
  }
  const foods = new Map<string, ProductId>()
  yield* Stream.runForEach(
    everyPage(ProductQuery, ["source=ciqual", "limit=200", "sort=createdAt"], products.list),
    (page) => Effect.sync(() => page.forEach(({ id, sourceRef }) => foods.set(sourceRef, id)))
  )
  const errors = new Map<string, Array<number>>()
  let linked = 0
  for (const { ingredients, nutriments, product_name } of dishes) {
    const found = ingredients.map(({ id, mass }) => ({
      id,
      mass,
      foods: codesOf(id).flatMap((code) => foods.get(code) ?? [])
    }))
    const lines = found.flatMap(({ foods: [first, ...others], id, mass }) =>
      first === undefined
        ? []
        : [first, ...others].slice(0, 20).map((productId, _, all) => ({
          name: id,
          grams: mass / all.length,
          productId
        }))
    )
    if (found.some(({ foods: { length } }) => length === 0) || lines.length > 200) continue
    linked++
    const command = new CreateRecipe({ input: { name: product_name, ingredients: lines } })
    const { nutrition: { per100g } } = (yield* recipes.dryRun(command)).answer
    for (const [code, member] of compared) {
      const [sum, wanted] = [per100g?.[code], nutriments[member]]
      // The others' carbohydrate is the available one (CHOAVL), ours is the total, with the fibre (CHOCDF).
      const fiber = code === "carbohydrate" ? per100g?.dietaryFiber.value ?? 0 : 0
      if (sum === undefined || sum.value === null || wanted === undefined) continue
      const value = sum.value - fiber
      const error = Math.abs(value - wanted)
      errors.set(code, [...errors.get(code) ?? [], error])
      if (showsWrong && error > 3) {
        yield* Console.log(
          `${product_name}: ${code} ${value} instead of ${wanted} (${ingredients.map(({ id }) => id).join(", ")})`
        )
      }
    }
  }
  yield* Console.log(`${linked} of ${dishes.length} dishes have a food for each ingredient`)
  for (const [code, all] of errors) {
    const sorted = all.toSorted((a, b) => a - b)
    const [median, tenth] = [quantile(sorted, 0.5), quantile(sorted, 0.9)].map((error) => error.toFixed(2))
    yield* Console.log(`${code}: ${all.length} dishes, median error ${median} g, 90 % within ${tenth} g per 100 g`)
  }
})

NodeRuntime.runMain(
  program.pipe(
    acting(Option.none()),
    Effect.provide(Layer.merge(Products.layer, Recipes.layer).pipe(Layer.provideMerge(Tools)))
  )
)
