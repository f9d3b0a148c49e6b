import type { NutrientCode, NutrientUnit } from "../contract/Nutrients.ts"

/** What a nutrient of the earlier system is today, and in what unit it was kept there. */
interface EarlierNutrient {
  readonly code: NutrientCode
  readonly unit: NutrientUnit
}

type Names = Readonly<Partial<Record<NutrientUnit, ReadonlyArray<NutrientCode>>>>

/** Those whose name was the code in snake_case. */
const same: Names = {
  g: [
    "protein",
    "carbohydrate",
    "totalFat",
    "saturatedFat",
    "transFat",
    "dietaryFiber",
    "arachidonicAcid",
    "sugar",
    "phenylalanine",
    "insolubleFiber",
    "solubleFiber",
    "fructose",
    "glucose",
    "monounsaturatedFat",
    "polyunsaturatedFat",
    "inositol",
    "inulin",
    "lactose",
    "maltose",
    "linoleicAcid",
    "oleicAcid",
    "polydextrose",
    "polyols",
    "sorbitol",
    "sucralose"
  ],
  mg: [
    "sodium",
    "dha",
    "epa",
    "caffeine",
    "calcium",
    "copper",
    "cholesterol",
    "choline",
    "sulfur",
    "iron",
    "phosphorus",
    "galactose",
    "guarana",
    "iodine",
    "lCarnitine",
    "magnesium",
    "manganese",
    "potassium",
    "silicon",
    "taurine",
    "vitaminB1",
    "vitaminB2",
    "vitaminB3",
    "vitaminB5",
    "vitaminB6",
    "vitaminC",
    "vitaminE",
    "zinc"
  ],
  mcg: ["starch", "biotin", "molybdenum", "selenium", "folicAcid", "vitaminB12", "vitaminK", "retinol"],
  IU: ["vitaminD"]
}

const others: ReadonlyArray<readonly [name: string, code: NutrientCode, unit: NutrientUnit]> = [
  ["calories", "energyKcal", "kcal"],
  ["ashes", "ash", "g"],
  ["dextrose", "glucose", "g"],
  ["galacto_oligosaccharides", "galactooligosaccharides", "g"],
  ["l_methionine", "methionine", "g"],
  ["linolenic_acid", "alphaLinolenicAcid", "g"],
  ["other_carbo", "otherCarbohydrate", "g"],
  ["sacarose", "sucrose", "g"],
  ["boro", "boron", "mg"],
  ["chlorine", "chloride", "mg"],
  ["fluor", "fluoride", "mg"],
  ["fructo_oligosaccharides", "fructooligosaccharides", "mg"],
  ["glucoronolactone", "glucuronolactone", "mg"],
  ["omega_7", "omega7", "mg"],
  ["omega_9", "omega9", "mg"],
  ["thiamine", "vitaminB1", "mg"],
  ["riboflavin", "vitaminB2", "mg"],
  ["pyridoxine", "vitaminB6", "mg"],
  ["niacin", "vitaminB3", "mg"],
  ["chrome", "chromium", "mcg"],
  ["vitamin_a", "vitaminAIu", "IU"]
]

const snake = (code: string) => code.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const units: ReadonlyArray<NutrientUnit> = ["g", "mg", "mcg", "IU"]

/** The 83 nutrients of the earlier system by their names there. */
export const earlierNutrients: ReadonlyMap<string, EarlierNutrient> = new Map([
  ...units.flatMap((unit) => (same[unit] ?? []).map((code) => [snake(code), { code, unit }] as const)),
  ...others.map(([name, code, unit]) => [name, { code, unit }] as const)
])

/** The member of today's body that a member of an earlier record is: names were in snake_case. */
export const memberOfEarlier = (name: string): string =>
  name === "nutri_facts" ? "nutrients" : name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
