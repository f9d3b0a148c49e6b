import type { NutrientUnit } from "../../products/contract/Nutrients.ts"

/** Half away from zero, of the decimal number that is meant: a sum's last bits are no digits of it. */
export const rounded = (value: number, decimals: number): number => {
  const [digits = "0", exponent = "0"] = Math.abs(value).toPrecision(14).split("e")
  const shifted = Math.round(Number(`${digits}e${Number(exponent) + decimals}`))
  const result = Number(`${shifted}e${-decimals}`)
  return value < 0 ? -result : result
}

const decimals: Readonly<Record<NutrientUnit, number>> = { kcal: 1, kJ: 0, g: 2, mg: 2, mcg: 2, IU: 0 }

export const roundedIn = (value: number | null, unit: NutrientUnit): number | null =>
  value === null ? null : rounded(value, decimals[unit])

export const roundedMass = (grams: number | null): number | null => grams === null ? null : rounded(grams, 2)
export const roundedShare = (percent: number): number => rounded(percent, 1)
export const roundedCoverage = (share: number | null): number | null => share === null ? null : rounded(share, 4)
