import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"

/** The header of ABBREV as the Department of Agriculture gives it. */
const columns = [
  "NDB_No,Shrt_Desc,Water,Energ_Kcal,Protein,Lipid_Tot,Ash,Carbohydrt,Fiber_TD,Sugar_Tot,Calcium,Iron,Magnesium",
  "Phosphorus,Potassium,Sodium,Zinc,Copper,Manganese,Selenium,Vit_C,Thiamin,Riboflavin,Niacin,Panto_acid,Vit_B6",
  "Folate_Tot,Folic_acid,Food_Folate,Folate_DFE,Choline_Tot,Vit_B12,Vit_A_IU,Vit_A_RAE,Retinol,Alpha_Carot",
  "Beta_Carot,Beta_Crypt,Lycopene,Lut_Zea,Vit_E,Vit_D_mcg,Vit_D_IU,Vit_K,FA_Sat,FA_Mono,FA_Poly,Cholestrl,GmWt_1",
  "GmWt_Desc1,GmWt_2,GmWt_Desc2,Refuse_Pct"
].join(",").split(",")

const header = columns.join(",")

/** A line of ABBREV with these cells, and nothing in the others. */
export const line = (cells: Readonly<Record<string, string>>) =>
  columns.map((column) => {
    const cell = cells[column] ?? ""
    return /[",]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell
  }).join(",")

/** The n-th made-up food. */
export const food = (n: number, cells: Readonly<Record<string, string>> = {}) =>
  line({
    NDB_No: String(n).padStart(5, "0"),
    Shrt_Desc: `FOOD,NO ${n},"MADE UP"`,
    Energ_Kcal: String(n % 900),
    Protein: "1.5",
    GmWt_1: "240",
    GmWt_Desc1: "8 fl oz",
    Refuse_Pct: "10",
    ...cells
  })

export const foods = (count: number, from = 1) => Array.from({ length: count }, (_, index) => food(from + index))

export const abbrev = (lines: ReadonlyArray<string>) => `${[header, ...lines].join("\n")}\n`

/** Writes a file of this name, compressed where the name says so. */
export const write = (folder: string, name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text)
  return path
}

/** The side tables that stand beside ABBREV in the folder, for the first made-up food. */
export const writeSideTables = (folder: string) => {
  write(
    folder,
    "food_des.csv",
    "NDB_No,FdGrp_Cd,Long_Desc,ComName,ManufacName,SciName\n00001,0900,\"Food, the first\",Firstling,,\n"
  )
  write(folder, "fd_group.csv.gz", "FdGrp_Cd,FdGrp_Desc\n0900,Made-up Foods\n")
  write(folder, "weight.csv", "NDB_No,Amount,Msre_Desc,Gm_Wgt\n00001,1,cup,100\n")
}
