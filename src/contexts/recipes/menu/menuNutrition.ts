import type { NutrientCode } from "../../products/contract/Nutrients.ts"
import { unitOf } from "../../products/contract/Nutrients.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import type { ProductFacts } from "../../products/contract/ProductLookup.ts"
import type { Component, Meal, MealId } from "../contract/Meal.ts"
import type { Explanation, MenuNutrition } from "../contract/Nutrition.ts"
import { answerNutrition } from "../nutrition/answerNutrition.ts"
import { combine, type Combined } from "../nutrition/combine.ts"
import type { Computed } from "../nutrition/Computed.ts"
import { type ExplainedRecipe, explainMeal, scaled } from "../nutrition/explainMeal.ts"
import { figure } from "../nutrition/explainRecipe.ts"
import { nameOf } from "./dates.ts"
import type { MenuRow, SlotRow } from "./MenuRow.ts"

/** A meal with what is computed of it. */
export interface ComputedMeal {
  readonly id: MealId
  readonly version: number
  readonly name: string
  readonly components: ReadonlyArray<Component>
  readonly computed: Computed
}

type Meals = ReadonlyMap<MealId, ComputedMeal>

const missing = ({ mealName, mealState }: SlotRow) => ({
  name: mealName,
  reason: mealState === "withdrawn" ? "meal_withdrawn" as const : "meal_discarded" as const
})

const daysOf = (slots: ReadonlyArray<SlotRow>) => new Set(slots.map(({ week, weekday }) => week * 10 + weekday)).size

const combinedOf = (slot: SlotRow, meals: Meals): Combined => {
  const path = `/slots/${slot.id}`
  const meal = slot.mealState === "available" ? meals.get(slot.mealId) : undefined
  return meal === undefined
    ? { path, missing: missing(slot) }
    : { path, factor: slot.portions, computed: meal.computed, stated: {} }
}

/** All nutrients of some slots together, with what is missing. */
export const menuNutrition = (
  { id, version }: Pick<MenuRow, "id" | "version">,
  slots: ReadonlyArray<SlotRow>,
  meals: Meals,
  wanted: ReadonlyArray<NutrientCode> | undefined
): MenuNutrition => {
  const days = daysOf(slots)
  const overridden = (places: ReadonlyArray<number>, code: NutrientCode) => {
    const found = new Map(places.flatMap((place) => {
      const slot = slots[place]
      const meal = slot === undefined ? undefined : meals.get(slot.mealId)
      const components = meal?.computed.nutrients[code]?.stated?.components ?? []
      return components.flatMap((index) => {
        const component = meal?.components[index]
        return component === undefined ? [] : [[component.recipeId, component.name] as const]
      })
    }))
    return [...found].map(([recipeId, name]) => ({ recipeId, name }))
  }
  const computed = combine(slots.map((slot) => combinedOf(slot, meals)))
  const { computed: { perServing, total }, shares } = answerNutrition(
    { id, version, servings: days === 0 ? null : days },
    computed,
    null,
    wanted,
    overridden
  )
  return { id, version, days, total, dailyAverage: perServing, shares }
}

const sumOf = (parts: ReadonlyArray<Explanation>) => {
  const values = parts.flatMap(({ value }) => value ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}

const shared = (parts: ReadonlyArray<Explanation>, total: number | null) =>
  parts.map((part) => ({
    ...part,
    share: part.value === null || total === null || total === 0 ? null : part.value / total
  }))

/** The way from a menu's total to the facts that it comes from; the values of the parts, in their order, add up to it. */
export const explainMenu = (
  menu: Pick<MenuRow, "id" | "version" | "name">,
  slots: ReadonlyArray<SlotRow>,
  meals: ReadonlyMap<MealId, Pick<Meal, "id" | "version" | "name"> & Pick<ComputedMeal, "components" | "computed">>,
  recipes: ReadonlyArray<ExplainedRecipe>,
  facts: ReadonlyMap<ProductId, ProductFacts>,
  code: NutrientCode
): Explanation => {
  const unit = unitOf(code)
  const ofSlot = (slot: SlotRow): Explanation => {
    const base = { kind: "slot", label: slot.mealType, id: slot.id, unit, share: null } as const
    const meal = slot.mealState === "available" ? meals.get(slot.mealId) : undefined
    if (meal === undefined) return { ...base, value: null, formula: "unknown", parts: [], reason: missing(slot).reason }
    const whole = scaled(explainMeal(meal, meal, recipes, facts, code, "total"), slot.portions)
    return {
      ...base,
      value: whole.value,
      formula: `${figure(slot.portions)} of the meal`,
      parts: shared([whole], whole.value)
    }
  }
  const days = [...Map.groupBy(slots, ({ week, weekday }) => week * 10 + weekday)].toSorted(([a], [b]) => a - b)
    .map(([, ofDay]): Explanation => {
      const { week = 1, weekday = 1 } = ofDay[0] ?? {}
      const parts = ofDay.map(ofSlot)
      const value = sumOf(parts)
      const label = `${week} ${nameOf(weekday)}`
      return {
        kind: "day",
        label,
        value,
        unit,
        formula: `sum of ${parts.length} slots`,
        share: null,
        parts: shared(parts, value)
      }
    })
  const value = sumOf(days)
  return {
    kind: "menu",
    label: menu.name,
    id: menu.id,
    version: menu.version,
    value,
    unit,
    formula: `sum of ${days.length} days`,
    share: null,
    parts: shared(days, value)
  }
}
