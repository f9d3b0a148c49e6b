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
 * <dishes.json[.gz]> <links.csv> [taxonomy.json[.gz]]`, on a database into which CIQUAL was imported. A dish has ingredients with an `id` and the `mass` in g
 * that goes into 100 g of it, before what is lost in its making, and `nutriments` per 100 g; links have the columns OFF_ID, CIQUAL_ID, CIQUAL_INDEX_FR and CIQUAL_EN. An ingredient with several foods is made of equal parts of them; one without
 * takes those of its children in the taxonomy, else the raw foods that are called like it. The dishes have no energy: that of both is computed by the same factors
 * (Regulation (EU) 1169/2011: 4, 4, 9 and 2 kcal/g of available carbohydrate, protein, fat and fibre). Sums of which a part is not
 * known are left out. Nothing is kept.
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

type Amount = number | null | undefined

const minus = (whole: Amount, part: Amount) =>
  typeof whole === "number" && typeof part === "number" ? whole - part : null

const energyOf = (carbohydrate: Amount, protein: Amount, fat: Amount, fibre: Amount) =>
  typeof carbohydrate === "number" && typeof protein === "number" && typeof fat === "number" &&
    typeof fibre === "number"
    ? 4 * carbohydrate + 4 * protein + 9 * fat + 2 * fibre
    : null

const textOf = async (file: string) => {
  const bytes = await readFile(file)
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")
}

const isRaw = (name: string, word: string) =>
  name.startsWith(word) && /^[\s,]/.test(name.slice(word.length)) && /\bcrue?s?\b/.test(name)

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
  const rows = Map.groupBy(links, ({ OFF_ID }) => OFF_ID ?? "")
  const foods = new Map<string, ProductId>()
  const named = new Map<string, string>()
  const names: Array<readonly [name: string, id: ProductId]> = []
  yield* Stream.runForEach(
    everyPage(ProductQuery, ["source=ciqual", "limit=200", "sort=createdAt"], products.list),
    (page) =>
      Effect.sync(() =>
        page.forEach(({ id, name, sourceRef }) => {
          foods.set(sourceRef, id)
          named.set(id, name)
          names.push([name.toLowerCase(), id])
        })
      )
  )
  const linkedTo = (id: string, depth = 0): ReadonlyArray<ProductId> => {
    const own = (rows.get(id) ?? []).flatMap(({ CIQUAL_ID = "" }) => foods.get(CIQUAL_ID) ?? [])
    const children = taxonomy[id]?.children ?? []
    return own.length > 0 || depth > 3 ? own : [...new Set(children.flatMap((child) => linkedTo(child, depth + 1)))]
  }
  /** Links may lead to foods that the table has split since: `Oignon` into red and yellow ones. */
  const calledLike = (id: string): ReadonlyArray<ProductId> => {
    const raw = `${id.replace(/^\w+:/, "").replaceAll("-", " ")}, raw`
    const same = links.find(({ CIQUAL_EN }) => CIQUAL_EN?.toLowerCase() === raw)
    const found = foods.get(same?.CIQUAL_ID ?? "")
    const words = [...rows.get(id) ?? [], ...same === undefined ? [] : [same]].map(({ CIQUAL_INDEX_FR = "" }) =>
      CIQUAL_INDEX_FR.toLowerCase()
    ).filter((word) => word !== "")
    return found === undefined
      ? names.flatMap(([name, food]) => words.some((word) => isRaw(name, word)) ? [food] : [])
      : [found]
  }
  const foodsOf = (id: string) => {
    const linked = linkedTo(id)
    return linked.length > 0 ? linked : calledLike(id)
  }
  const errors = new Map<string, Array<number>>()
  let linked = 0
  for (const { ingredients, nutriments, product_name } of dishes) {
    const found = ingredients.map(({ id, mass }) => ({
      id,
      mass,
      foods: foodsOf(id)
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
    const made = found.map(({ foods: [first, ...others], id, mass }) =>
      `${mass} ${id}: ${named.get(first ?? "")}${others.length === 0 ? "" : ` and ${others.length} others`}`
    ).join("; ")
    const command = new CreateRecipe({ input: { name: product_name, ingredients: lines, yieldGrams: 100 } })
    const { nutrition: { per100g } } = (yield* recipes.dryRun(command)).answer
    // What is not wholly known is a lower bound, which says nothing of the sum.
    const ours = (code: keyof NonNullable<typeof per100g>) =>
      per100g?.[code].complete === true ? per100g[code].value : null
    const [protein, fat, total, fibre] = (["protein", "totalFat", "carbohydrate", "dietaryFiber"] as const).map(ours)
    // The others' carbohydrate is the available one (CHOAVL), ours is the total, with the fibre (CHOCDF).
    const available = minus(total, fibre)
    const theirs = (member: string) => nutriments[member] ?? null
    const [theirProtein, theirFat, theirCarbohydrate, theirFibre] = ["proteins", "fat", "carbohydrates", "fiber"].map(
      (name) => theirs(`${name}_100g`)
    )
    const compared = [
      [
        "energy",
        energyOf(available, protein, fat, fibre),
        energyOf(theirCarbohydrate, theirProtein, theirFat, theirFibre)
      ],
      ["protein", protein, theirProtein],
      ["fat", fat, theirFat],
      ["available carbohydrate", available, theirCarbohydrate],
      ["sugar", ours("sugar"), theirs("sugars_100g")],
      ["saturated fat", ours("saturatedFat"), theirs("saturated-fat_100g")],
      ["fibre", fibre, theirFibre]
    ] as const
    for (const [what, value = null, wanted = null] of compared) {
      if (value === null || wanted === null) continue
      const error = Math.abs(value - wanted)
      errors.set(what, [...errors.get(what) ?? [], error])
      if (showsWrong && error > (what === "energy" ? 30 : 3)) {
        yield* Console.log(`${product_name}: ${what} ${value.toFixed(2)} instead of ${wanted.toFixed(2)} (${made})`)
      }
    }
  }
  yield* Console.log(`${linked} of ${dishes.length} dishes have a food for each ingredient`)
  for (const [what, all] of errors) {
    const sorted = all.toSorted((a, b) => a - b)
    const [median, tenth] = [quantile(sorted, 0.5), quantile(sorted, 0.9)].map((error) => error.toFixed(2))
    const unit = what === "energy" ? "kcal" : "g"
    yield* Console.log(
      `${what}: ${all.length} dishes, median error ${median} ${unit}, 90 % within ${tenth} ${unit} per 100 g`
    )
  }
})

NodeRuntime.runMain(
  program.pipe(
    acting(Option.none()),
    Effect.provide(Layer.merge(Products.layer, Recipes.layer).pipe(Layer.provideMerge(Tools)))
  )
)
