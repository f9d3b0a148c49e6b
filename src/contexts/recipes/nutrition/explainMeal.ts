import { type NutrientCode, unitOf } from "../../products/contract/Nutrients.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import type { ProductFacts } from "../../products/contract/ProductLookup.ts"
import type { Component, Meal } from "../contract/Meal.ts"
import type { Explanation, NutritionOverride, perWhat } from "../contract/Nutrition.ts"
import type { Recipe } from "../contract/Recipe.ts"
import { statedOf } from "./combine.ts"
import type { Computed } from "./Computed.ts"
import { explainRecipe, figure } from "./explainRecipe.ts"

export type ExplainedRecipe =
  & Pick<Recipe, "id" | "version" | "name" | "servings" | "ingredients" | "yieldGrams">
  & { readonly computed: Computed; readonly nutritionOverride: NutritionOverride | null }

/** What some nodes add up to, in their order; null where none of them is known. */
const foldOf = (parts: ReadonlyArray<Explanation>): number | null => {
  const values = parts.flatMap(({ value }) => value ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}

/** So many times a node, but for the facts of its foods; each sum is that of its own parts, to the last bit. */
export const scaled = (node: Explanation, factor: number): Explanation => {
  if (node.kind === "product" || node.value === null) return node
  const parts = node.parts.map((part) => scaled(part, factor))
  if (node.kind !== "ingredient" && parts.length > 0) return { ...node, value: foldOf(parts), parts }
  const formula = factor === 1 ? node.formula : `${node.formula} x ${figure(factor)}`
  return { ...node, value: node.value * factor, formula, parts }
}

const componentNode = (
  component: Component,
  recipe: ExplainedRecipe | undefined,
  facts: ReadonlyMap<ProductId, ProductFacts>,
  code: NutrientCode,
  scale: number
): Explanation => {
  if (recipe === undefined || component.state !== "available") {
    const reason = component.state === "withdrawn" ? "recipe_withdrawn" : "recipe_discarded"
    const base = {
      kind: "recipe",
      label: component.name,
      value: null,
      unit: unitOf(code),
      share: null,
      parts: []
    } as const
    return { ...base, formula: "unknown", reason }
  }
  const { computed, nutritionOverride, servings } = recipe
  const factor = component.portions / servings * scale
  const formula = `${figure(component.portions)} of ${figure(servings)} servings`
  const stated = statedOf(nutritionOverride, { servings, weight: computed.weight })[code]
  const whole = explainRecipe(recipe, facts, code, "total")
  return stated === undefined
    ? { ...scaled(whole, factor), formula: `${formula}, ${whole.formula}` }
    : { ...whole, value: stated * factor, formula: `${formula}, as its author states`, parts: [] }
}

/** The way from a meal's total to the facts that it comes from: the values of its parts, in their order, add up to it. */
export const explainMeal = (
  meal: Pick<Meal, "id" | "version" | "name">,
  { components, computed: { weight } }: { readonly components: ReadonlyArray<Component>; readonly computed: Computed },
  recipes: ReadonlyArray<ExplainedRecipe>,
  facts: ReadonlyMap<ProductId, ProductFacts>,
  code: NutrientCode,
  per: (typeof perWhat)[number]
): Explanation => {
  const byId = new Map(recipes.map((recipe) => [recipe.id, recipe]))
  const isWeighed = weight.state !== "partial" && weight.grams !== null && weight.grams > 0
  const scale = per === "100g" ? (isWeighed ? 100 / (weight.grams ?? 1) : null) : 1
  const parts = scale === null
    ? []
    : components.map((component) => componentNode(component, byId.get(component.recipeId), facts, code, scale))
  const total = foldOf(parts)
  return {
    kind: "meal",
    label: meal.name,
    id: meal.id,
    version: meal.version,
    value: total,
    unit: unitOf(code),
    formula: scale === null
      ? "the mass of the ready dish is not known"
      : `sum of ${parts.length} components${per === "100g" ? ` x 100 / ${figure(weight.grams ?? 0)}` : ""}`,
    share: null,
    parts: parts.map((part) => ({
      ...part,
      share: part.value === null || total === null || total === 0 ? null : part.value / total
    }))
  }
}
