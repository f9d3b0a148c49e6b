import { type NutrientCode, nutrientCodes, type NutrientUnit, unitOf } from "./Nutrients.ts"

/** What nutrient values refer to: 100 g or 100 ml of edible portion. */
export type NutrientBasis = "per100g" | "per100ml"

/** A known value in the code's canonical unit. No mark: given and exact; `trace` has value 0, `below` the detection limit. */
export interface StoredNutrient {
  readonly value: number
  readonly mark?: "trace" | "below" | "derived"
}

/** An absent code is unknown, which is not zero. */
export type NutrientMap = { readonly [C in NutrientCode]?: StoredNutrient }

type MutableNutrientMap = { -readonly [C in keyof NutrientMap]: NutrientMap[C] }

const KJ_PER_KCAL = 4.184
const SALT_GRAMS_PER_SODIUM_MILLIGRAM = 0.0025

const gramsOf: ReadonlyMap<string, number> = new Map([
  ["g", 1],
  ["mg", 1e-3],
  ["mcg", 1e-6],
  ["\u00B5g", 1e-6],
  ["\u03BCg", 1e-6],
  ["ug", 1e-6]
])

const perGram: ReadonlyMap<NutrientUnit, number> = new Map([["g", 1], ["mg", 1e3], ["mcg", 1e6]])

// Vitamin E is missing on purpose: what its international unit weighs depends on the form.
const microgramsPerIu: ReadonlyMap<NutrientCode, number> = new Map([["vitaminD", 0.025], ["retinol", 0.3]])

/** Rounds to 12 significant digits: takes float noise away and no digit that was measured. */
export const round12 = (value: number): number => Number(value.toPrecision(12)) + 0

/**
 * The value in the canonical unit of the code, rounded to 12 significant digits; `undefined` if the unit cannot be
 * converted. 1 kcal = 4.184 kJ (thermochemical); 1 IU = 0.025 mcg of vitamin D, 0.3 mcg of retinol.
 */
export const convertToCanonical = (code: NutrientCode, value: number, unit: string): number | undefined => {
  const canonical = unitOf(code)
  if (unit === canonical) return value + 0
  if (canonical === "kcal") return unit === "kJ" ? round12(value / KJ_PER_KCAL) : undefined
  if (canonical === "kJ") return unit === "kcal" ? round12(value * KJ_PER_KCAL) : undefined
  if (unit === "IU") {
    const micrograms = microgramsPerIu.get(code)
    return micrograms === undefined ? undefined : round12(value * micrograms)
  }
  const grams = gramsOf.get(unit)
  const factor = perGram.get(canonical)
  return grams === undefined || factor === undefined ? undefined : round12(value * grams * factor)
}

/** The largest value that food can hold, in the canonical unit; `undefined` for IU, which has no bound. */
const upperBound = (unit: NutrientUnit, basis: NutrientBasis): number | undefined => {
  if (unit === "kcal") return 950
  if (unit === "kJ") return 4_000
  const factor = perGram.get(unit)
  return factor === undefined ? undefined : factor * (basis === "per100g" ? 100 : 150)
}

const basisText: Record<NutrientBasis, string> = { per100g: "per 100 g", per100ml: "per 100 ml" }

/** What is wrong with a value in canonical units, as the end of a sentence; `undefined` if nothing is. */
export const outOfRange = (code: NutrientCode, value: number, basis: NutrientBasis): string | undefined => {
  const unit = unitOf(code)
  const bound = upperBound(unit, basis)
  if (Number.isFinite(value) && value >= 0 && (bound === undefined || value <= bound)) return undefined
  return bound === undefined
    ? `must be a finite number of ${unit}, 0 or more, ${basisText[basis]}`
    : `must be from 0 to ${bound.toLocaleString("en-US")} ${unit} ${basisText[basis]}`
}

/** What is wrong with a value whatever it refers to; `undefined` if it is in range for one basis at least. */
export const outOfAnyRange = (code: NutrientCode, value: number): string | undefined => {
  const [mass, volume] = [outOfRange(code, value, "per100g"), outOfRange(code, value, "per100ml")]
  if (mass === undefined || volume === undefined) return undefined
  const unit = unitOf(code)
  const [bound, wider] = [upperBound(unit, "per100g"), upperBound(unit, "per100ml")]
  return bound === wider || wider === undefined
    ? `${mass} or 100 ml`
    : `${mass}, or to ${wider.toLocaleString("en-US")} ${unit} per 100 ml`
}

interface Derivation {
  readonly code: NutrientCode
  readonly from: ReadonlyArray<NutrientCode>
  readonly compute: (first: number, second: number) => number
}

const derivations: ReadonlyArray<Derivation> = [
  { code: "energyKcal", from: ["energyKj"], compute: (kj) => kj / KJ_PER_KCAL },
  { code: "energyKj", from: ["energyKcal"], compute: (kcal) => kcal * KJ_PER_KCAL },
  { code: "salt", from: ["sodium"], compute: (sodium) => sodium * SALT_GRAMS_PER_SODIUM_MILLIGRAM },
  { code: "sodium", from: ["salt"], compute: (salt) => salt / SALT_GRAMS_PER_SODIUM_MILLIGRAM },
  {
    code: "carbohydrate",
    from: ["availableCarbohydrate", "dietaryFiber"],
    compute: (available, fiber) => available + fiber
  },
  {
    code: "availableCarbohydrate",
    from: ["carbohydrate", "dietaryFiber"],
    compute: (total, fiber) => Math.max(0, total - fiber)
  }
]

/**
 * The given values with every derived one computed anew: energy by 4.184 kJ per kcal, salt = sodium × 2.5 (EU 1169/2011),
 * carbohydrate = available + fibre. Only exact given values are built on, and a given value is never replaced.
 */
export const derive = (given: NutrientMap, basis: NutrientBasis = "per100g"): NutrientMap => {
  const kept: MutableNutrientMap = {}
  for (const code of nutrientCodes) {
    const stored = given[code]
    if (stored !== undefined && stored.mark !== "derived") kept[code] = stored
  }
  const result = { ...kept }
  for (const { code, compute, from } of derivations) {
    if (kept[code] !== undefined) continue
    const parts = from.map((part) => kept[part])
    if (!parts.every((part) => part !== undefined && part.mark === undefined)) continue
    const [first = 0, second = 0] = parts.map((part) => part?.value)
    const value = round12(compute(first, second))
    if (outOfRange(code, value, basis) === undefined) result[code] = { value, mark: "derived" }
  }
  return result
}
