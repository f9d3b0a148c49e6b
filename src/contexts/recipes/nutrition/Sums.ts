import { type NutrientCode, nutrientCodes } from "../../products/contract/Nutrients.ts"
import { labelNutrients } from "../contract/Nutrition.ts"
import { coverageOf, totalOf, type Totals } from "./answerNutrition.ts"
import type { Computed } from "./Computed.ts"

interface Sum {
  readonly value: number
  readonly covered: number
  readonly mass: number
  readonly unweighed: number
  readonly complete: boolean
}

/** Totals without what they lack, as days and weeks keep them: they add up. Of a nutrient that is not there nothing is known. */
export interface Sums {
  readonly mass: number
  readonly unweighed: number
  readonly nutrients: { readonly [C in NutrientCode]?: Sum }
}

/** What every day keeps: the nutrients of a label, and what the shares of energy come from. */
export const keptNutrients: ReadonlyArray<NutrientCode> = [...labelNutrients, "availableCarbohydrate", "alcohol"]

/** A meal that counts for nothing, whose mass is not known. */
export const missingMeal: Sums = { mass: 0, unweighed: 1, nutrients: {} }

/** So many times what was computed, of these nutrients. */
export const sumsOf = (computed: Computed, codes: Iterable<NutrientCode>, factor: number): Sums => {
  const nutrients: { -readonly [C in NutrientCode]?: Sum } = {}
  for (const code of codes) {
    const known = computed.nutrients[code]
    if (known === undefined) continue
    const { complete, unweighed } = totalOf(computed, code)
    const mass = factor * (known.stated ?? computed).mass
    nutrients[code] = { value: factor * known.value, covered: factor * known.covered, mass, unweighed, complete }
  }
  return { mass: factor * computed.mass, unweighed: computed.unweighed, nutrients }
}

/** All of some together, in their order. */
export const added = (all: ReadonlyArray<Sums>): Sums => {
  const nutrients: { -readonly [C in NutrientCode]?: Sum } = {}
  for (const code of nutrientCodes) {
    if (all.every((each) => each.nutrients[code] === undefined)) continue
    let sum: Sum = { value: 0, covered: 0, mass: 0, unweighed: 0, complete: true }
    for (const each of all) {
      const part = each.nutrients[code]
      sum = {
        value: sum.value + (part?.value ?? 0),
        covered: sum.covered + (part?.covered ?? 0),
        mass: sum.mass + (part ?? each).mass,
        unweighed: sum.unweighed + (part ?? each).unweighed,
        complete: sum.complete && part?.complete === true
      }
    }
    nutrients[code] = sum
  }
  return {
    mass: all.reduce((sum, { mass }) => sum + mass, 0),
    unweighed: all.reduce((sum, { unweighed }) => sum + unweighed, 0),
    nutrients
  }
}

export const totalsOfSums = ({ mass, nutrients, unweighed }: Sums): Totals => (code) => {
  const sum = nutrients[code]
  if (sum === undefined) return { value: null, coverage: mass === 0 ? null : 0, complete: false, unweighed }
  const { complete, covered, value } = sum
  return { value, coverage: complete ? 1 : coverageOf(covered, sum.mass), complete, unweighed: sum.unweighed }
}
