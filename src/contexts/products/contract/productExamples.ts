/** What a product is created with, for the documentation. */
export const inputExample = {
  name: "Arroz integral cozido",
  barcode: "7891000100103",
  nutrients: { energyKcal: 124, sodium: { value: 0.001, unit: "g" }, vitaminC: { value: 0, qualifier: "trace" } },
  portions: [{ name: "colher de sopa", grams: 25 }],
  allergens: { gluten: { state: "free", evidence: "label" } }
}

/** The product that is made of it. */
export const productExample = {
  id: "01a208d0-c3d7-7680-a0a1-e1db4999117d",
  version: 1,
  name: inputExample.name,
  language: "pt-BR",
  aliases: [],
  source: { id: "01980000-0000-7000-8002-000000000001", key: "manual", name: "Manual" },
  sourceRef: "01a208d0-c3d7-7680-a0a1-e1db4999117d",
  barcode: inputExample.barcode,
  isFood: null,
  attribution: null,
  shoppingName: null,
  storeDepartmentName: null,
  recommendedBrandsAndProducts: null,
  substitutes: null,
  edibleYield: null,
  kgPerUnit: null,
  litersPerKg: null,
  cookingFactor: null,
  conservationDays: null,
  nutritionGroup: null,
  packageSize: null,
  packageSizeUnit: null,
  ingredients: null,
  imageUrl: null,
  score: null,
  effectiveIsFood: null,
  foodVotes: { yes: 0, no: 0, decision: null },
  brand: null,
  category: null,
  parentCategory: null,
  foodGroup: null,
  processType: null,
  nutrientBasis: "per100g",
  nutrients: {
    energyKcal: { value: 124, unit: "kcal" },
    energyKj: { value: 518.816, unit: "kJ", derived: true },
    salt: { value: 0.0025, unit: "g", derived: true },
    sodium: { value: 1, unit: "mg" },
    vitaminC: { value: 0, unit: "mg", qualifier: "trace" }
  },
  portions: inputExample.portions,
  allergens: inputExample.allergens,
  discarded: false,
  createdBy: "01a208cf-8a51-7d0c-b1d5-3e5b7d4b9a10",
  manualFields: ["name", "barcode", "nutrients", "portions", "allergens"],
  createdAt: "2026-11-23T16:47:26.211Z",
  updatedAt: "2026-11-23T16:47:26.211Z"
}

/** What it is changed with. */
export const patchExample = { shoppingName: "Arroz integral", nutrients: { vitaminC: null } }

const { vitaminC: _, ...nutrients } = productExample.nutrients

/** The product after the change. */
export const patchedExample = {
  ...productExample,
  version: 2,
  shoppingName: patchExample.shoppingName,
  nutrients,
  manualFields: [...productExample.manualFields, "shoppingName"],
  updatedAt: "2026-11-24T09:12:05.730Z"
}
