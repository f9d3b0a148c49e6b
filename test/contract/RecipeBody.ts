import { units } from "../../src/contexts/recipes/contract/Units.ts"
import type { Dice } from "./Dice.ts"
import { someText } from "./Values.ts"
import type { Known } from "./World.ts"

const words = [...units.flatMap(({ code, portuguese }) => code === "portion" ? [] : [code, ...portuguese]), "fatia"]

const name = (dice: Dice, max: number) => `a ${someText(dice, max - 2)}`

const ingredient = (dice: Dice, products: ReadonlyArray<string>) => ({
  name: name(dice, 255),
  ...dice.chance(0.7) ? { quantity: dice.int(1, 1000) / 8, unit: dice.pick(words) } : {},
  ...dice.chance(0.2) ? { grams: dice.int(1, 5000) } : {},
  ...dice.chance(0.3) ? { note: someText(dice, 500) } : {},
  ...dice.chance(0.6) ? { productId: dice.pick(products) } : {},
  ...dice.chance(0.3) ? { basis: dice.pick(["edible", "asPurchased"]) } : {},
  ...dice.chance(0.3) ? { cooking: dice.pick(["none", "amountRaw", "amountCooked"]) } : {}
})

const optional = (dice: Dice, { foods }: Known) => ({
  ...dice.chance(0.3) ? { description: dice.chance(0.5) ? someText(dice, 2000) : " " } : {},
  ...dice.chance(0.5)
    ? { tags: [{ key: `k${dice.int(0, 9)}`, value: name(dice, 200) }, { key: `k${dice.int(10, 19)}`, value: "v" }] }
    : {},
  ...dice.chance(0.7)
    ? {
      ingredients: Array.from(
        { length: dice.int(1, 8) },
        () => ingredient(dice, foods)
      )
    }
    : {},
  ...dice.chance(0.5) ? { instructions: dice.chance(0.5) ? someText(dice, 3000) : [{ text: name(dice, 5000) }] } : {},
  ...dice.chance(0.5) ? { servings: dice.int(1, 100) / 4 } : {},
  ...dice.chance(0.3) ? { yieldGrams: dice.int(1, 10_000) } : {},
  ...dice.chance(0.3) ? { prepMinutes: dice.int(0, 43_200), cookMinutes: null } : {},
  ...dice.chance(0.3)
    ? { nutritionOverride: { basis: "serving", values: { protein: dice.int(0, 500) / 7 }, use: dice.chance(0.5) } }
    : {}
})

/** Recipes of the products that there are. */
export const recipeBodies = (_: string, known: Known) => (dice: Dice) => ({
  name: name(dice, 500),
  ...dice.chance(0.5) ? { privacy: dice.pick(["private", "public"]) } : {},
  ...optional(dice, known)
})

export const recipePatches = (_: string, known: Known) => (dice: Dice) => ({
  name: name(dice, 500),
  ...dice.chance(0.3) ? { tags: null } : {},
  ...optional(dice, known)
})

const mealOptional = (dice: Dice, { ids }: Known) => ({
  ...dice.chance(0.3) ? { like: dice.pick([true, false, null]) } : {},
  ...dice.chance(0.4) ? { tags: [{ key: `k${dice.int(0, 9)}`, value: name(dice, 200) }] } : {},
  ...dice.chance(0.7)
    ? {
      components: Array.from({ length: dice.int(0, 5) }, () => ({
        recipeId: dice.pick(ids.get("/v1/recipes") ?? []),
        portions: dice.int(1, 400) / 4
      }))
    }
    : {}
})

/** Meals of the recipes that there are, which are public. */
export const mealBodies = (_: string, known: Known) => (dice: Dice) => ({
  name: name(dice, 255),
  ...dice.chance(0.5) ? { privacy: dice.pick(["private", "public"]) } : {},
  ...mealOptional(dice, known)
})

export const mealPatches = (_: string, known: Known) => (dice: Dice) => ({
  name: name(dice, 255),
  ...mealOptional(dice, known)
})

/** Pages with a recipe or two. */
export const importBodies = () => (dice: Dice) => {
  const recipe = () => ({
    "@type": "Recipe",
    name: name(dice, 400),
    recipeIngredient: Array.from({ length: dice.int(0, 4) }, () => `${dice.int(1, 500)} g ${name(dice, 100)}`),
    recipeInstructions: someText(dice, 500),
    recipeYield: dice.pick([4, "Serves 4", "some"]),
    totalTime: dice.pick(["PT1H", "an hour"])
  })
  const text = JSON.stringify(dice.chance(0.5) ? recipe() : { "@graph": [recipe(), recipe()] })
  return {
    text: dice.chance(0.5) ? text : `<script type="application/ld+json">${text.replaceAll("<", "\\u003c")}</script>`
  }
}

export const lineBodies = () => (dice: Dice) => ({
  lines: Array.from({ length: dice.int(1, 5) }, () => someText(dice, 900)),
  ...dice.chance(0.5) ? { lang: dice.pick(["en", "pt"]) } : {}
})

/** Of the only ingredient that recipes have which anyone links. */
export const linkBodies = (_: string, { foods }: Known) => (dice: Dice) => ({
  links: [{ position: 0, productId: dice.pick([null, ...foods]) }]
})
