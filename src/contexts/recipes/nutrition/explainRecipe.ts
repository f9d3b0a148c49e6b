import { type NutrientCode, unitOf } from "../../products/contract/Nutrients.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import type { ProductFacts } from "../../products/contract/ProductLookup.ts"
import type { Explanation, perWhat } from "../contract/Nutrition.ts"
import type { Recipe } from "../contract/Recipe.ts"
import { computeRecipe, type Counted, counted } from "./computeRecipe.ts"

type Explained = Pick<Recipe, "id" | "version" | "name" | "servings" | "ingredients" | "yieldGrams">

export const figure = (value: number) => String(Number(value.toPrecision(8)))

const shareOf = (value: number | null, whole: number | null) =>
  value === null || whole === null || whole === 0 ? null : value / whole

const productNode = (product: ProductFacts, code: NutrientCode): Explanation => {
  const value = product.nutrients[code] ?? null
  return {
    kind: "product",
    label: product.name,
    id: product.id,
    version: product.version,
    value,
    unit: unitOf(code),
    formula: product.nutrientBasis === "per100g" ? "per 100 g edible" : "per 100 ml",
    share: null,
    ...value === null ? { reason: "value_unknown" } : {},
    source: {
      name: product.source,
      sourceRef: product.sourceRef,
      updatedAt: product.updatedAt.toISOString(),
      basis: product.nutrientBasis,
      value
    },
    parts: []
  }
}

const ingredientNode = (
  { amount, ingredient, product, reason, weighed }: Counted,
  code: NutrientCode,
  whole: number | null,
  scale: number
): Explanation => {
  const v = product?.nutrients[code]
  const value = reason !== undefined || amount === null || v === undefined ? null : amount * v / 100
  const unit = product?.nutrientBasis === "per100ml" ? "ml" : "g"
  return {
    kind: "ingredient",
    label: ingredient.name,
    value: value === null ? null : value * scale,
    unit: unitOf(code),
    formula: value === null || amount === null || v === undefined
      ? "unknown"
      : `${figure(amount)} ${unit} x ${figure(v)} / 100${scale === 1 ? "" : ` x ${figure(scale)}`}`,
    share: shareOf(value, whole),
    ...value === null ? { reason: reason ?? "value_unknown" } : {},
    conversion: {
      rule: weighed.rule,
      quantity: ingredient.quantity,
      factor: weighed.factor,
      m: weighed.m,
      n: weighed.n,
      y: weighed.y,
      k: weighed.k
    },
    assumptions: weighed.assumptions,
    parts: product === undefined ? [] : [productNode(product, code)]
  }
}

const scaleOf = (recipe: Explained, weight: number | null, per: (typeof perWhat)[number]) =>
  per === "total" ? 1 : per === "serving" ? 1 / recipe.servings : weight === null ? null : 100 / weight

/** The way from a recipe's total to the facts that it comes from: the values of its parts, in their order, add up to it. */
export const explainRecipe = (
  recipe: Explained,
  products: ReadonlyMap<ProductId, ProductFacts>,
  code: NutrientCode,
  per: (typeof perWhat)[number]
): Explanation => {
  const computed = computeRecipe(recipe, products)
  const total = computed.nutrients[code]?.value ?? null
  const { grams, state } = computed.weight
  const weight = state === "partial" || grams === 0 ? null : grams
  const scale = scaleOf(recipe, weight, per)
  const parts = scale === null
    ? []
    : counted(recipe, products).map((each) => ingredientNode(each, code, total, scale))
  const values = parts.flatMap(({ value }) => value === null ? [] : [value])
  const known = values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
  const by = per === "total"
    ? ""
    : per === "serving"
    ? ` / ${figure(recipe.servings)}`
    : ` x 100 / ${figure(weight ?? 0)}`
  return {
    kind: "recipe",
    label: recipe.name,
    id: recipe.id,
    version: recipe.version,
    value: known,
    unit: unitOf(code),
    formula: scale === null ? "the mass of the ready dish is not known" : `sum of ${parts.length} ingredients${by}`,
    share: null,
    ...recipe.ingredients.length === 0 ? { reason: "no_ingredients" } : {},
    parts
  }
}
