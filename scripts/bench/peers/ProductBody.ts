import { isGtin } from "../../../src/contexts/products/contract/Gtin.ts"
import { normaliseName } from "../../../src/contexts/products/contract/normaliseName.ts"
import {
  convertToCanonical,
  type NutrientMap,
  outOfRange,
  type StoredNutrient
} from "../../../src/contexts/products/contract/NutrientRules.ts"
import { isNutrientCode } from "../../../src/contexts/products/contract/Nutrients.ts"
import type { ProductInput } from "../../../src/contexts/products/contract/Product.ts"
import { Refused } from "./Refused.ts"

/** The body of a creation, as it is sent. */
export type ProductBody = typeof ProductInput.Encoded

const refuse = (detail: string): never => {
  throw new Refused(422, "invalid_request", detail)
}

/** The given nutrients in their canonical units. */
export const givenNutrients = (body: ProductBody): NutrientMap => {
  const basis = body.nutrientBasis ?? "per100g"
  const given: Record<string, StoredNutrient> = {}
  for (const [code, input] of Object.entries(body.nutrients ?? {})) {
    if (!isNutrientCode(code)) return refuse(`unknown nutrient ${code}`)
    const { qualifier, unit, value } = typeof input === "number"
      ? { value: input, unit: undefined, qualifier: undefined }
      : input
    const canonical = unit === undefined ? value : convertToCanonical(code, value, unit)
    if (canonical === undefined) return refuse(`${code} cannot be converted from ${unit}`)
    if (qualifier === "trace" && canonical !== 0) return refuse(`${code} must be 0 for a trace`)
    const fault = outOfRange(code, canonical, basis)
    if (fault !== undefined) return refuse(`${code} ${fault}`)
    given[code] = qualifier === undefined ? { value: canonical } : { value: canonical, mark: qualifier }
  }
  return given
}

const isRepeated = (keys: ReadonlyArray<string>) => new Set(keys).size < keys.length

const isGiven = (value: unknown) => value !== undefined && value !== null

const isLanguage = (tag: string) => {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag
  } catch {
    return false
  }
}

/** Refuses what the shape of a body alone does not tell. */
export const checkRules = (body: ProductBody) => {
  const { aliases = [], allergens = {}, barcode, language, packageSize, packageSizeUnit, portions = [] } = body
  if (!/[\p{L}\p{N}]/u.test(body.name)) refuse("name must hold a letter or a digit")
  if (language !== undefined && !isLanguage(language)) refuse("language must be a BCP 47 tag")
  if (aliases.some((alias) => !isLanguage(alias.language))) refuse("aliases must have BCP 47 tags")
  if (typeof barcode === "string" && !isGtin(barcode)) refuse("barcode must be a GTIN")
  if (isGiven(packageSize) !== isGiven(packageSizeUnit)) refuse("packageSize needs its unit")
  if (isRepeated(aliases.map((alias) => `${alias.language} ${normaliseName(alias.name)}`))) {
    refuse("an alias is repeated")
  }
  if (isRepeated(portions.map((portion) => normaliseName(portion.name)))) refuse("a portion is repeated")
  for (const declaration of Object.values(allergens)) {
    if (declaration.state !== "unknown" && declaration.evidence === undefined) refuse("an allergen needs evidence")
  }
}
