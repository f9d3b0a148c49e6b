import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"

/** The files of names that lie under one folder, and their columns. */
const files = {
  taco: ["taco/original-cmvcol.csv", "Descrição dos alimentos"],
  sr28: ["usda-sr28/food_des.csv.gz", "Long_Desc"],
  fdc: ["fdc-names/fdc_ingredients.csv.gz", "description"],
  ciqual: ["ciqual/ciqual_2020_fr.csv.gz", "alim_nom_fr"],
  brands: ["usda-sr28/food_des.csv.gz", "ManufacName"]
} as const

/** The cells of CSV with quotes (RFC 4180). */
const cellsOf = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const rows: Array<ReadonlyArray<string>> = []
  let row: Array<string> = []
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted?.replaceAll("\"\"", "\"") ?? plain)
    if (end === ",") continue
    rows.push(row)
    row = []
  }
  return rows
}

const namesIn = (path: string, column: string): ReadonlyArray<string> => {
  const bytes = readFileSync(path)
  const [header = [], ...rows] = cellsOf((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"))
  const place = header.indexOf(column)
  return rows.flatMap((row) => row[place] ?? "").map((name) => name.trim()).filter((name) => /[\p{L}\p{N}]/u.test(name))
}

/** Names of foods, and of those who make them, as the tables of a folder have them; nothing where a file is not there. */
export const realNames = (folder: string): Readonly<Record<keyof typeof files, ReadonlyArray<string>>> => {
  const read = ([file, column]: readonly [string, string]) => {
    const path = join(folder, file)
    return existsSync(path) ? namesIn(path, column) : []
  }
  return {
    taco: read(files.taco),
    sr28: read(files.sr28),
    fdc: read(files.fdc),
    ciqual: read(files.ciqual),
    brands: read(files.brands)
  }
}
