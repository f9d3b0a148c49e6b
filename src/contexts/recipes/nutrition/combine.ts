import { type NutrientCode, nutrientCodes } from "../../products/contract/Nutrients.ts"
import { allergenCodes } from "../../products/contract/Product.ts"
import type { NutritionOverride, Weight } from "../contract/Nutrition.ts"
import type { Computed, Known, Part } from "./Computed.ts"

/** One component of a meal: so many times what was computed of a recipe, or why it does not count. */
export type Combined =
  | {
    readonly path: string
    readonly factor: number
    readonly computed: Computed
    /** What its author states of the whole, where that is to be used. */
    readonly stated: { readonly [C in NutrientCode]?: number }
  }
  | { readonly path: string; readonly missing: Omit<Part, "path"> & Required<Pick<Part, "reason">> }

/** What an author states of a whole recipe, where it replaces what is computed. */
export const statedOf = (
  override: NutritionOverride | null,
  { servings, weight: { grams, state } }: { readonly servings: number; readonly weight: typeof Weight.Type }
): { readonly [C in NutrientCode]?: number } => {
  if (override?.use !== true) return {}
  const scale = override.basis === "recipe"
    ? 1
    : override.basis === "serving"
    ? servings
    : state === "partial" || grams === null
    ? null
    : grams / 100
  if (scale === null) return {}
  return Object.fromEntries(Object.entries(override.values).map(([code, value]) => [code, value * scale]))
}

interface Placed {
  readonly component: number
  readonly combined: Combined
  /** Where its parts begin. */
  readonly first: number
}

const sizeOf = (combined: Combined) => "missing" in combined ? 1 : combined.computed.parts.length

const knownOf = (code: NutrientCode, placed: ReadonlyArray<Placed>, reasons: ReadonlyArray<boolean>) => {
  let value: number | undefined
  let covered = 0
  let mass = 0
  let unweighed = 0
  const unknown: Array<number> = []
  const absent: Array<number> = []
  const components: Array<number> = []
  for (const { combined, component, first } of placed) {
    const places = Array.from({ length: sizeOf(combined) }, (_, n) => first + n)
    if ("missing" in combined) {
      unweighed += 1
      absent.push(first)
      continue
    }
    const { computed, factor, stated } = combined
    mass += factor * computed.mass
    const given = stated[code]
    if (given !== undefined) {
      value = (value ?? 0) + factor * given
      covered += factor * computed.mass
      components.push(component)
      continue
    }
    const known = computed.nutrients[code]
    // What is combined of meals, whose recipes' authors state some values.
    const nested = known?.stated
    unweighed += nested?.unweighed ?? computed.unweighed
    absent.push(...nested?.absent.map((place) => first + place) ?? places.filter((place) => reasons[place]))
    if (nested !== undefined) components.push(component)
    if (known === undefined) unknown.push(...places.filter((place) => reasons[place] !== true))
    else {
      value = (value ?? 0) + factor * known.value
      covered += factor * known.covered
      unknown.push(...known.unknown.map((place) => first + place))
    }
  }
  if (value === undefined) return undefined
  const sum: Known = { value, covered, unknown }
  return components.length === 0 ? sum : { ...sum, stated: { components, mass, unweighed, absent } }
}

const weightOf = (all: ReadonlyArray<Combined>): typeof Weight.Type => {
  const weights = all.map((each) =>
    "missing" in each
      ? { grams: 0, state: "partial" as const }
      : { grams: each.factor * (each.computed.weight.grams ?? 0), state: each.computed.weight.state }
  )
  const state = weights.length === 0 || weights.some((each) => each.state === "partial")
    ? "partial"
    : weights.every((each) => each.state === "measured")
    ? "measured"
    : "estimated"
  return { grams: weights.reduce((sum, { grams }) => sum + grams, 0), state }
}

/** Sums of components, in their order (spec: Σ portions·T/servings; coverage and masses alike). */
export const combine = (all: ReadonlyArray<Combined>): Computed => {
  const placed: Array<Placed> = []
  let first = 0
  all.forEach((combined, component) => {
    placed.push({ combined, component, first })
    first += sizeOf(combined)
  })
  const parts = all.flatMap((each): ReadonlyArray<Part> =>
    "missing" in each
      ? [{ path: each.path, ...each.missing }]
      : each.computed.parts.map((part) => ({ ...part, path: `${each.path}${part.path}` }))
  )
  const reasons = parts.map(({ reason }) => reason !== undefined)
  const nutrients: { -readonly [C in NutrientCode]?: Known } = {}
  for (const code of nutrientCodes) {
    const known = knownOf(code, placed, reasons)
    if (known !== undefined) nutrients[code] = known
  }
  return {
    mass: all.reduce((sum, each) => "missing" in each ? sum : sum + each.factor * each.computed.mass, 0),
    unweighed: all.length === 0
      ? 1
      : all.reduce((sum, each) => sum + ("missing" in each ? 1 : each.computed.unweighed), 0),
    weight: weightOf(all),
    parts: all.length === 0 ? [{ path: "", name: "", reason: "no_ingredients" }] : parts,
    nutrients,
    allergenFree: all.length === 0
      ? []
      : allergenCodes.filter((code) =>
        all.every((each) => !("missing" in each) && each.computed.allergenFree.includes(code))
      )
  }
}
