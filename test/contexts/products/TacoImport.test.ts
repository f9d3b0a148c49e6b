import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { catalogue } from "../../support/Catalogue.ts"
import { csv, givenOf } from "../../support/GivenValues.ts"

const units =
  "Umidade.... Energia..kcal. Energia..kJ. Proteína..g. Lipídeos..g. Colesterol..mg. Carboidrato..g. Fibra.Alimentar..g. "
  + "Cinzas..g. Cálcio..mg. Magnésio..mg. Manganês..mg. Fósforo..mg. Ferro..mg. Sódio..mg. Potássio..mg. Cobre..mg. Zinco..mg. "
  + "Retinol..mcg. RE..mcg. RAE..mcg. Tiamina..mg. Riboflavina..mg. Piridoxina..mg. Niacina..mg. Vitamina.C..mg."
const columns = ["Número do Alimento", "Categoria do alimento", "Descrição dos alimentos", ...units.split(" ")]

const food = (number: string, cells: Readonly<Record<string, string>> = {}) => ({
  "Número do Alimento": number,
  "Categoria do alimento": "Cereais e derivados",
  "Descrição dos alimentos": `Arroz, tipo ${number}, cru`,
  ...cells
})

describe.concurrent("import of TACO", () => {
  it.live("tells unknown, trace and zero apart, and reads a point or a comma", () =>
    Effect.gen(function*() {
      const { products, run, write } = yield* catalogue
      const path = write([csv(columns, [
        food("1", {
          "Umidade....": "70.13866666666667",
          "Proteína..g.": "0,01",
          "Lipídeos..g.": ",0,02",
          "Colesterol..mg.": "NA",
          "Carboidrato..g.": "-0.0266",
          "Fibra.Alimentar..g.": "*",
          "Tiamina..mg.": "Tr",
          "Niacina..mg.": "1e-05",
          "Retinol..mcg.": "0",
          "RAE..mcg.": "12"
        }),
        food("2", { "Carboidrato..g.": "-1.5" }),
        food("3", { "Descrição dos alimentos": "*" })
      ])], "taco.csv")
      const { rejects, warnings } = yield* run("taco", path)
      expect(rejects.map(({ reason, sourceRef }) => [reason, sourceRef])).toEqual([["missing_name", "3"]])
      expect(warnings).toEqual([
        "2 value_unreadable nutrients.totalFat",
        "2 value_out_of_range nutrients.carbohydrate",
        "3 value_out_of_range nutrients.carbohydrate"
      ])
      const found = yield* products
      expect(found.get("1")).toMatchObject({
        name: "Arroz, tipo 1, cru",
        language: "pt-BR",
        category: { name: "Cereais e derivados" },
        source: { key: "taco" }
      })
      expect(givenOf(found.get("1"))).toEqual({
        water: 70.13866666666667,
        protein: 0.01,
        carbohydrate: 0,
        vitaminB1: "trace 0",
        vitaminB3: "trace 0",
        retinol: 0,
        vitaminARae: 12
      })
      expect(givenOf(found.get("2"))).toEqual({})
    }))

  it.live("joins the further tables of the folder by number", () =>
    Effect.gen(function*() {
      const { folder, products, run, write } = yield* catalogue
      write([csv(columns, [food("1"), food("2")])], "original-cmvcol.csv")
      const acids = ["Número do Alimento", "Saturados..g.", "X12.0..g.", "X14.0..g.", "X14.1..g.", "X20.5..g."]
      const cells = { "Saturados..g.": "0.3", "X12.0..g.": "1e-05", "X14.1..g.": "9", "X20.5..g.": "0.02" }
      write([csv(acids, [{ "Número do Alimento": "1", ...cells }])], "formatados-acidos-graxos.csv")
      const missing = yield* Effect.flip(run("taco", folder))
      expect(missing).toMatchObject({ reason: "missing_files" })
      const amino = [{ "Número do Alimento": "1", "Triptofano (g)": "0,01", "Serina..g.": "0.7" }]
      write([csv(["Número do Alimento", "Triptofano (g)", "Serina..g."], amino)], "formatados-aminoacidos.csv")
      expect((yield* run("taco", folder)).warnings).toEqual([])
      const found = yield* products
      const joined = { saturatedFat: 0.3, lauricAcid: "trace 0", epa: 20, tryptophan: 0.01, serine: 0.7 }
      expect([givenOf(found.get("1")), givenOf(found.get("2"))]).toEqual([joined, {}])
      write(
        [csv(["Número do Alimento", "Triptofano (g)"], [{ "Número do Alimento": "1" }])],
        "formatados-aminoacidos.csv"
      )
      expect((yield* run("taco", folder)).report).toMatchObject({ updated: 1, unchanged: 1 })
    }))
})
