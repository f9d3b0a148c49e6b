import { hash } from "node:crypto"
import { isGtin } from "../contract/Gtin.ts"
import type { ImportedReference, ImportElement } from "../contract/ImportedProduct.ts"
import { ProductInput, textLengths } from "../contract/Product.ts"
import type { DelimitedRecord, MalformedRecord } from "./DelimitedReader.ts"
import { memberOfEarlier } from "./EarlierNames.ts"
import { cleanText } from "./ImportedText.ts"
import { type JsonObject, readObject } from "./JsonRecord.ts"
import { readAliases, readAllergens, readers, readNutrients, readPortions, readText, shown } from "./NdjsonValues.ts"
import { elementOf, type Mapped, NAME_LENGTH, textOf, unfit, type Warn } from "./RecordMapping.ts"

const classifications = ["brand", "category", "parentCategory", "foodGroup", "processType"] as const

/** Every member that a line may have. */
const members: ReadonlySet<string> = new Set([...Object.keys(ProductInput.fields), "source", ...classifications])

const readReference = (
  body: JsonObject,
  kind: "source" | (typeof classifications)[number],
  warn: Warn
): ImportedReference | null => {
  const id = readers.id(body[`${kind}Id`], `${kind}Id`, warn)
  if (id !== null) return { id }
  const name = body[kind]
  if (name !== undefined && name !== null && typeof name !== "string") {
    warn("value_unreadable", kind, `${shown(name)} is no name`)
  }
  return typeof name === "string" ? textOf(cleanText(name), NAME_LENGTH, kind, warn) : null
}

const readBarcode = (value: unknown, warn: Warn): string | null => {
  if (value === undefined || value === null || value === "") return null
  const barcode = typeof value === "string" ? cleanText(value) : ""
  if (isGtin(barcode)) return barcode
  warn("barcode_invalid", "barcode", `${shown(value)} is no GTIN of 8, 12, 13 or 14 digits with its right check digit`)
  return null
}

const readPackage = (body: JsonObject, warn: Warn) => {
  const packageSize = readers.packageSize(body["packageSize"], "packageSize", warn)
  const packageSizeUnit = readers.packageSizeUnit(body["packageSizeUnit"], "packageSizeUnit", warn)
  if ((packageSize === null) === (packageSizeUnit === null)) return { packageSize, packageSizeUnit }
  warn("value_unreadable", "packageSize", "packageSize and packageSizeUnit go together: both or neither")
  return { packageSize: null, packageSizeUnit: null }
}

/** The reference of a line; without one, a text of its own that the same line always has. */
const refOf = (value: unknown, raw: string): string => {
  if (value === undefined || value === null) return hash("sha256", raw).slice(0, 32)
  return typeof value === "number" || typeof value === "string" ? cleanText(String(value)) : ""
}

const mapBody = (body: JsonObject, raw: string, isEarlier: boolean, warn: Warn): Mapped => {
  const sourceRef = refOf(body["sourceRef"], raw)
  const name = typeof body["name"] === "string" ? cleanText(body["name"]) : undefined
  const fault = unfit({ called: "sourceRef", text: sourceRef }, { called: "name", text: name })
  if (fault !== undefined) return fault
  const source = readReference(body, "source", warn)
  for (const member of Object.keys(body)) {
    if (!members.has(member)) warn("value_unreadable", member, "is no member of a product")
  }
  const text = (field: keyof typeof textLengths) => readText(body[field], textLengths[field], field, warn)
  const nutrientBasis = readers.nutrientBasis(body["nutrientBasis"], "nutrientBasis", warn) ?? "per100g"
  return {
    ...(source === null ? {} : { source }),
    sourceRef,
    name: name ?? "",
    language: readers.language(body["language"], "language", warn) ?? "pt-BR",
    aliases: readAliases(body["aliases"], warn),
    barcode: readBarcode(body["barcode"], warn),
    isFood: readers.isFood(body["isFood"], "isFood", warn),
    attribution: text("attribution"),
    shoppingName: text("shoppingName"),
    storeDepartmentName: text("storeDepartmentName"),
    recommendedBrandsAndProducts: text("recommendedBrandsAndProducts"),
    substitutes: text("substitutes"),
    edibleYield: readers.edibleYield(body["edibleYield"], "edibleYield", warn),
    kgPerUnit: readers.kgPerUnit(body["kgPerUnit"], "kgPerUnit", warn),
    litersPerKg: readers.litersPerKg(body["litersPerKg"], "litersPerKg", warn),
    cookingFactor: readers.cookingFactor(body["cookingFactor"], "cookingFactor", warn),
    conservationDays: readers.conservationDays(body["conservationDays"], "conservationDays", warn),
    nutritionGroup: text("nutritionGroup"),
    ...readPackage(body, warn),
    ingredients: text("ingredients"),
    imageUrl: readers.imageUrl(body["imageUrl"], "imageUrl", warn),
    score: readers.score(body["score"], "score", warn),
    brand: readReference(body, "brand", warn),
    category: readReference(body, "category", warn),
    parentCategory: readReference(body, "parentCategory", warn),
    foodGroup: readReference(body, "foodGroup", warn),
    processType: readReference(body, "processType", warn),
    nutrientBasis,
    nutrients: readNutrients(body["nutrients"], nutrientBasis, isEarlier, warn),
    portions: readPortions(body["portions"], warn),
    allergens: readAllergens(body["allergens"], warn)
  }
}

/** A body of the earlier system with the members of today. */
const today = (body: JsonObject): JsonObject => {
  const renamed = Object.fromEntries(Object.entries(body).map(([name, value]) => [memberOfEarlier(name), value]))
  return renamed["packageSizeUnit"] === "un" ? { ...renamed, packageSizeUnit: "piece" } : renamed
}

/** What a line says; with the earlier names if they are to be taken. */
export const makeMapper = (isEarlier: boolean) => (record: DelimitedRecord | MalformedRecord): ImportElement =>
  elementOf("ndjson", record, isEarlier ? ["earlier names"] : [], (good, warn) => {
    const read = readObject(good)
    if ("rejection" in read) return read.rejection
    return mapBody(isEarlier ? today(read.body) : read.body, good.raw, isEarlier, warn)
  })
