import type { ProductInput } from "../../src/contexts/products/contract/Product.ts"

type Figures = readonly [
  kcal: number,
  protein: number,
  fat: number,
  carbohydrate: number,
  fibre: number,
  sodium: number
]

interface Food {
  /** The number of the food in TACO, 4th edition. */
  readonly taco: string
  readonly name: string
  /** Per 100 g of edible portion: kcal, g, g, g, g, mg; what the table calls not applicable is none. */
  readonly per100g: Figures
  readonly bought: Pick<
    ProductInput,
    | "shoppingName"
    | "storeDepartmentName"
    | "packageSize"
    | "packageSizeUnit"
    | "kgPerUnit"
    | "litersPerKg"
    | "edibleYield"
    | "cookingFactor"
    | "portions"
  >
  /** What it is free of, or not, as its nature says. */
  readonly milk: "contains" | "free"
}

const produce = "Hortifrúti"
const pantry = "Mercearia"
const chilled = "Frios e laticínios"

/** Foods with the figures of TACO (NEPA/Unicamp, 2011); how they are bought is of this practice. */
export const foods = {
  rice: {
    taco: "4",
    name: "Arroz, tipo 1, cru",
    per100g: [358, 7.2, 0.3, 78.8, 1.6, 1],
    bought: {
      shoppingName: "Arroz branco",
      storeDepartmentName: pantry,
      packageSize: 1,
      packageSizeUnit: "kg",
      cookingFactor: 2.5
    },
    milk: "free"
  },
  beans: {
    taco: "561",
    name: "Feijão, carioca, cru",
    per100g: [329, 20, 1.3, 61.2, 18.4, 0],
    bought: {
      shoppingName: "Feijão carioca",
      storeDepartmentName: pantry,
      packageSize: 1,
      packageSizeUnit: "kg",
      cookingFactor: 2.4
    },
    milk: "free"
  },
  oats: {
    taco: "7",
    name: "Aveia, flocos, crua",
    per100g: [394, 13.9, 8.5, 66.6, 9.1, 5],
    bought: {
      shoppingName: "Aveia em flocos",
      storeDepartmentName: pantry,
      packageSize: 200,
      packageSizeUnit: "g",
      portions: [{ name: "colher de sopa", grams: 10 }]
    },
    milk: "free"
  },
  oil: {
    taco: "260",
    name: "Azeite, de oliva, extra virgem",
    per100g: [884, 0, 100, 0, 0, 0],
    bought: {
      shoppingName: "Azeite de oliva",
      storeDepartmentName: pantry,
      packageSize: 500,
      packageSizeUnit: "ml",
      litersPerKg: 1.09
    },
    milk: "free"
  },
  chicken: {
    taco: "409",
    name: "Frango, peito, sem pele, cru",
    per100g: [119, 21.5, 3, 0, 0, 56],
    bought: { shoppingName: "Peito de frango", storeDepartmentName: "Açougue", cookingFactor: 0.7 },
    milk: "free"
  },
  fish: {
    taco: "307",
    name: "Pescada, filé, cru",
    per100g: [107, 16.7, 4, 0, 0, 77],
    bought: { shoppingName: "Filé de pescada", storeDepartmentName: "Peixaria", cookingFactor: 0.8 },
    milk: "free"
  },
  egg: {
    taco: "489",
    name: "Ovo, de galinha, inteiro, cru",
    per100g: [143, 13, 8.9, 1.6, 0, 168],
    bought: {
      shoppingName: "Ovos",
      storeDepartmentName: chilled,
      packageSize: 12,
      packageSizeUnit: "piece",
      kgPerUnit: 0.056,
      edibleYield: 0.89
    },
    milk: "free"
  },
  yogurt: {
    taco: "448",
    name: "Iogurte, natural",
    per100g: [51, 4.1, 3, 1.9, 0, 52],
    bought: {
      shoppingName: "Iogurte natural",
      storeDepartmentName: chilled,
      packageSize: 170,
      packageSizeUnit: "g",
      kgPerUnit: 0.17
    },
    milk: "contains"
  },
  cheese: {
    taco: "461",
    name: "Queijo, minas, frescal",
    per100g: [264, 17.4, 20.2, 3.2, 0, 31],
    bought: {
      shoppingName: "Queijo minas frescal",
      storeDepartmentName: chilled,
      packageSize: 500,
      packageSizeUnit: "g"
    },
    milk: "contains"
  },
  bread: {
    taco: "53",
    name: "Pão, trigo, francês",
    per100g: [300, 8, 3.1, 58.6, 2.3, 648],
    bought: { shoppingName: "Pão francês", storeDepartmentName: "Padaria", kgPerUnit: 0.05 },
    milk: "free"
  },
  banana: {
    taco: "182",
    name: "Banana, prata, crua",
    per100g: [98, 1.3, 0.1, 26, 2, 0],
    bought: { shoppingName: "Banana-prata", storeDepartmentName: produce, kgPerUnit: 0.12, edibleYield: 0.68 },
    milk: "free"
  },
  papaya: {
    taco: "226",
    name: "Mamão, Papaia, cru",
    per100g: [40, 0.5, 0.1, 10.4, 1, 2],
    bought: { shoppingName: "Mamão papaia", storeDepartmentName: produce, kgPerUnit: 0.4, edibleYield: 0.68 },
    milk: "free"
  },
  orange: {
    taco: "214",
    name: "Laranja, pêra, crua",
    per100g: [37, 1, 0.1, 8.9, 0.8, 0],
    bought: { shoppingName: "Laranja-pera", storeDepartmentName: produce, kgPerUnit: 0.18, edibleYield: 0.73 },
    milk: "free"
  },
  lettuce: {
    taco: "78",
    name: "Alface, crespa, crua",
    per100g: [11, 1.3, 0.2, 1.7, 1.8, 3],
    bought: { shoppingName: "Alface crespa", storeDepartmentName: produce, kgPerUnit: 0.25, edibleYield: 0.9 },
    milk: "free"
  },
  tomato: {
    taco: "157",
    name: "Tomate, com semente, cru",
    per100g: [15, 1.1, 0.2, 3.1, 1.2, 1],
    bought: { shoppingName: "Tomate", storeDepartmentName: produce, kgPerUnit: 0.1 },
    milk: "free"
  },
  onion: {
    taco: "107",
    name: "Cebola, crua",
    per100g: [39, 1.7, 0.1, 8.9, 2.2, 1],
    bought: { shoppingName: "Cebola", storeDepartmentName: produce, kgPerUnit: 0.15, edibleYield: 0.9 },
    milk: "free"
  },
  carrot: {
    taco: "110",
    name: "Cenoura, crua",
    per100g: [34, 1.3, 0.2, 7.7, 3.2, 3],
    bought: { shoppingName: "Cenoura", storeDepartmentName: produce, kgPerUnit: 0.12, edibleYield: 0.85 },
    milk: "free"
  },
  squash: {
    taco: "65",
    name: "Abóbora, cabotian, crua",
    per100g: [39, 1.7, 0.5, 8.4, 2.2, 0],
    bought: { shoppingName: "Abóbora cabotiá", storeDepartmentName: produce, edibleYield: 0.75 },
    milk: "free"
  },
  kale: {
    taco: "115",
    name: "Couve, manteiga, crua",
    per100g: [27, 2.9, 0.5, 4.3, 3.1, 6],
    bought: { shoppingName: "Couve-manteiga", storeDepartmentName: produce, edibleYield: 0.65 },
    milk: "free"
  }
} as const satisfies Record<string, Food>

export type FoodKey = keyof typeof foods
