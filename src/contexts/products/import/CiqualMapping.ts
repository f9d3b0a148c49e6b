import type { ImportElement } from "../contract/ImportedProduct.ts"
import type { NutrientCode } from "../contract/Nutrients.ts"
import type { DelimitedRecord, MalformedRecord } from "./DelimitedReader.ts"
import { cleanText, readDecimal } from "./ImportedText.ts"
import {
  AliasList,
  type Amount,
  classificationOf,
  elementOf,
  type Mapped,
  NutrientList,
  trace,
  unfit,
  type Warn
} from "./RecordMapping.ts"

/** How the columns of nutrients begin; of two of one nutrient the first that is known counts. */
const beginnings: ReadonlyArray<readonly [beginning: string, code: NutrientCode]> = [
  ["Energie, Règlement UE N° 1169/2011 (kJ", "energyKj"],
  ["Energie, N x facteur Jones, avec fibres  (kJ", "energyKj"],
  ["Energie, Règlement UE N° 1169/2011 (kcal", "energyKcal"],
  ["Energie, N x facteur Jones, avec fibres  (kcal", "energyKcal"],
  ["Eau", "water"],
  ["Protéines, N x facteur de Jones", "protein"],
  ["Protéines, N x 6.25", "protein"],
  ["Glucides", "availableCarbohydrate"],
  ["Lipides", "totalFat"],
  ["Sucres", "sugar"],
  ["Fructose", "fructose"],
  ["Galactose", "galactose"],
  ["Glucose", "glucose"],
  ["Lactose", "lactose"],
  ["Maltose", "maltose"],
  ["Saccharose", "sucrose"],
  ["Amidon", "starch"],
  ["Fibres alimentaires", "dietaryFiber"],
  ["Polyols totaux", "polyols"],
  ["Cendres", "ash"],
  ["Alcool", "alcohol"],
  ["Acides organiques", "organicAcids"],
  ["AG saturés", "saturatedFat"],
  ["AG monoinsaturés", "monounsaturatedFat"],
  ["AG polyinsaturés", "polyunsaturatedFat"],
  ["AG 4:0", "butyricAcid"],
  ["AG 6:0", "caproicAcid"],
  ["AG 8:0", "caprylicAcid"],
  ["AG 10:0", "capricAcid"],
  ["AG 12:0", "lauricAcid"],
  ["AG 14:0", "myristicAcid"],
  ["AG 16:0", "palmiticAcid"],
  ["AG 18:0", "stearicAcid"],
  ["AG 18:1 9c (n-9)", "oleicAcid"],
  ["AG 18:2 9c,12c (n-6)", "linoleicAcid"],
  ["AG 18:3 c9,c12,c15 (n-3)", "alphaLinolenicAcid"],
  ["AG 20:4 5c,8c,11c,14c (n-6)", "arachidonicAcid"],
  ["AG 20:5 5c,8c,11c,14c,17c (n-3) EPA", "epa"],
  ["AG 22:6 4c,7c,10c,13c,16c,19c (n-3) DHA", "dha"],
  ["Cholestérol", "cholesterol"],
  ["Sel chlorure de sodium", "salt"],
  ["Calcium", "calcium"],
  ["Chlorure", "chloride"],
  ["Cuivre", "copper"],
  ["Fer (", "iron"],
  ["Iode", "iodine"],
  ["Magnésium", "magnesium"],
  ["Manganèse", "manganese"],
  ["Phosphore", "phosphorus"],
  ["Potassium", "potassium"],
  ["Sélénium", "selenium"],
  ["Sodium", "sodium"],
  ["Zinc", "zinc"],
  ["Rétinol", "retinol"],
  ["Beta-Carotène", "betaCarotene"],
  ["Vitamine D", "vitaminD"],
  ["Vitamine E", "vitaminE"],
  ["Vitamine K1", "vitaminK"],
  ["Vitamine K2", "vitaminK2"],
  ["Vitamine C", "vitaminC"],
  ["Vitamine B1 ou", "vitaminB1"],
  ["Vitamine B2", "vitaminB2"],
  ["Vitamine B3", "vitaminB3"],
  ["Vitamine B5", "vitaminB5"],
  ["Vitamine B6", "vitaminB6"],
  ["Vitamine B9", "folate"],
  ["Vitamine B12", "vitaminB12"]
]

const plainColumns = [
  "alim_code",
  "alim_nom_fr",
  "alim_nom_sci",
  "alim_grp_nom_fr",
  "alim_ssgrp_nom_fr",
  "alim_ssssgrp_nom_fr"
]

/** How every column begins that the table must have. */
export const ciqualColumns: ReadonlyArray<string> = [...plainColumns, ...beginnings.map(([beginning]) => beginning)]

const number = /^[-+]?[0-9]+(?:,[0-9]+)?$/

const amountOf = (text: string, unit: string): Amount | undefined => {
  if (text === "traces") return trace
  const limit = text.startsWith("<") ? text.slice(1).trim() : undefined
  const shown = limit ?? text
  const value = number.test(shown) ? readDecimal(shown.replace(",", ".")) : undefined
  return value === undefined ? undefined : { value, unit, mark: limit === undefined ? undefined : "below" }
}

interface NutrientColumn {
  readonly name: string
  readonly place: number
  readonly code: NutrientCode
  readonly unit: string
}

/** The unit stands in brackets at the end of a column's name, as in `Calcium (mg/100 g)`. */
const nutrientColumns = (columns: ReadonlyArray<string>): ReadonlyArray<NutrientColumn> =>
  beginnings.map(([beginning, code]) => {
    const place = columns.findIndex((column) => column.startsWith(beginning))
    const name = columns[place] ?? beginning
    const [, unit = "g"] = /\((\S+)\/100 ?g\)$/.exec(name) ?? []
    return { name, place, code, unit }
  })

const readNutrients = (fields: ReadonlyArray<string>, columns: ReadonlyArray<NutrientColumn>, warn: Warn) => {
  const list = new NutrientList("per100g", warn)
  for (const { code, name, place, unit } of columns) {
    const text = cleanText(fields[place])
    if (text === "" || text === "-" || list.nutrients[code] !== undefined) continue
    list.give(code, name, text, amountOf(text, unit))
  }
  return list.nutrients
}

const mapFood = (
  cells: ReadonlyArray<string>,
  readValues: () => ReturnType<typeof readNutrients>,
  warn: Warn
): Mapped => {
  const [ref = "", name = "", scientific = "", group, subgroup, subSubgroup] = cells
  const fault = unfit({ called: "alim_code", text: ref }, { called: "alim_nom_fr", text: name })
  if (fault !== undefined) return fault
  const aliases = new AliasList(warn)
  aliases.add(scientific, "la", "scientific")
  return {
    sourceRef: ref,
    name,
    language: "fr",
    aliases: aliases.aliases,
    barcode: null,
    isFood: true,
    brand: null,
    category: classificationOf(subgroup, "category", warn),
    parentCategory: classificationOf(group, "parentCategory", warn),
    foodGroup: classificationOf(subSubgroup, "foodGroup", warn),
    processType: null,
    nutrientBasis: "per100g",
    nutrients: readValues(),
    edibleYield: null,
    portions: []
  }
}

/** What a food of the table says. */
export const makeMapper = (columns: ReadonlyArray<string>) => {
  const places = plainColumns.map((name) => columns.indexOf(name))
  const values = nutrientColumns(columns)
  return (record: DelimitedRecord | MalformedRecord): ImportElement =>
    elementOf("ciqual", record, [], ({ fields }, warn) => {
      const cells = places.map((place) => cleanText(fields[place]))
      return mapFood(cells, () => readNutrients(fields, values, warn), warn)
    })
}
