import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
// Private to the context: the header that a table must have.
import { ciqualColumns } from "../../../src/contexts/products/import/CiqualMapping.ts"
import { catalogue } from "../../support/Catalogue.ts"
import { csv, givenOf } from "../../support/GivenValues.ts"

const full = new Map([
  ["Energie, Règlement UE N° 1169/2011 (kJ", "Energie, Règlement UE N° 1169/2011 (kJ/100 g)"],
  ["Energie, N x facteur Jones, avec fibres  (kJ", "Energie, N x facteur Jones, avec fibres  (kJ/100 g)"],
  ["AG 20:5 5c,8c,11c,14c,17c (n-3) EPA", "AG 20:5 5c,8c,11c,14c,17c (n-3) EPA (g/100 g)"],
  ["Fer (", "Fer (mg/100 g)"],
  ["Iode", "Iode (µg/100 g)"],
  ["Vitamine B1 ou", "Vitamine B1 ou Thiamine (mg/100 g)"]
])
const columns = ciqualColumns.map((beginning) => full.get(beginning) ?? beginning)

describe.concurrent("import of Ciqual", () => {
  it.live("reads commas, limits and traces, and takes the first energy that is known", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const food = {
        alim_code: "1000",
        alim_nom_fr: "Pastis, anisé",
        alim_nom_sci: "Illicium verum",
        alim_grp_nom_fr: "eaux et autres boissons",
        alim_ssgrp_nom_fr: "boisson alcoolisées",
        alim_ssssgrp_nom_fr: "-",
        "Energie, Règlement UE N° 1169/2011 (kJ/100 g)": "-",
        "Energie, N x facteur Jones, avec fibres  (kJ/100 g)": "1140",
        "Protéines, N x facteur de Jones": "< 0,5",
        "Protéines, N x 6.25": "9",
        Eau: "75,9",
        Glucides: "0",
        Lipides: "traces",
        Sucres: "",
        Fructose: "-",
        Amidon: "0.5",
        "AG 20:5 5c,8c,11c,14c,17c (n-3) EPA (g/100 g)": "0,004",
        "Iode (µg/100 g)": "20",
        "Vitamine B1 ou Thiamine (mg/100 g)": "0,05",
        "Vitamine B12": "1,5"
      }
      const { warnings } = yield* run("ciqual", write([csv(columns, [food])], "ciqual.csv"))
      expect(warnings).toEqual(["2 value_unreadable nutrients.starch"])
      const product = (yield* products).get("1000")
      expect(product).toMatchObject({
        name: "Pastis, anisé",
        language: "fr",
        aliases: [{ language: "la", name: "Illicium verum", kind: "scientific" }],
        parentCategory: { name: "eaux et autres boissons" },
        category: { name: "boisson alcoolisées" },
        foodGroup: null
      })
      expect(givenOf(product)).toMatchObject({
        energyKj: 1140,
        protein: "below 0.5",
        water: 75.9,
        availableCarbohydrate: 0,
        totalFat: "trace 0",
        epa: 4,
        iodine: 20,
        vitaminB1: 0.05
      })
    }))

  it.live("fills what the first half of a food does not know from the second", () =>
    Effect.gen(function*() {
      const { products, run, told, write } = yield* catalogue
      const half = (cells: Readonly<Record<string, string>>) => ({
        alim_code: "9621",
        alim_nom_fr: "Son de blé",
        ...cells
      })
      const path = write(
        [csv(columns, [
          half({ Eau: "9", alim_ssgrp_nom_fr: "ingrédients" }),
          half({ Eau: "10", Sucres: "2,5", alim_ssgrp_nom_fr: "divers", alim_nom_sci: "Triticum" })
        ], ";")],
        "semicolons.csv"
      )
      const { report } = yield* run("ciqual", path, { batchSize: 1 })
      expect(report).toMatchObject({ read: 2, created: 1, merged: 1 })
      const product = (yield* products).get("9621")
      expect(product).toMatchObject({ version: 2, category: { name: "ingrédients" }, aliases: [{ name: "Triticum" }] })
      expect(givenOf(product)).toEqual({ water: 9, sugar: 2.5 })
      expect((yield* run("ciqual", path)).report).toMatchObject({ unchanged: 2 })
      // The record that was merged made a category, too.
      expect((yield* told).toSorted()).toEqual([
        "products/ClassificationChanged 1",
        "products/ClassificationChanged 1",
        "products/ProductChanged 1",
        "products/ProductCreated 1"
      ])
    }))
})
