import type { ImportElement } from "../contract/ImportedProduct.ts"
import type { NutrientCode } from "../contract/Nutrients.ts"
import type { DelimitedRecord, MalformedRecord } from "./DelimitedReader.ts"
import { cleanText, readDecimal } from "./ImportedText.ts"
import {
  type Amount,
  classificationOf,
  elementOf,
  type Mapped,
  NutrientList,
  trace,
  unfit,
  type Warn
} from "./RecordMapping.ts"

/** A table of further nutrients by the number of the food. */
export interface JoinedTable {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyMap<string, DelimitedRecord>
}

type Beginnings = ReadonlyArray<readonly [beginning: string, code: NutrientCode]>

export const numberColumn = "Número do Alimento"
const categoryColumn = "Categoria do alimento"
const nameColumn = "Descrição dos alimentos"

/** How the columns of the table of foods begin; what follows is the unit. */
const foodNutrients: Beginnings = [
  ["Umidade", "water"],
  ["Energia..kcal", "energyKcal"],
  ["Energia..kJ", "energyKj"],
  ["Proteína", "protein"],
  ["Lipídeos", "totalFat"],
  ["Colesterol", "cholesterol"],
  ["Carboidrato", "carbohydrate"],
  ["Fibra.Alimentar", "dietaryFiber"],
  ["Cinzas", "ash"],
  ["Cálcio", "calcium"],
  ["Magnésio", "magnesium"],
  ["Manganês", "manganese"],
  ["Fósforo", "phosphorus"],
  ["Ferro", "iron"],
  ["Sódio", "sodium"],
  ["Potássio", "potassium"],
  ["Cobre", "copper"],
  ["Zinco", "zinc"],
  ["Retinol", "retinol"],
  ["RE..", "vitaminARe"],
  ["RAE..", "vitaminARae"],
  ["Tiamina", "vitaminB1"],
  ["Riboflavina", "vitaminB2"],
  ["Piridoxina", "vitaminB6"],
  ["Niacina", "vitaminB3"],
  ["Vitamina.C", "vitaminC"]
]

const joinedNutrients: Beginnings = [
  ["Saturados", "saturatedFat"],
  ["Mono.insaturados", "monounsaturatedFat"],
  ["Poli.insaturados", "polyunsaturatedFat"],
  ["X12.0", "lauricAcid"],
  ["X14.0", "myristicAcid"],
  ["X16.0", "palmiticAcid"],
  ["X18.0", "stearicAcid"],
  ["X18.2.n.6", "linoleicAcid"],
  ["X18.3.n.3", "alphaLinolenicAcid"],
  ["X20.5", "epa"],
  ["X22.5", "dpa"],
  ["X22.6", "dha"],
  ["Triptofano", "tryptophan"],
  ["Treonina", "threonine"],
  ["Isoleucina", "isoleucine"],
  ["Leucina", "leucine"],
  ["Lisina", "lysine"],
  ["Metionina", "methionine"],
  ["Cistina", "cystine"],
  ["Fenilalanina", "phenylalanine"],
  ["Tirosina", "tyrosine"],
  ["Valina", "valine"],
  ["Arginina", "arginine"],
  ["Histidina", "histidine"],
  ["Alanina", "alanine"],
  ["Ácido.Aspártico", "asparticAcid"],
  ["Ácido.Glutâmico", "glutamicAcid"],
  ["Glicina", "glycine"],
  ["Prolina", "proline"],
  ["Serina", "serine"]
]

/** How every column begins that the table of foods must have. */
export const foodColumns = [numberColumn, categoryColumn, nameColumn, ...foodNutrients.map(([beginning]) => beginning)]

interface NutrientColumn {
  readonly name: string
  readonly place: number
  readonly code: NutrientCode
  readonly unit: string
}

/** The columns of nutrients that are there, each with the unit that its name ends in; moisture is in percent. */
const nutrientColumns = (columns: ReadonlyArray<string>, wanted: Beginnings): ReadonlyArray<NutrientColumn> =>
  wanted.flatMap(([beginning, code]) => {
    const place = columns.findIndex((column) => column.startsWith(beginning))
    const name = columns[place]
    const [, unit = "g"] = /[.( ](kcal|kJ|mcg|mg|g)[.)]?$/.exec(name ?? "") ?? []
    return name === undefined ? [] : [{ name, place, code, unit }]
  })

/** Nothing where a value is unknown, `unreadable` where it is no number; the derived tables write a trace as 1e-05. */
const amountOf = (text: string, unit: string): Amount | "unknown" | undefined => {
  if (text === "" || text === "NA" || text === "*") return "unknown"
  if (text === "Tr" || text === "1e-05") return trace
  const value = readDecimal(/^[-+]?[0-9]+,[0-9]+$/.test(text) ? text.replace(",", ".") : text)
  return value === undefined ? undefined : { value, unit }
}

const readNutrients = (
  fields: ReadonlyArray<string>,
  columns: ReadonlyArray<NutrientColumn>,
  list: NutrientList,
  warn: Warn
) => {
  for (const { code, name, place, unit } of columns) {
    const text = cleanText(fields[place])
    const amount = amountOf(text, unit)
    if (amount === "unknown") continue
    // Carbohydrate is what is left of 100 g, so that it falls below zero where there is none.
    const isNone = code === "carbohydrate" && amount !== undefined && amount.value < 0 && amount.value >= -1
    if (isNone) warn("value_out_of_range", "nutrients.carbohydrate", `${name} is ${text}; taken as 0`)
    list.give(code, name, text, isNone ? { value: 0 } : amount)
  }
}

const mapFood = (
  [ref = "", category = "", name = ""]: ReadonlyArray<string>,
  rows: ReadonlyArray<readonly [fields: ReadonlyArray<string>, columns: ReadonlyArray<NutrientColumn>]>,
  warn: Warn
): Mapped => {
  const fault = unfit({ called: numberColumn, text: ref }, { called: nameColumn, text: name })
  if (fault !== undefined) return fault
  const list = new NutrientList("per100g", warn)
  for (const [fields, columns] of rows) readNutrients(fields, columns, list, warn)
  return {
    sourceRef: ref,
    name,
    language: "pt-BR",
    aliases: [],
    barcode: null,
    isFood: true,
    brand: null,
    category: classificationOf(category, "category", warn),
    parentCategory: null,
    foodGroup: null,
    processType: null,
    nutrientBasis: "per100g",
    nutrients: list.nutrients,
    edibleYield: null,
    portions: []
  }
}

/** What a food of the table says, with what the joined tables say of it. */
export const makeMapper = (columns: ReadonlyArray<string>, joined: ReadonlyArray<JoinedTable>) => {
  const places = [numberColumn, categoryColumn, nameColumn].map((name) => columns.indexOf(name))
  const own = nutrientColumns(columns, foodNutrients)
  const tables = joined.map(({ columns, rows }) => ({ rows, columns: nutrientColumns(columns, joinedNutrients) }))
  return (record: DelimitedRecord | MalformedRecord): ImportElement => {
    const fields = record._tag === "Malformed" ? [] : record.fields
    const cells = places.map((place) => cleanText(fields[place]))
    const rows = tables.flatMap(({ columns, rows }) => {
      const row = rows.get(cells[0] ?? "")
      return row === undefined ? [] : [{ row, columns }]
    })
    return elementOf(
      "taco",
      record,
      rows.map(({ row }) => row.raw),
      (_, warn) =>
        mapFood(cells, [[fields, own], ...rows.map(({ columns, row }) => [row.fields, columns] as const)], warn)
    )
  }
}
