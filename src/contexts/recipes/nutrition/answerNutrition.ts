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
export interface Total {
  readonly value: number | null
  readonly coverage: number | null
  readonly complete: boolean
  readonly unweighed: number
}

/** How the total of each nutrient is asked for. */
export type Totals = (code: NutrientCode) => Total

export const coverageOf = (covered: number, mass: number) => mass === 0 ? null : covered === mass ? 1 : covered / mass

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

export const totalsOf = (computed: Computed): Totals => (code) => totalOf(computed, code)

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

const noShares = { energy: { carbohydrate: null, protein: null, fat: null, alcohol: null } } as const

/** What gives energy, g, by the basis that is known of carbohydrate. */
const macrosOf = (totals: Totals) => {
  const total = totals("carbohydrate")
  const carbohydrate = total.value === null ? totals("availableCarbohydrate") : total
  return { carbohydrate, isTotal: total.value !== null, protein: totals("protein"), fat: totals("totalFat") }
}

/** Percent of energy (Atwater: 4, 4, 9 and 7 kcal/g), unrounded; null where carbohydrate, protein or fat is not known. */
export const energySharesOf = (totals: Totals): MacroShares["energy"] => {
  const { carbohydrate: { value: c }, fat: { value: f }, protein: { value: p } } = macrosOf(totals)
  const { value: a } = totals("alcohol")
  if (c === null || p === null || f === null) return noShares.energy
  const energy = 4 * c + 4 * p + 9 * f + 7 * (a ?? 0)
  if (energy === 0) return noShares.energy
  return {
    carbohydrate: 400 * c / energy,
    protein: 400 * p / energy,
    fat: 900 * f / energy,
    alcohol: a === null ? null : 700 * a / energy
  }
}

const roundedOrNull = (percent: number | null) => percent === null ? null : roundedShare(percent)

/** Percent of energy and of mass. */
export const sharesOf = (totals: Totals): MacroShares => {
  const { carbohydrate, fat, isTotal, protein } = macrosOf(totals)
  const [c, p, f] = [carbohydrate.value, protein.value, fat.value]
  const carbohydrateBasis = c === null ? null : isTotal ? "total" : "available"
  const alcoholCounted = totals("alcohol").value !== null
  const energy = energySharesOf(totals)
  const mass = (c ?? 0) + (p ?? 0) + (f ?? 0)
  const isKnown = c !== null && p !== null && f !== null
  const share = (part: number, whole: number) => whole === 0 ? null : roundedShare(100 * part / whole)
  return {
    energy: {
      carbohydrate: roundedOrNull(energy.carbohydrate),
      protein: roundedOrNull(energy.protein),
      fat: roundedOrNull(energy.fat),
      alcohol: roundedOrNull(energy.alcohol)
    },
    mass: isKnown
      ? { carbohydrate: share(c, mass), protein: share(p, mass), fat: share(f, mass) }
      : { carbohydrate: null, protein: null, fat: null },
    carbohydrateBasis,
    alcoholCounted,
    complete: isKnown && carbohydrate.complete && protein.complete && fat.complete
  }
}

const densityOf = (computed: Computed) => {
  const scale = per100g(computed)
  const energy = computed.nutrients.energyKcal?.value
  return scale === null || energy === undefined ? null : rounded(energy * scale, 1)
}

/** The nutrients of a label, so many times what there is. */
export const labelSums = (totals: Totals, scale: number): Record<LabelNutrient, NutrientSum> => {
  const sum = (code: LabelNutrient) => sumOf(totals(code), code, scale)
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
  const totals = totalsOf(computed)
  return {
    total: labelSums(totals, 1),
    perServing: servings === null ? null : labelSums(totals, 1 / servings),
    per100g: scale === null ? null : labelSums(totals, scale),
    shares: sharesOf(totals),
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
  overridden: (components: ReadonlyArray<number>, code: NutrientCode) => NutrientTotal["overridden"] = () => undefined
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
    const stated = overridden(computed.nutrients[code]?.stated?.components ?? [], code)
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
    shares: sharesOf(totalsOf(computed)),
    calorieDensity: densityOf(computed),
    weight: { ...computed.weight, grams: roundedMass(computed.weight.grams) },
    override
  }
}
