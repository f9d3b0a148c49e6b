import type { ImportedAlias, ImportElement } from "../contract/ImportedProduct.ts"
import { round12 } from "../contract/NutrientRules.ts"
import type { NutrientCode } from "../contract/Nutrients.ts"
import type { DelimitedRecord, MalformedRecord } from "./DelimitedReader.ts"
import { cleanText, hasLetterOrDigit, readDecimal } from "./ImportedText.ts"
import {
  AliasList,
  classificationOf,
  elementOf,
  type Mapped,
  NutrientList,
  PortionList,
  unfit,
  type Warn
} from "./RecordMapping.ts"
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

type Cell = (column: string) => string

const readNutrients = (cell: Cell, warn: Warn) => {
  const list = new NutrientList("per100g", warn)
  const read = (column: string, code: NutrientCode, unit?: string) => {
    const text = cell(column)
    if (text === "" || (unit !== undefined && list.nutrients[code] !== undefined)) return
    const value = readDecimal(text)
    list.give(code, column, text, value === undefined ? undefined : { value, unit })
  }
  for (const [column, code] of nutrientColumns) read(column, code)
  // Last, so that the value in micrograms wins where both are given.
  read("Vit_D_IU", "vitaminD", "IU")
  return list.nutrients
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

const readPortions = (measures: ReadonlyArray<Measure>, warn: Warn) => {
  const list = new PortionList(warn)
  for (const { amount, grams, measure } of measures) {
    const shown = `${JSON.stringify(measure)} with amount ${JSON.stringify(amount)} and ${JSON.stringify(grams)} g`
    const count = readDecimal(amount)
    const total = readDecimal(grams)
    const one = count === undefined || total === undefined
      ? undefined
      : count > 0
      ? round12(total / count)
      : Number.NaN
    list.add(measure, one, shown)
  }
  return list.portions
}

const readAliases = (food: FoodRow | undefined, warn: Warn): ReadonlyArray<ImportedAlias> => {
  if (food === undefined) return []
  const list = new AliasList(warn)
  for (const name of food.commonNames.split(",")) list.add(name.trim(), "en", "synonym")
  list.add(food.scientificName, "la", "scientific")
  return list.aliases
}

const mapFood = (cell: Cell, ref: string, tables: SideTables | undefined, warn: Warn): Mapped => {
  const food = tables?.foods.get(ref)
  const name = [food?.longName ?? "", cell("Shrt_Desc")].find(hasLetterOrDigit)
  const fault = unfit({ called: "NDB_No", text: ref }, { called: "Long_Desc or Shrt_Desc", text: name })
  if (fault !== undefined) return fault
  return {
    sourceRef: ref,
    name: name ?? "",
    language: "en",
    aliases: readAliases(food, warn),
    barcode: null,
    isFood: true,
    brand: classificationOf(food?.manufacturer, "brand", warn),
    category: classificationOf(tables?.groups.get(food?.group ?? "")?.name, "category", warn),
    parentCategory: null,
    foodGroup: null,
    processType: null,
    nutrientBasis: "per100g",
    nutrients: readNutrients(cell, warn),
    edibleYield: readYield(cell("Refuse_Pct"), warn),
    portions: readPortions(tables === undefined ? abbrevMeasures(cell) : tables.weights.get(ref) ?? [], warn)
  }
}

/** What a record of ABBREV says, with what the side tables say of the same food where they are there. */
export const makeMapper = (columns: ReadonlyArray<string>, tables: SideTables | undefined) => {
  const places = new Map(abbrevColumns.map((column) => [column, columns.indexOf(column)]))
  return (record: DelimitedRecord | MalformedRecord): ImportElement => {
    const fields = record._tag === "Malformed" ? [] : record.fields
    const cell: Cell = (column) => cleanText(fields[places.get(column) ?? -1])
    const ref = cell("NDB_No")
    const food = tables?.foods.get(ref)
    const joined = [food, tables?.groups.get(food?.group ?? ""), ...tables?.weights.get(ref) ?? []]
    return elementOf(
      "usda-sr28",
      record,
      joined.flatMap((row) => row === undefined ? [] : [row.raw]),
      (_, warn) => mapFood(cell, ref, tables, warn)
    )
  }
}
