import { Effect, type FileSystem, type Stdio } from "effect"
import { findColumns } from "./findColumns.ts"
import { cleanText } from "./ImportedText.ts"
import type { ImportSourceFailed } from "./ImportSource.ts"
import { eachRow } from "./SideTable.ts"

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

/** The files of these tables. */
export const sideTables = ["food_des", "fd_group", "weight"] as const

const eachCells = (path: string, wanted: Row, take: (cells: Row, raw: string) => void) =>
  Effect.scoped(
    eachRow(
      path,
      (columns) => findColumns({ path }, columns, wanted),
      ({ fields, raw }, places) => take(places.map((place) => cleanText(fields[place])), raw)
    )
  )

/** Reads the side tables into memory. */
export const readSideTables = Effect.fnUntraced(function*(
  paths: { readonly [T in (typeof sideTables)[number]]: string }
): Effect.fn.Return<SideTables, ImportSourceFailed, FileSystem.FileSystem | Stdio.Stdio> {
  const foods = new Map<string, FoodRow>()
  const groups = new Map<string, GroupRow>()
  const weights = new Map<string, Array<WeightRow>>()
  const foodColumns = ["NDB_No", "FdGrp_Cd", "Long_Desc", "ComName", "ManufacName", "SciName"]
  yield* eachCells(paths.food_des, foodColumns, ([ref = "", group = "", longName = "", ...rest], raw) => {
    const [commonNames = "", manufacturer = "", scientificName = ""] = rest
    if (!foods.has(ref)) foods.set(ref, { raw, group, longName, commonNames, manufacturer, scientificName })
  })
  yield* eachCells(paths.fd_group, ["FdGrp_Cd", "FdGrp_Desc"], ([code = "", name = ""], raw) => {
    groups.set(code, { raw, name })
  })
  yield* eachCells(paths.weight, ["NDB_No", "Amount", "Msre_Desc", "Gm_Wgt"], ([ref = "", ...rest], raw) => {
    const [amount = "", measure = "", grams = ""] = rest
    const rows = weights.get(ref)
    if (rows === undefined) weights.set(ref, [{ raw, amount, measure, grams }])
    else rows.push({ raw, amount, measure, grams })
  })
  return { foods, groups, weights }
})
