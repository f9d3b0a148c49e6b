import type { NutrientCode } from "../../products/contract/Nutrients.ts"
import { isNutrientCode, unitOf } from "../../products/contract/Nutrients.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import type { ProductFacts } from "../../products/contract/ProductLookup.ts"
import type { Restrictions } from "../contract/Client.ts"
import type { Ingredient } from "../contract/Ingredient.ts"
import type { Component, MealId } from "../contract/Meal.ts"
import type { Conflict, MenuSummary } from "../contract/Menu.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import type { Tag } from "../contract/Tags.ts"
import { mealTypeKey, type Target, type TargetState } from "../contract/Target.ts"
import { energySharesOf, sharesOf, type Totals } from "../nutrition/answerNutrition.ts"
import type { Computed } from "../nutrition/Computed.ts"
import { added, keptNutrients, missingMeal, type Sums, sumsOf, totalsOfSums } from "../nutrition/Sums.ts"
import type { SlotRow } from "./MenuRow.ts"

/** How a period stands to a target, unrounded, as it is kept. */
export interface KeptStatus {
  readonly target: Target
  readonly value: number | null
  readonly complete: boolean
  readonly status: TargetState
  readonly gap: number | null
}

interface DayTotals {
  readonly week: number
  readonly weekday: number
  readonly sums: Sums
  readonly targets: ReadonlyArray<KeptStatus>
}

interface WeekTotals {
  readonly week: number
  readonly days: number
  readonly sums: Sums
  readonly targets: ReadonlyArray<KeptStatus>
}

/** What follows for a menu from its client, its meals, their recipes and the foods in them. */
export interface DerivedMenu {
  readonly days: ReadonlyArray<DayTotals>
  readonly weekTotals: ReadonlyArray<WeekTotals>
  readonly conflicts: ReadonlyArray<Conflict>
  readonly targetStatus: ReadonlyArray<TargetState>
  readonly emptySlotCount: number
  readonly conflictCount: number
  readonly slotCount: number
  readonly productIds: ReadonlyArray<ProductId>
}

export interface PlannedMeal {
  readonly id: MealId
  readonly components: ReadonlyArray<Component>
  readonly computed: Computed
  readonly productIds: ReadonlyArray<ProductId>
}

export interface EatenRecipe {
  readonly id: RecipeId
  readonly name: string
  readonly ingredients: ReadonlyArray<Ingredient>
  readonly tags: ReadonlyArray<Tag>
}

export interface Aims {
  readonly targets: ReadonlyArray<Target>
  readonly restrictions: Restrictions
}

/** A share of energy, which is no lower bound where something is missing, or the amount of a nutrient. */
const aimed = (nutrient: Target["nutrient"], totals: Totals) => {
  if (isNutrientCode(nutrient)) {
    const { complete, value } = totals(nutrient)
    return { value, complete, isBound: true }
  }
  const { carbohydrate, fat, protein } = energySharesOf(totals)
  const value = { carbohydrate, fat, protein }[nutrient.replace("energyShare.", "")] ?? null
  return { value, complete: sharesOf(totals).complete, isBound: false }
}

/** `above` for sure also where something is missing, since amounts are lower bounds; `below` and `met` only where it cannot matter. */
const statusOf = (target: Target, totals: Totals): KeptStatus => {
  const { complete, isBound, value } = aimed(target.nutrient, totals)
  const [min, max] = [target.min ?? null, target.max ?? null]
  const told = (status: TargetState, gap: number | null = null) => ({ target, value, complete, status, gap })
  if (value === null || (!complete && !isBound)) return told("unknown")
  if (max !== null && value > max) return told("above", value - max)
  if (min !== null && value < min) return complete ? told("below", min - value) : told("unknown")
  return !complete && max !== null ? told("unknown") : told("met")
}

/** The unit of what is aimed at. */
export const aimUnit = (nutrient: Target["nutrient"]): string => isNutrientCode(nutrient) ? unitOf(nutrient) : "%"

const byKey = (a: SlotRow, b: SlotRow) => mealTypeKey(a.mealType) < mealTypeKey(b.mealType) ? -1 : 1

/** Keys of the meals that a day should have: of the pattern, or of any meal in the menu. */
export const expectedMeals = (
  { pattern }: Pick<MenuSummary, "pattern">,
  slots: ReadonlyArray<Pick<SlotRow, "mealType">>
): ReadonlyArray<MenuSummary["pattern"][number]> => {
  if (pattern.length > 0) return pattern
  const types = new Map(slots.map(({ mealType }) => [mealTypeKey(mealType), mealType]))
  return [...types].toSorted(([a], [b]) => a < b ? -1 : 1).map(([, mealType]) => ({ mealType, hour: null }))
}

const conflictsOf = (
  slots: ReadonlyArray<SlotRow>,
  meals: ReadonlyMap<MealId, PlannedMeal>,
  recipes: ReadonlyMap<RecipeId, EatenRecipe>,
  facts: ReadonlyMap<ProductId, ProductFacts>,
  { allergens, dislikedProductIds, dislikedTags }: Restrictions
): ReadonlyArray<Conflict> => {
  const disliked = new Set(dislikedProductIds)
  const eaten = new Map<RecipeId, Array<SlotRow["id"]>>()
  for (const { id, mealId, mealState } of slots) {
    if (mealState !== "available") continue
    const inMeal = new Set(
      meals.get(mealId)?.components.flatMap(({ recipeId, state }) => state === "available" ? [recipeId] : [])
    )
    for (const recipeId of inMeal) eaten.set(recipeId, [...eaten.get(recipeId) ?? [], id])
  }
  return [...eaten].toSorted(([a], [b]) => a < b ? -1 : 1).flatMap(([recipeId, slotIds]): ReadonlyArray<Conflict> => {
    const recipe = recipes.get(recipeId)
    if (recipe === undefined) return []
    const base = { recipeId, recipeName: recipe.name, slotIds, allergens: [], tags: [] }
    const tags = dislikedTags.filter((each) =>
      recipe.tags.some(({ key, value }) => key === each.key && value === each.value)
    )
    const whole = { ...base, position: null, ingredient: null, productId: null }
    return [
      ...tags.length === 0 ? [] : [{ ...whole, reason: "disliked_tag" as const, tags }],
      ...recipe.ingredients.flatMap(({ name, position, productId }): ReadonlyArray<Conflict> => {
        const product = productId === null ? undefined : facts.get(productId)
        const declared = (states: ReadonlyArray<string>) =>
          allergens.filter((code) => states.includes(product?.allergens[code] ?? "unknown"))
        const found = { ...base, position, ingredient: name, productId }
        const of = (reason: Conflict["reason"], states: ReadonlyArray<string>) => {
          const codes = declared(states)
          return codes.length === 0 ? [] : [{ ...found, reason, allergens: codes }]
        }
        return [
          ...of("allergen", ["contains"]),
          ...of("allergen_may_contain", ["mayContain"]),
          ...of("allergen_unknown", ["unknown"]),
          ...productId !== null && disliked.has(productId) ? [{ ...found, reason: "disliked_product" as const }] : []
        ]
      })
    ]
  })
}

const summaryOf = (statuses: ReadonlyArray<KeptStatus>): ReadonlyArray<TargetState> => {
  const found = new Set(statuses.map(({ status }) => status))
  const others = (["above", "below", "unknown"] as const).filter((status) => found.has(status))
  return others.length > 0 || found.size === 0 ? others : ["met"]
}

/** What follows for a menu; its own targets, or else those of its client. */
export const composeMenu = (
  menu: Pick<MenuSummary, "weeks" | "pattern" | "targets">,
  slots: ReadonlyArray<SlotRow>,
  client: Aims,
  meals: ReadonlyMap<MealId, PlannedMeal>,
  recipes: ReadonlyMap<RecipeId, EatenRecipe>,
  facts: ReadonlyMap<ProductId, ProductFacts>
): DerivedMenu => {
  const targets = menu.targets ?? client.targets
  const codes: ReadonlySet<NutrientCode> = new Set([
    ...keptNutrients,
    ...targets.flatMap(({ nutrient }) => isNutrientCode(nutrient) ? [nutrient] : [])
  ])
  const ofSlot = ({ mealId, mealState, portions }: SlotRow): Sums => {
    const meal = mealState === "available" ? meals.get(mealId) : undefined
    return meal === undefined ? missingMeal : sumsOf(meal.computed, codes, portions)
  }
  const statuses = (period: Target["period"], sums: Sums, of: ReadonlyArray<SlotRow>) =>
    targets.filter((target) => target.period === period).flatMap((target) => {
      const { mealType } = target
      if ((mealType ?? null) === null) return [statusOf(target, totalsOfSums(sums))]
      const meant = of.filter((slot) => mealTypeKey(slot.mealType) === mealTypeKey(mealType ?? ""))
      return meant.length === 0 ? [] : [statusOf(target, totalsOfSums(added(meant.map(ofSlot))))]
    })
  const byDay = Map.groupBy(slots, ({ week, weekday }) => (week - 1) * 7 + weekday)
  const days = [...byDay].toSorted(([a], [b]) => a - b).map(([, ofDay]): DayTotals => {
    const { week = 1, weekday = 1 } = ofDay[0] ?? {}
    const sums = added(ofDay.toSorted(byKey).map(ofSlot))
    return { week, weekday, sums, targets: statuses("day", sums, ofDay) }
  })
  const weekTotals = [...Map.groupBy(days, ({ week }) => week)].map(([week, ofWeek]): WeekTotals => {
    const sums = added(ofWeek.map((day) => day.sums))
    const inWeek = slots.filter((slot) => slot.week === week).toSorted((a, b) => a.weekday - b.weekday || byKey(a, b))
    return { week, days: ofWeek.length, sums, targets: statuses("week", sums, inWeek) }
  })
  const conflicts = conflictsOf(
    slots.toSorted((a, b) => a.id < b.id ? -1 : 1),
    meals,
    recipes,
    facts,
    client.restrictions
  )
  const expected = new Set(expectedMeals(menu, slots).map(({ mealType }) => mealTypeKey(mealType)))
  const filled = slots.filter(({ mealType }) => expected.has(mealTypeKey(mealType))).length
  const productIds = slots.flatMap(({ mealId, mealState }) =>
    mealState === "available" ? meals.get(mealId)?.productIds ?? [] : []
  )
  return {
    days,
    weekTotals,
    conflicts,
    targetStatus: summaryOf([...days, ...weekTotals].flatMap((period) => period.targets)),
    emptySlotCount: menu.weeks * 7 * expected.size - filled,
    conflictCount: conflicts.length,
    slotCount: slots.length,
    productIds: [...new Set(productIds)].toSorted()
  }
}
