import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import {
  convertToCanonical,
  derive,
  type NutrientMap,
  outOfAnyRange,
  outOfRange,
  round12
} from "../../../src/contexts/products/contract/NutrientRules.ts"
import { type NutrientCode, nutrientCodes } from "../../../src/contexts/products/contract/Nutrients.ts"

const involved = [
  "energyKcal",
  "energyKj",
  "sodium",
  "salt",
  "carbohydrate",
  "availableCarbohydrate",
  "dietaryFiber"
] as const
const Entry = Schema.Struct({
  code: Schema.Literals([...involved, "protein", "vitaminC"]),
  value: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
  mark: Schema.Literals(["none", "none", "trace", "below", "derived"])
})
const maps: Arbitrary.Arbitrary<NutrientMap> = Arbitrary.array(Arbitrary.schema(Entry), { maxLength: 9 }).pipe(
  Arbitrary.map((entries) =>
    Object.fromEntries(entries.map(({ code, mark, value }) => [code, mark === "none" ? { value } : { value, mark }]))
  )
)
const Mass = Schema.Literals(nutrientCodes.filter((code) => !["energyKcal", "energyKj", "vitaminAIu"].includes(code)))
const Positive = Schema.Finite.check(Schema.isBetween({ minimum: 1e-6, maximum: 1e6 }))

const without = (map: NutrientMap, left: NutrientCode): NutrientMap =>
  Object.fromEntries(Object.entries(map).filter(([code]) => code !== left))
const derivedCodes = (map: NutrientMap) => nutrientCodes.filter((code) => map[code]?.mark === "derived")

describe("unit conversion", () => {
  it.each(
    [
      ["sodium", 0.1, "g", 100],
      ["sodium", 0.0036, "g", 3.6],
      ["protein", 250, "mg", 0.25],
      ["folate", 0.2, "mg", 200],
      ["zinc", 1_500, "µg", 1.5],
      ["zinc", 1_500, "μg", 1.5],
      ["zinc", 1_500, "ug", 1.5],
      ["zinc", 1_500, "mcg", 1.5],
      ["energyKj", 100, "kcal", 418.4],
      ["energyKcal", 418.4, "kJ", 100],
      ["vitaminD", 400, "IU", 10],
      ["retinol", 10, "IU", 3],
      ["vitaminAIu", 5_000, "IU", 5_000],
      ["vitaminC", -0, "mg", 0]
    ] as const
  )("%s %d %s is %d", (code, value, unit, expected) => {
    expect(convertToCanonical(code, value, unit)).toBe(expected)
  })

  it.each(
    [
      ["vitaminE", "IU"],
      ["vitaminARae", "IU"],
      ["vitaminD3", "IU"],
      ["vitaminAIu", "mcg"],
      ["protein", "kcal"],
      ["energyKcal", "g"],
      ["protein", "G"],
      ["protein", "kg"],
      ["protein", "constructor"],
      ["protein", ""]
    ] as const
  )("%s has no conversion from %o", (code, unit) => {
    expect(convertToCanonical(code, 1, unit)).toBeUndefined()
  })

  it.prop("grams, milligrams and micrograms of one mass are the same value", [Mass, Positive], ([code, grams]) => {
    const values = [[grams, "g"], [grams * 1e3, "mg"], [grams * 1e6, "mcg"]] as const
    const [first = 0, ...others] = values.map(([value, unit]) => convertToCanonical(code, value, unit))
    for (const other of others) expect(Math.abs((other ?? 0) - first)).toBeLessThanOrEqual(first * 1e-11)
  })

  it.prop("energy goes to the other unit and back", [Positive], ([kcal]) => {
    const kj = convertToCanonical("energyKj", kcal, "kcal") ?? 0
    const back = convertToCanonical("energyKcal", kj, "kJ") ?? 0
    expect(Math.abs(back - kcal)).toBeLessThanOrEqual(kcal * 1e-11)
  })

  it.prop("rounding twice is rounding once", [Schema.Finite], ([value]) => {
    expect(round12(round12(value))).toBe(round12(value))
  })
})

describe("bounds", () => {
  it.each(
    [
      ["protein", 100, "per100g"],
      ["sodium", 100_000, "per100g"],
      ["folate", 100_000_000, "per100g"],
      ["protein", 150, "per100ml"],
      ["energyKcal", 950, "per100g"],
      ["energyKj", 4_000, "per100ml"],
      ["vitaminAIu", 1e9, "per100g"],
      ["protein", 0, "per100g"]
    ] as const
  )("%s may be %d %s", (code, value, basis) => {
    expect(outOfRange(code, value, basis)).toBeUndefined()
  })

  it.each(
    [
      ["protein", 100.1, "per100g", "must be from 0 to 100 g per 100 g"],
      ["sodium", 100_001, "per100g", "must be from 0 to 100,000 mg per 100 g"],
      ["folate", -1, "per100ml", "must be from 0 to 150,000,000 mcg per 100 ml"],
      ["energyKcal", 950.5, "per100g", "must be from 0 to 950 kcal per 100 g"],
      ["energyKj", 4_001, "per100ml", "must be from 0 to 4,000 kJ per 100 ml"],
      ["protein", Number.NaN, "per100g", "must be from 0 to 100 g per 100 g"],
      ["vitaminAIu", Infinity, "per100g", "must be a finite number of IU, 0 or more, per 100 g"]
    ] as const
  )("%s may not be %d %s", (code, value, basis, sentence) => {
    expect(outOfRange(code, value, basis)).toBe(sentence)
  })

  it.each(
    [
      ["protein", 150, undefined],
      ["protein", 151, "must be from 0 to 100 g per 100 g, or to 150 g per 100 ml"],
      ["sodium", -1, "must be from 0 to 100,000 mg per 100 g, or to 150,000 mg per 100 ml"],
      ["energyKcal", 951, "must be from 0 to 950 kcal per 100 g or 100 ml"],
      ["vitaminAIu", -1, "must be a finite number of IU, 0 or more, per 100 g or 100 ml"]
    ] as const
  )("%s of %d where the basis is not known", (code, value, sentence) => {
    expect(outOfAnyRange(code, value)).toBe(sentence)
  })
})

describe("derived values", () => {
  it.each<[string, NutrientMap, NutrientMap]>([
    ["kJ from kcal", { energyKcal: { value: 100 } }, { energyKj: { value: 418.4, mark: "derived" } }],
    ["kcal from kJ", { energyKj: { value: 418.4 } }, { energyKcal: { value: 100, mark: "derived" } }],
    ["salt from sodium", { sodium: { value: 400 } }, { salt: { value: 1, mark: "derived" } }],
    ["sodium from salt", { salt: { value: 1.1 } }, { sodium: { value: 440, mark: "derived" } }],
    [
      "carbohydrate from its parts",
      { availableCarbohydrate: { value: 0.1 }, dietaryFiber: { value: 0.2 } },
      { carbohydrate: { value: 0.3, mark: "derived" } }
    ],
    [
      "available carbohydrate, never below 0",
      { carbohydrate: { value: 1 }, dietaryFiber: { value: 1.5 } },
      { availableCarbohydrate: { value: 0, mark: "derived" } }
    ],
    ["nothing from a trace", { sodium: { value: 0, mark: "trace" } }, {}],
    ["nothing from a detection limit", { carbohydrate: { value: 9 }, dietaryFiber: { value: 1, mark: "below" } }, {}],
    ["nothing beside a given trace", { salt: { value: 0, mark: "trace" }, sodium: { value: 2 } }, {}],
    ["nothing out of bounds", { sodium: { value: 90_000 } }, {}]
  ])("%s", (_, given, added) => expect(derive(given)).toEqual({ ...given, ...added }))

  it("uses the bounds of the basis", () => {
    expect(derive({ sodium: { value: 50_000 } }, "per100ml").salt).toEqual({ value: 125, mark: "derived" })
    expect(derive({ sodium: { value: 50_000 } }).salt).toBeUndefined()
  })

  it.prop("deriving again changes nothing", [maps], ([map]) => {
    expect(derive(derive(map))).toEqual(derive(map))
  })

  it.prop("a given value is never replaced, and only known codes are added", [maps], ([map]) => {
    const result = derive(map)
    for (const code of nutrientCodes) {
      if (map[code] !== undefined && map[code].mark !== "derived") expect(result[code]).toBe(map[code])
      else if (result[code] !== undefined) expect(involved).toContain(code)
    }
  })

  it.prop("without its parts a derived value is gone", [maps], ([map]) => {
    const result = derive(map)
    const parts: Partial<Record<NutrientCode, NutrientCode>> = {
      energyKcal: "energyKj",
      energyKj: "energyKcal",
      salt: "sodium",
      sodium: "salt",
      carbohydrate: "dietaryFiber",
      availableCarbohydrate: "dietaryFiber"
    }
    for (const code of derivedCodes(result)) {
      const part = parts[code]
      expect(part).toBeDefined()
      if (part !== undefined) expect(derive(without(result, part))[code]).toBeUndefined()
    }
  })
})
