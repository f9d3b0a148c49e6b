import type { Target } from "../contract/Target.ts"

/** Targets with every member, as they are kept. */
export const keptTargets = (targets: ReadonlyArray<Target>): ReadonlyArray<Required<Target>> =>
  targets.map(({ max, mealType, min, nutrient, period }) => ({
    nutrient,
    period,
    min: min ?? null,
    max: max ?? null,
    mealType: mealType ?? null
  }))
