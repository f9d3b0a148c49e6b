import { type NutrientCode, nutrientCodes, unitOf } from "../../products/contract/Nutrients.ts"
import {
  type LabelNutrient,
  type MacroShares,
  type MissingPart,
  type NutrientSum,
  type NutrientTotal,
  type Nutrition,
  type NutritionOverride,
  type NutritionSummary
} from "../contract/Nutrition.ts"
import type { Computed, Part } from "./Computed.ts"
import { rounded, roundedCoverage, roundedIn, roundedMass, roundedShare } from "./rounded.ts"

/** A total of one nutrient, unrounded. */
interface Total {
  readonly value: number | null
  readonly coverage: number | null
  readonly complete: boolean
  readonly unweighed: number
}

const coverageOf = (covered: number, mass: number) => mass === 0 ? null : covered === mass ? 1 : covered / mass

export const totalOf = (computed: Computed, code: NutrientCode): Total => {
  const known = computed.nutrients[code]
  const { mass, unweighed } = known?.stated ?? computed
  const missing = known === undefined || unweighed > 0 || known.unknown.length > 0 ||
    (known.stated?.absent ?? computed.parts.flatMap(({ reason }, index) => reason === undefined ? [] : [index]))
        .length > 0
  return {
    value: known?.value ?? null,
    coverage: known === undefined ? (mass === 0 ? null : 0) : missing ? coverageOf(known.covered, mass) : 1,
    complete: !missing,
    unweighed
  }
}

const missingPart = ({ name, path, productId, reason }: Part): MissingPart => ({
  path,
  name,
  reason: reason ?? "value_unknown",
  ...productId === undefined ? {} : { productId }
})

/** Every part that is not counted in the total, in order. */
const missingOf = (computed: Computed, code: NutrientCode): ReadonlyArray<MissingPart> => {
  const known = computed.nutrients[code]
  if (known === undefined) return computed.parts.map(missingPart)
  const unknown = new Set([...known.unknown, ...known.stated?.absent ?? []])
  return computed.parts
    .filter(({ reason }, index) => unknown.has(index) || (known.stated === undefined && reason !== undefined))
    .map(missingPart)
}

const sumOf = (total: Total, code: NutrientCode, scale: number): NutrientSum => ({
  value: total.value === null ? null : roundedIn(total.value * scale, unitOf(code)),
  unit: unitOf(code),
  coverage: roundedCoverage(total.coverage),
  complete: total.complete,
  unweighed: total.unweighed
})

/** What 100 g of the ready dish hold of the whole; null where its mass is not known. */
const per100g = ({ weight: { grams, state } }: Computed) =>
  grams === null || grams === 0 || state === "partial" ? null : 100 / grams

const noShares = { energy: { carbohydrate: null, protein: null, fat: null, alcohol: null } }

/** Percent of energy (Atwater: 4, 4, 9 and 7 kcal/g) and of mass. */
export const sharesOf = (computed: Computed): MacroShares => {
  const value = (code: NutrientCode) => computed.nutrients[code]?.value
  const complete = (code: NutrientCode) => totalOf(computed, code).complete
  const total = value("carbohydrate")
  const carbohydrate = total === undefined ? "availableCarbohydrate" : "carbohydrate"
  const [c, p, f, a] = [value(carbohydrate), value("protein"), value("totalFat"), value("alcohol")]
  const carbohydrateBasis = c === undefined ? null : total === undefined ? "available" : "total"
  const alcoholCounted = a !== undefined
  const energy = 4 * (c ?? 0) + 4 * (p ?? 0) + 9 * (f ?? 0) + 7 * (a ?? 0)
  const mass = (c ?? 0) + (p ?? 0) + (f ?? 0)
  const isKnown = c !== undefined && p !== undefined && f !== undefined
  const share = (part: number, whole: number) => whole === 0 ? null : roundedShare(100 * part / whole)
  return {
    energy: isKnown && energy > 0
      ? {
        carbohydrate: share(4 * c, energy),
        protein: share(4 * p, energy),
        fat: share(9 * f, energy),
        alcohol: a === undefined ? null : share(7 * a, energy)
      }
      : noShares.energy,
    mass: isKnown
      ? { carbohydrate: share(c, mass), protein: share(p, mass), fat: share(f, mass) }
      : { carbohydrate: null, protein: null, fat: null },
    carbohydrateBasis,
    alcoholCounted,
    complete: isKnown && complete(carbohydrate) && complete("protein") && complete("totalFat")
  }
}

const densityOf = (computed: Computed) => {
  const scale = per100g(computed)
  const energy = computed.nutrients.energyKcal?.value
  return scale === null || energy === undefined ? null : rounded(energy * scale, 1)
}

const summaryOf = (computed: Computed, scale: number): Record<LabelNutrient, NutrientSum> => {
  const sum = (code: LabelNutrient) => sumOf(totalOf(computed, code), code, scale)
  return {
    energyKcal: sum("energyKcal"),
    protein: sum("protein"),
    carbohydrate: sum("carbohydrate"),
    totalFat: sum("totalFat"),
    saturatedFat: sum("saturatedFat"),
    transFat: sum("transFat"),
    dietaryFiber: sum("dietaryFiber"),
    sugar: sum("sugar"),
    sodium: sum("sodium")
  }
}

/** What a list tells; `servings` is null for what has none. */
export const nutritionSummary = (computed: Computed, servings: number | null): NutritionSummary => {
  const scale = per100g(computed)
  return {
    total: summaryOf(computed, 1),
    perServing: servings === null ? null : summaryOf(computed, 1 / servings),
    per100g: scale === null ? null : summaryOf(computed, scale),
    shares: sharesOf(computed),
    calorieDensity: densityOf(computed)
  }
}

const always: ReadonlySet<NutrientCode> = new Set(["energyKcal", "protein", "carbohydrate", "totalFat"])

/** Everything that is known, of all nutrients or of those that are wanted. */
export const answerNutrition = (
  of: { readonly id: string; readonly version: number; readonly servings: number | null },
  computed: Computed,
  override: NutritionOverride | null,
  wanted: ReadonlyArray<NutrientCode> | undefined,
  overridden: (components: ReadonlyArray<number>) => NutrientTotal["overridden"] = () => undefined
): Nutrition => {
  const codes = wanted === undefined
    ? nutrientCodes.filter((code) => always.has(code) || computed.nutrients[code] !== undefined)
    : nutrientCodes.filter((code) => wanted.includes(code))
  const total: { -readonly [C in NutrientCode]?: NutrientTotal } = {}
  const perServing: { -readonly [C in NutrientCode]?: NutrientSum } = {}
  const per100: { -readonly [C in NutrientCode]?: NutrientSum } = {}
  const scale = per100g(computed)
  for (const code of codes) {
    const sum = totalOf(computed, code)
    const stated = overridden(computed.nutrients[code]?.stated?.components ?? [])
    total[code] = {
      ...sumOf(sum, code, 1),
      missing: missingOf(computed, code),
      ...stated === undefined || stated.length === 0 ? {} : { overridden: stated }
    }
    if (of.servings !== null) perServing[code] = sumOf(sum, code, 1 / of.servings)
    if (scale !== null) per100[code] = sumOf(sum, code, scale)
  }
  return {
    id: of.id,
    version: of.version,
    computed: { total, perServing: of.servings === null ? null : perServing, per100g: scale === null ? null : per100 },
    shares: sharesOf(computed),
    calorieDensity: densityOf(computed),
    weight: { ...computed.weight, grams: roundedMass(computed.weight.grams) },
    override
  }
}
