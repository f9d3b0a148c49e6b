import type { ProductFacts } from "../../products/contract/ProductLookup.ts"
import type { Ingredient } from "../contract/Ingredient.ts"
import type { conversionRules, MissingReason } from "../contract/Nutrition.ts"
import { definitionOf, portionKey, sizeIn } from "../contract/Units.ts"

type Amount = Pick<
  Ingredient,
  "quantity" | "unit" | "portionName" | "note" | "grams" | "basis" | "cooking" | "productId"
>

/** An amount in grams: `m` as stated, `n` raw and edible, `gross` as bought, `ready` as it is served; null where it is not known. */
export interface Weighed {
  readonly rule: (typeof conversionRules)[number]
  /** Grams of one unit or portion. */
  readonly factor: number | null
  readonly m: number | null
  readonly n: number | null
  readonly gross: number | null
  readonly ready: number | null
  /** Raw edible volume where the amount is a volume. */
  readonly ml: number | null
  readonly y: number
  readonly k: number
  readonly reason: MissingReason | undefined
  readonly assumptions: ReadonlyArray<string>
}

interface Mass {
  readonly rule: Weighed["rule"]
  readonly factor: number | null
  readonly m: number | null
  readonly ml?: number
  readonly reason?: MissingReason
}

const unknown = (reason: MissingReason, ml?: number): Mass => ({
  rule: "unknown",
  factor: null,
  m: null,
  reason,
  ...ml === undefined ? {} : { ml }
})

/** The portion of a name, also where a measure follows it in brackets: `slice (1 oz)`, as long as there is one such slice alone. */
const portionCalled = ({ portions }: ProductFacts, wanted: string) => {
  const measured = portions.filter(({ name }) => portionKey(name.replace(/\([^)]*\d[^)]*\)/g, " ")) === wanted)
  return portions.find(({ name }) => portionKey(name) === wanted) ?? (measured.length === 1 ? measured[0] : undefined)
}

const massOf = (
  { grams, note, portionName, productId, quantity, unit }: Amount,
  product: ProductFacts | undefined
): Mass => {
  if (grams !== null) return { rule: "grams", factor: null, m: grams }
  if (quantity === null || unit === null) return unknown("no_quantity")
  const { factor, kind } = definitionOf.get(unit) ?? { factor: null, kind: "portion" }
  if (kind === "mass" && factor !== null) return { rule: "mass", factor, m: quantity * factor }
  if (product === undefined) return unknown("no_product")
  const portion = portionCalled(product, portionKey(portionName ?? unit))
  const ml = kind === "volume" && factor !== null ? { ml: quantity * factor } : {}
  if (portion !== undefined) {
    return { rule: "portion", factor: portion.grams, m: quantity * portion.grams, ...ml }
  }
  if (kind === "volume" && factor !== null) {
    const { litersPerKg } = product
    if (litersPerKg === null) return unknown("no_density", quantity * factor)
    return { rule: "volume", factor: factor / litersPerKg, m: quantity * factor / litersPerKg, ml: quantity * factor }
  }
  if (kind === "piece") {
    const { kgPerUnit } = product
    const size = sizeIn(note ?? "")
    const sized = size === undefined ? undefined : product.portions.filter(({ name }) => sizeIn(name) === size)
    const [one] = sized ?? []
    if (kgPerUnit === null && one !== undefined && sized?.length === 1) {
      return { rule: "portion", factor: one.grams, m: quantity * one.grams }
    }
    if (kgPerUnit === null) return unknown("no_unit_mass")
    return { rule: "piece", factor: kgPerUnit * 1000, m: quantity * kgPerUnit * 1000 }
  }
  return unknown(productId === null ? "no_product" : "no_portion")
}

/** The first rule that applies gives `m`; edible yield and cooking factor give the rest. */
export const weigh = (amount: Amount, product: ProductFacts | undefined): Weighed => {
  const { m, ml, ...mass } = massOf(amount, product)
  const y = product?.edibleYield ?? 1
  const factor = product?.cookingFactor ?? null
  const k = factor ?? 1
  const isPurchased = amount.basis === "asPurchased"
  const isCooked = amount.cooking !== "none"
  const noFactor = amount.cooking === "amountCooked" && factor === null
  const scale = (isPurchased ? y : 1) / (amount.cooking === "amountCooked" ? k : 1)
  const n = m === null || noFactor ? null : m * scale
  const reason = mass.reason ?? (noFactor ? "no_cooking_factor" : undefined)
  const assumptions = [
    ...isPurchased && product?.edibleYield === null ? ["edible yield: 1, assumed"] : [],
    ...amount.cooking === "amountRaw" && factor === null ? ["cooking factor: 1, assumed"] : []
  ]
  return {
    rule: mass.rule,
    factor: mass.factor,
    m,
    n,
    gross: n === null ? null : n / y,
    ready: n === null ? null : isCooked ? n * k : n,
    ml: ml === undefined || noFactor ? null : ml * scale,
    y,
    k,
    reason,
    assumptions
  }
}
