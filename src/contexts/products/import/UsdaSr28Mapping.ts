import { hash } from "node:crypto"
import {
  type ImportedAlias,
  type ImportedPortion,
  type ImportedProduct,
  type ImportElement,
  type ImportWarning,
  mappingVersion,
  type RejectedRecord,
  type RejectReason,
  type WarningCode
} from "../contract/ImportedProduct.ts"
import { normaliseName } from "../contract/normaliseName.ts"
import { convertToCanonical, outOfRange, round12, type StoredNutrient } from "../contract/NutrientRules.ts"
import type { NutrientCode } from "../contract/Nutrients.ts"
import type { DelimitedRecord, MalformedRecord } from "./DelimitedReader.ts"
import { decodeCut } from "./DelimitedText.ts"
import { cleanText, cutText, hasLetterOrDigit, readDecimal } from "./ImportedText.ts"
import type { FoodRow, SideTables, WeightRow } from "./UsdaSr28Tables.ts"

/** The nutrient columns of ABBREV but for vitamin D in IU. */
const nutrientColumns: ReadonlyArray<readonly [column: string, code: NutrientCode]> = [
  ["Water", "water"],
  ["Energ_Kcal", "energyKcal"],
  ["Protein", "protein"],
  ["Lipid_Tot", "totalFat"],
  ["Ash", "ash"],
  ["Carbohydrt", "carbohydrate"],
  ["Fiber_TD", "dietaryFiber"],
  ["Sugar_Tot", "sugar"],
  ["Calcium", "calcium"],
  ["Iron", "iron"],
  ["Magnesium", "magnesium"],
  ["Phosphorus", "phosphorus"],
  ["Potassium", "potassium"],
  ["Sodium", "sodium"],
  ["Zinc", "zinc"],
  ["Copper", "copper"],
  ["Manganese", "manganese"],
  ["Selenium", "selenium"],
  ["Vit_C", "vitaminC"],
  ["Thiamin", "vitaminB1"],
  ["Riboflavin", "vitaminB2"],
  ["Niacin", "vitaminB3"],
  ["Panto_acid", "vitaminB5"],
  ["Vit_B6", "vitaminB6"],
  ["Folate_Tot", "folate"],
  ["Folic_acid", "folicAcid"],
  ["Food_Folate", "foodFolate"],
  ["Folate_DFE", "folateDfe"],
  ["Choline_Tot", "choline"],
  ["Vit_B12", "vitaminB12"],
  ["Vit_A_IU", "vitaminAIu"],
  ["Vit_A_RAE", "vitaminARae"],
  ["Retinol", "retinol"],
  ["Alpha_Carot", "alphaCarotene"],
  ["Beta_Carot", "betaCarotene"],
  ["Beta_Crypt", "betaCryptoxanthin"],
  ["Lycopene", "lycopene"],
  ["Lut_Zea", "luteinZeaxanthin"],
  ["Vit_E", "vitaminE"],
  ["Vit_D_mcg", "vitaminD"],
  ["Vit_K", "vitaminK"],
  ["FA_Sat", "saturatedFat"],
  ["FA_Mono", "monounsaturatedFat"],
  ["FA_Poly", "polyunsaturatedFat"],
  ["Cholestrl", "cholesterol"]
]

const otherColumns = [
  "NDB_No",
  "Shrt_Desc",
  "Vit_D_IU",
  "GmWt_1",
  "GmWt_Desc1",
  "GmWt_2",
  "GmWt_Desc2",
  "Refuse_Pct"
]

/** Every column that the header of an ABBREV file must have. */
export const abbrevColumns: ReadonlyArray<string> = [...otherColumns, ...nutrientColumns.map(([column]) => column)]

const NAME_LENGTH = 500
const REF_LENGTH = 100
const PORTION_NAME_LENGTH = 100
const MAX_PORTIONS = 100
const MAX_ALIASES = 50
const MAX_GRAMS = 1_000_000

type Warn = (code: WarningCode, field: string, detail: string) => void
type Cell = (column: string) => string

const readNutrients = (cell: Cell, warn: Warn): ImportedProduct["nutrients"] => {
  const nutrients: Partial<Record<NutrientCode, StoredNutrient>> = {}
  const read = (column: string, code: NutrientCode, unit?: string) => {
    const text = cell(column)
    if (text === "" || nutrients[code] !== undefined) return
    const number = readDecimal(text)
    const value = number === undefined || unit === undefined ? number : convertToCanonical(code, number, unit)
    if (value === undefined) {
      return warn("value_unreadable", `nutrients.${code}`, `${column} is ${JSON.stringify(text)}`)
    }
    const fault = outOfRange(code, value, "per100g")
    if (fault === undefined) nutrients[code] = { value: value + 0 }
    else warn("value_out_of_range", `nutrients.${code}`, `${column} is ${text}; it ${fault}`)
  }
  for (const [column, code] of nutrientColumns) read(column, code)
  // Last, so that the value in micrograms wins where both are given.
  read("Vit_D_IU", "vitaminD", "IU")
  return nutrients
}

const readYield = (text: string, warn: Warn): number | null => {
  if (text === "") return null
  const refuse = readDecimal(text)
  if (refuse === undefined) {
    warn("value_unreadable", "edibleYield", `Refuse_Pct is ${JSON.stringify(text)}`)
    return null
  }
  const edible = round12(1 - refuse / 100)
  if (edible > 0 && edible <= 1) return edible
  warn("value_out_of_range", "edibleYield", `Refuse_Pct is ${text}; it must be from 0 to less than 100`)
  return null
}

type Measure = Omit<WeightRow, "raw">

/** The two household measures of ABBREV, such as 240 g for "8 fl oz". */
const abbrevMeasures = (cell: Cell): ReadonlyArray<Measure> =>
  ["1", "2"].flatMap((number) => {
    const grams = cell(`GmWt_${number}`)
    if (grams === "") return []
    const description = cell(`GmWt_Desc${number}`)
    const [amount] = /^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)/.exec(description) ?? []
    return [{ grams, amount: amount ?? "1", measure: description.slice(amount?.length ?? 0).trim() }]
  })

const readPortions = (measures: ReadonlyArray<Measure>, warn: Warn): ReadonlyArray<ImportedPortion> => {
  const portions: Array<ImportedPortion> = []
  const names = new Set<string>()
  for (const { amount, grams, measure } of measures) {
    const shown = `${JSON.stringify(measure)} with amount ${JSON.stringify(amount)} and ${JSON.stringify(grams)} g`
    const count = readDecimal(amount)
    const total = readDecimal(grams)
    if (count === undefined || total === undefined || measure === "") {
      warn("value_unreadable", "portions", shown)
      continue
    }
    const one = round12(total / count)
    if (!(count > 0 && one > 0 && one <= MAX_GRAMS)) {
      warn("value_out_of_range", "portions", shown)
      continue
    }
    const name = cutText(measure, PORTION_NAME_LENGTH)
    const key = normaliseName(name)
    if (names.has(key)) warn("portion_repeated", "portions", shown)
    else if (portions.length === MAX_PORTIONS) {
      warn("value_out_of_range", "portions", `more than ${MAX_PORTIONS}: ${shown}`)
    } else {
      if (name !== measure) warn("text_cut", "portions", shown)
      names.add(key)
      portions.push({ name, grams: one })
    }
  }
  return portions
}

const readAliases = (food: FoodRow | undefined, warn: Warn): ReadonlyArray<ImportedAlias> => {
  if (food === undefined) return []
  const aliases = new Map<string, ImportedAlias>()
  const add = (text: string, language: string, kind: ImportedAlias["kind"]) => {
    const name = cutText(text.trim(), NAME_LENGTH)
    const key = `${language} ${normaliseName(name)}`
    if (!hasLetterOrDigit(name) || aliases.has(key)) return
    if (aliases.size === MAX_ALIASES) return warn("text_cut", "aliases", `more than ${MAX_ALIASES}: ${name}`)
    if (name !== text.trim()) warn("text_cut", "aliases", name)
    aliases.set(key, { language, name, kind })
  }
  for (const name of food.commonNames.split(",")) add(name, "en", "synonym")
  add(food.scientificName, "la", "scientific")
  return [...aliases.values()]
}

const readClassification = (text: string | undefined, field: string, warn: Warn): string | null => {
  if (text === undefined || !hasLetterOrDigit(text)) return null
  const name = cutText(text, NAME_LENGTH)
  if (name !== text) warn("text_cut", field, name)
  return name
}

const rejected = (
  { line, raw }: Pick<MalformedRecord, "line" | "raw">,
  sourceRef: string | null,
  reason: RejectReason,
  detail: string
): RejectedRecord => ({
  _tag: "RejectedRecord",
  line,
  sourceRef,
  reason,
  detail,
  raw: decodeCut(Buffer.from(raw), 4_096)
})

const mapFood = (record: DelimitedRecord, cell: Cell, ref: string, tables: SideTables | undefined) => {
  const warnings: Array<ImportWarning> = []
  const warn: Warn = (code, field, detail) => void warnings.push({ code, field, detail })
  const food = tables?.foods.get(ref)
  const name = [food?.longName ?? "", cell("Shrt_Desc")].find(hasLetterOrDigit)
  if (ref === "") return rejected(record, null, "missing_ref", "NDB_No is empty")
  if (ref.length > REF_LENGTH) return rejected(record, null, "malformed", `NDB_No is longer than ${REF_LENGTH}`)
  if (name === undefined) return rejected(record, ref, "missing_name", "no description has a letter or digit")
  if (name.length > NAME_LENGTH) return rejected(record, ref, "name_too_long", `${name.length} characters`)
  const product: ImportedProduct = {
    _tag: "ImportedProduct",
    sourceRef: ref,
    name,
    language: "en",
    aliases: readAliases(food, warn),
    barcode: null,
    isFood: true,
    brand: readClassification(food?.manufacturer, "brand", warn),
    category: readClassification(tables?.groups.get(food?.group ?? "")?.name, "category", warn),
    parentCategory: null,
    foodGroup: null,
    processType: null,
    nutrientBasis: "per100g",
    nutrients: readNutrients(cell, warn),
    edibleYield: readYield(cell("Refuse_Pct"), warn),
    portions: readPortions(tables === undefined ? abbrevMeasures(cell) : tables.weights.get(ref) ?? [], warn),
    warnings
  }
  return product
}

/** What a record of ABBREV says, with what the side tables say of the same food where they are there. */
export const makeMapper = (columns: ReadonlyArray<string>, tables: SideTables | undefined) => {
  const places = new Map(abbrevColumns.map((column) => [column, columns.indexOf(column)]))
  return (record: DelimitedRecord | MalformedRecord): ImportElement => {
    const { endOffset, line, raw } = record
    const sources = [`usda-sr28 ${mappingVersion["usda-sr28"]}`, raw]
    if (record._tag === "Malformed") {
      const hashed = hash("sha256", sources.join("\n"))
      return { record: rejected(record, null, record.reason, record.detail), line, endOffset, hash: hashed }
    }
    const cell: Cell = (column) => cleanText(record.fields[places.get(column) ?? -1])
    const ref = cell("NDB_No")
    const food = tables?.foods.get(ref)
    const joined = [food, tables?.groups.get(food?.group ?? ""), ...tables?.weights.get(ref) ?? []]
    for (const row of joined) if (row !== undefined) sources.push(row.raw)
    return { record: mapFood(record, cell, ref, tables), line, endOffset, hash: hash("sha256", sources.join("\n")) }
  }
}
