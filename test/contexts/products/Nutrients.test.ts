import { describe, expect, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import {
  isNutrientCode,
  nutrientByCode,
  nutrientCodes,
  nutrients,
  unitOf
} from "../../../src/contexts/products/contract/Nutrients.ts"

const definitions = new URL("../../../../shared/data/usda-sr28/nutr_def.csv.gz", import.meta.url)
const present = existsSync(definitions)

// In the source these are kept in another unit than ours.
const unitsApart = new Map([["fluoride", "µg"], ["epa", "g"], ["dpa", "g"], ["dha", "g"]])

describe("the nutrient registry", () => {
  it("has each code, SR number and INFOODS tag once", () => {
    for (const key of ["code", "sr", "infoods"] as const) {
      const values = nutrients.map((nutrient) => nutrient[key]).filter((value) => value !== null)
      expect(new Set(values).size).toBe(values.length)
    }
    expect(nutrientCodes).toHaveLength(127)
    expect(nutrientByCode.get("vitaminC")).toMatchObject({ unit: "mg", infoods: "VITC", sr: "401" })
    expect(unitOf("vitaminAIu")).toBe("IU")
  })

  it("tells its codes from other texts", () => {
    expect(isNutrientCode("protein")).toBe(true)
    expect(["Protein", "toString", "__proto__", ""].map(isNutrientCode)).toEqual([false, false, false, false])
  })

  it.skipIf(!present)(`agrees with the SR28 definitions${present ? "" : " (skipped: no ../shared/data)"}`, () => {
    const rows = gunzipSync(readFileSync(definitions)).toString("utf8").trim().split("\n").slice(1)
    const bySr = new Map(rows.map((row) => {
      const [sr = "", unit = "", tag = ""] = row.split(",")
      return [sr, { unit, tag }]
    }))
    for (const { code, infoods, sr, unit } of nutrients) {
      if (sr === null) continue
      expect({ code, ...bySr.get(sr) }).toEqual({
        code,
        tag: infoods,
        unit: unitsApart.get(code) ?? (unit === "mcg" ? "µg" : unit)
      })
    }
    expect(nutrients.filter((nutrient) => nutrient.sr !== null)).toHaveLength(93)
  })
})
