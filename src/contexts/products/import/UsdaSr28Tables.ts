import { Effect, type FileSystem, type Scope, type Stdio, Stream } from "effect"
import { openRecords } from "./DelimitedRecords.ts"
import { findColumns } from "./findColumns.ts"
import { cleanText } from "./ImportedText.ts"
import { type ImportSource, ImportSourceFailed, openSource } from "./ImportSource.ts"

type Row = ReadonlyArray<string>

/** Cells of the wanted columns, then the raw record, which belongs to the hash of the food. */
export interface FoodRow {
  readonly raw: string
  readonly group: string
  readonly longName: string
  readonly commonNames: string
  readonly manufacturer: string
  readonly scientificName: string
}

export interface WeightRow {
  readonly raw: string
  readonly amount: string
  readonly measure: string
  readonly grams: string
}

export interface GroupRow {
  readonly raw: string
  readonly name: string
}

/** The tables beside ABBREV, by NDB_No and by food group. */
export interface SideTables {
  readonly foods: ReadonlyMap<string, FoodRow>
  readonly groups: ReadonlyMap<string, GroupRow>
  readonly weights: ReadonlyMap<string, ReadonlyArray<WeightRow>>
}

export interface SideTablePaths {
  readonly food_des: string
  readonly fd_group: string
  readonly weight: string
}

type ReadNeeds = FileSystem.FileSystem | Stdio.Stdio | Scope.Scope

const eachRow = Effect.fnUntraced(function*(
  path: string,
  wanted: Row,
  take: (cells: Row, raw: string) => void
): Effect.fn.Return<void, ImportSourceFailed, ReadNeeds> {
  const source: ImportSource = yield* openSource(path)
  const { batches, columns } = yield* openRecords(source, { delimiter: ",", quoted: true })
  const places = yield* findColumns(source, columns, wanted)
  yield* Stream.runForEach(batches, ({ records }) => {
    for (const record of records) {
      if (record._tag === "Malformed") {
        return new ImportSourceFailed({
          reason: "not_delimited",
          message: `${path}: line ${record.line} cannot be read (${record.detail})`
        })
      }
      take(places.map((place) => cleanText(record.fields[place])), record.raw)
    }
    return Effect.void
  })
})

/** Reads the side tables into memory; a broken line in one of them fails, for a food would lose facts in silence. */
export const readSideTables = Effect.fnUntraced(function*(
  paths: SideTablePaths
): Effect.fn.Return<SideTables, ImportSourceFailed, ReadNeeds> {
  const foods = new Map<string, FoodRow>()
  const groups = new Map<string, GroupRow>()
  const weights = new Map<string, Array<WeightRow>>()
  const foodColumns = ["NDB_No", "FdGrp_Cd", "Long_Desc", "ComName", "ManufacName", "SciName"]
  yield* eachRow(paths.food_des, foodColumns, ([ref = "", group = "", longName = "", ...rest], raw) => {
    const [commonNames = "", manufacturer = "", scientificName = ""] = rest
    if (!foods.has(ref)) foods.set(ref, { raw, group, longName, commonNames, manufacturer, scientificName })
  })
  yield* eachRow(paths.fd_group, ["FdGrp_Cd", "FdGrp_Desc"], ([code = "", name = ""], raw) => {
    groups.set(code, { raw, name })
  })
  yield* eachRow(paths.weight, ["NDB_No", "Amount", "Msre_Desc", "Gm_Wgt"], ([ref = "", ...rest], raw) => {
    const [amount = "", measure = "", grams = ""] = rest
    const rows = weights.get(ref)
    if (rows === undefined) weights.set(ref, [{ raw, amount, measure, grams }])
    else rows.push({ raw, amount, measure, grams })
  })
  return { foods, groups, weights }
})
