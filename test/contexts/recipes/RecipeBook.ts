import { Effect } from "effect"
import type { ProductInput } from "../../../src/contexts/products/contract/Product.ts"
import type { RecipeInput } from "../../../src/contexts/recipes/contract/Recipe.ts"
import { clientOf } from "../../support/TestServer.ts"

const food = (
  [energyKcal, protein, carbohydrate, totalFat, dietaryFiber]: ReadonlyArray<number | undefined>,
  more: Partial<ProductInput> = {}
): Omit<ProductInput, "name"> => ({
  nutrients: {
    energyKcal: { value: energyKcal ?? 0 },
    protein: { value: protein ?? 0 },
    carbohydrate: { value: carbohydrate ?? 0 },
    totalFat: { value: totalFat ?? 0 },
    ...dietaryFiber === undefined ? {} : { dietaryFiber: { value: dietaryFiber } }
  },
  ...more
})

/** The foods of the worked examples, per 100 g. */
const foods = {
  rice: food([358, 7.2, 78.8, 0.3, 1.6], { cookingFactor: 2.5 }),
  oil: food([884, 0, 0, 100, 0], { litersPerKg: 1.09 }),
  onion: food([39, 1.7, 8.9, 0.1, 2.2], { kgPerUnit: 0.15, edibleYield: 0.9 }),
  oats: food([394, 13.9, 66.6, 8.5, 9.1]),
  banana: food([98, 1.3, 26, 0.1, 2], { kgPerUnit: 0.2, edibleYield: 0.64 }),
  milkPowder: food([362, 34.7, 53, 0.9, undefined], { portions: [{ name: "colher de sopa", grams: 7.5 }] }),
  chicken: food([119, 21.5, 0, 3, undefined], { cookingFactor: 0.7 })
} as const satisfies Record<string, Omit<ProductInput, "name">>
export type Food = keyof typeof foods

/** Creates a food, by the administrator. */
const createFood = Effect.fnUntraced(function*(name: string, input: Omit<ProductInput, "name">) {
  const { body } = yield* (yield* clientOf()).products.create({ headers: {}, query: {}, payload: { name, ...input } })
  return body.data.id
})

/** Creates all foods of the worked examples. */
export const createFoods = Effect.map(
  Effect.forEach(
    Object.entries(foods),
    ([name, input]) => Effect.map(createFood(name, input), (id) => [name, id] as const)
  ),
  (made) => new Map<string, (typeof made)[number][1]>(made)
)

/** Creates a recipe as its caller. */
export const createRecipe = Effect.fnUntraced(function*(payload: RecipeInput, token?: string) {
  const { body } = yield* (yield* clientOf(token)).recipes.create({ headers: {}, query: {}, payload })
  return body.data
})

/** The recipes of the worked examples. */
export const examples = (ids: ReadonlyMap<string, RecipeInputProduct>) => {
  const of = (name: Food) => ({ name, productId: ids.get(name) ?? null })
  return {
    rice: {
      name: "Rice",
      servings: 4,
      ingredients: [
        { ...of("rice"), quantity: 300, unit: "g", cooking: "amountRaw" },
        { ...of("oil"), quantity: 2, unit: "tablespoon" },
        { ...of("onion"), quantity: 1, unit: "piece" }
      ]
    },
    porridge: {
      name: "Porridge",
      ingredients: [
        { ...of("oats"), quantity: 40, unit: "g" },
        { ...of("banana"), quantity: 1, unit: "piece" },
        { ...of("milkPowder"), quantity: 2, unit: "tablespoon" },
        { name: "cinnamon" }
      ]
    },
    chicken: {
      name: "Chicken",
      servings: 2,
      ingredients: [{ ...of("chicken"), quantity: 240, unit: "g", cooking: "amountCooked" }]
    }
  } as const satisfies Record<string, RecipeInput>
}

type RecipeInputProduct = NonNullable<NonNullable<RecipeInput["ingredients"]>[number]["productId"]>
