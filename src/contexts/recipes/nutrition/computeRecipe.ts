import { type NutrientCode, nutrientCodes } from "../../products/contract/Nutrients.ts"
import { type AllergenCode, allergenCodes, type ProductId } from "../../products/contract/Product.ts"
import type { ProductFacts } from "../../products/contract/ProductLookup.ts"
import type { Ingredient } from "../contract/Ingredient.ts"
import type { Computed, Known, Part } from "./Computed.ts"
import { weigh, type Weighed } from "./weigh.ts"

export interface Composed {
  readonly ingredients: ReadonlyArray<Ingredient>
  readonly yieldGrams: number | null
}

/** An ingredient with what is known of its product: how much of each nutrient one unit of `amount` holds. */
export interface Counted {
  readonly ingredient: Ingredient
  readonly product: ProductFacts | undefined
  readonly weighed: Weighed
  /** In the basis of the product, g or ml; null where nothing can be counted. */
  readonly amount: number | null
  /** What it counts for in coverage, g; a volume of unknown density counts 1 g per ml. */
  readonly mass: number | null
  readonly reason: Part["reason"]
}

/** Volumes are taken as they are where the product's values are per 100 ml; masses through its density. */
const amountOf = ({ ml, n }: Weighed, product: ProductFacts) => {
  if (product.nutrientBasis === "per100g") return n
  return ml ?? (n === null || product.litersPerKg === null ? null : n * product.litersPerKg)
}

const count = (ingredient: Ingredient, product: ProductFacts | undefined): Counted => {
  const weighed = weigh(ingredient, product)
  if (product === undefined) {
    const reason = weighed.reason ?? "no_product"
    return { ingredient, product, weighed, amount: null, mass: weighed.n, reason }
  }
  const amount = amountOf(weighed, product)
  const mass = weighed.n ?? amount
  const lacking = weighed.n === null && amount === null ? weighed.reason ?? "no_quantity" : undefined
  const reason = lacking ?? (product.discarded ? "product_discarded" : amount === null ? "no_density" : undefined)
  return { ingredient, product, weighed, amount, mass, reason }
}

const pathOf = ({ position }: Pick<Ingredient, "position">) => `/ingredients/${position}`

/** In order of their positions, so that sums come out the same each time. */
export const counted = (
  { ingredients }: Composed,
  products: ReadonlyMap<ProductId, ProductFacts>
): ReadonlyArray<Counted> =>
  ingredients.map((ingredient) =>
    count(ingredient, ingredient.productId === null ? undefined : products.get(ingredient.productId))
  )

const weightOf = (yieldGrams: number | null, counts: ReadonlyArray<Counted>): Computed["weight"] => {
  if (yieldGrams !== null) return { grams: yieldGrams, state: "measured" }
  const isPartial = counts.length === 0 || counts.some(({ weighed }) => weighed.n === null)
  const grams = counts.reduce((sum, { weighed }) => sum + (weighed.ready ?? 0), 0)
  return { grams, state: isPartial ? "partial" : "estimated" }
}

const sumOf = (code: NutrientCode, counts: ReadonlyArray<Counted>): Known | undefined => {
  let value: number | undefined
  let covered = 0
  const unknown: Array<number> = []
  counts.forEach(({ amount, mass, product, reason }, index) => {
    if (reason !== undefined || amount === null || product === undefined) return
    const v = product.nutrients[code]
    if (v === undefined) unknown.push(index)
    else {
      value = (value ?? 0) + amount * v / 100
      covered += mass ?? 0
    }
  })
  return value === undefined ? undefined : { value, covered, unknown }
}

/** The codes that every product declares free; an ingredient without a live product declares nothing. */
const freeOf = (counts: ReadonlyArray<Counted>): ReadonlyArray<AllergenCode> =>
  counts.length === 0
    ? []
    : allergenCodes.filter((code) =>
      counts.every(({ product }) => product?.discarded === false && product.allergens[code] === "free")
    )

/** A recipe's totals (spec: T = Σ n·v/100 over what is known). */
export const computeRecipe = (recipe: Composed, products: ReadonlyMap<ProductId, ProductFacts>): Computed => {
  const counts = counted(recipe, products)
  const nutrients: { -readonly [C in NutrientCode]?: Known } = {}
  for (const code of nutrientCodes) {
    const known = sumOf(code, counts)
    if (known !== undefined) nutrients[code] = known
  }
  const parts: ReadonlyArray<Part> = counts.length === 0
    ? [{ path: "", name: "", reason: "no_ingredients" }]
    : counts.map(({ ingredient, reason }) => ({
      path: pathOf(ingredient),
      name: ingredient.name,
      ...ingredient.productId === null ? {} : { productId: ingredient.productId },
      ...reason === undefined ? {} : { reason }
    }))
  return {
    mass: counts.reduce((sum, { mass }) => sum + (mass ?? 0), 0),
    unweighed: counts.length === 0 ? 1 : counts.filter(({ mass }) => mass === null).length,
    weight: weightOf(recipe.yieldGrams, counts),
    parts,
    nutrients,
    allergenFree: freeOf(counts)
  }
}
