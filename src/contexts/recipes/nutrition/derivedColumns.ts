import { type SearchedNutrient, searchedNutrients } from "../contract/DishFilters.ts"
import type { NutritionSummary, Weight } from "../contract/Nutrition.ts"
import { nutritionSummary, sharesOf, totalOf, totalsOf } from "./answerNutrition.ts"
import type { Computed } from "./Computed.ts"
import { roundedMass } from "./rounded.ts"

/** The columns that hold what a dish is searched by, with their SQL types; recipes and meals have the same. */
export const derivedTypes = {
  computed: "jsonb",
  summary: "jsonb",
  energy_kcal: "float8",
  protein: "float8",
  carbohydrate: "float8",
  total_fat: "float8",
  saturated_fat: "float8",
  trans_fat: "float8",
  sugar: "float8",
  sodium: "float8",
  complete: "text[]",
  calorie_density: "float8",
  carbohydrate_percentage: "float8",
  protein_percentage: "float8",
  total_fat_percentage: "float8",
  energy_share_carbohydrate: "float8",
  energy_share_protein: "float8",
  energy_share_fat: "float8",
  energy_share_alcohol: "float8",
  energy_coverage: "float8",
  weight_grams: "float8",
  allergen_free: "text[]"
} as const
export type Derived = { readonly [C in keyof typeof derivedTypes]: unknown }

export const columnOf: Readonly<Record<SearchedNutrient, keyof typeof derivedTypes>> = {
  energyKcal: "energy_kcal",
  protein: "protein",
  carbohydrate: "carbohydrate",
  totalFat: "total_fat",
  saturatedFat: "saturated_fat",
  transFat: "trans_fat",
  sugar: "sugar",
  sodium: "sodium"
}

/** What a list reads of a computation: the rest of it lies apart. */
export type Summary = NutritionSummary & { readonly weight: Weight }

/** What is kept of a computation. */
export const derivedOf = (computed: Computed, servings: number | null): Derived => {
  const summary = nutritionSummary(computed, servings)
  const shares = sharesOf(totalsOf(computed))
  const value = (code: SearchedNutrient) => computed.nutrients[code]?.value ?? null
  const complete = [
    ...searchedNutrients.filter((code) => totalOf(computed, code).complete),
    ...shares.complete ? ["shares"] : [],
    ...computed.weight.state === "partial" ? [] : ["weight"]
  ]
  return {
    computed,
    summary: { ...summary, weight: computed.weight } satisfies Summary,
    energy_kcal: value("energyKcal"),
    protein: value("protein"),
    carbohydrate: value("carbohydrate"),
    total_fat: value("totalFat"),
    saturated_fat: value("saturatedFat"),
    trans_fat: value("transFat"),
    sugar: value("sugar"),
    sodium: value("sodium"),
    complete,
    calorie_density: summary.calorieDensity,
    carbohydrate_percentage: shares.mass.carbohydrate,
    protein_percentage: shares.mass.protein,
    total_fat_percentage: shares.mass.fat,
    energy_share_carbohydrate: shares.energy.carbohydrate,
    energy_share_protein: shares.energy.protein,
    energy_share_fat: shares.energy.fat,
    energy_share_alcohol: shares.energy.alcohol,
    energy_coverage: totalOf(computed, "energyKcal").coverage,
    weight_grams: computed.weight.grams,
    allergen_free: computed.allergenFree
  }
}

export const roundedWeight = ({ weight }: Pick<Summary, "weight">): Weight => ({
  ...weight,
  grams: roundedMass(weight.grams)
})
