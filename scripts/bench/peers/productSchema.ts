import { nutrientCodes } from "../../../src/contexts/products/contract/Nutrients.ts"

const text = (maxLength: number) => ({ type: "string", minLength: 1, maxLength })
const nullable = <S extends { readonly type: string }>(schema: S) => ({ ...schema, type: [schema.type, "null"] })
const positive = (maximum: number) => ({ type: "number", exclusiveMinimum: 0, maximum })
const closed = (required: ReadonlyArray<string>, properties: object) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties
})

const uuid = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
const reference = { type: ["string", "null"], pattern: uuid }
const percent = { type: "number", minimum: 0, maximum: 100 }

const nutrient = {
  anyOf: [
    { type: "number" },
    closed(["value"], {
      value: { type: "number" },
      unit: { type: "string", pattern: "^[\\p{L}\\p{N}/%. ]{1,20}$" },
      qualifier: { enum: ["trace", "below"] }
    })
  ]
}

const allergen = closed(["state"], {
  state: { enum: ["contains", "mayContain", "free", "unknown"] },
  evidence: text(500)
})
const allergenNames =
  "^(gluten|crustaceans|eggs|fish|peanuts|soybeans|milk|nuts|celery|mustard|sesame|sulphites|lupin|molluscs|latex)$"

/** JSON Schema of the body of a creation. */
export const productSchema = closed(["name"], {
  name: text(500),
  language: text(35),
  aliases: {
    type: "array",
    maxItems: 50,
    items: closed(["language", "name", "kind"], {
      language: text(35),
      name: text(500),
      kind: { enum: ["translation", "synonym", "scientific"] }
    })
  },
  sourceId: { type: "string", pattern: uuid },
  sourceRef: text(100),
  barcode: nullable(text(14)),
  isFood: { type: ["boolean", "null"] },
  attribution: nullable(text(1000)),
  shoppingName: nullable(text(500)),
  storeDepartmentName: nullable(text(200)),
  recommendedBrandsAndProducts: nullable(text(1000)),
  substitutes: nullable(text(1000)),
  edibleYield: nullable(positive(1)),
  kgPerUnit: nullable(positive(1000)),
  litersPerKg: nullable(positive(1000)),
  cookingFactor: nullable(positive(1000)),
  conservationDays: { type: ["integer", "null"], minimum: 0, maximum: 36_500 },
  nutritionGroup: nullable(text(200)),
  packageSize: nullable(positive(1_000_000_000)),
  packageSizeUnit: { enum: ["kg", "g", "mg", "mcg", "l", "ml", "piece", null] },
  ingredients: nullable(text(5000)),
  imageUrl: { type: ["string", "null"], maxLength: 2048, pattern: "^[hH][tT][tT][pP][sS]?://[^\\s/?#@]+([/?#]\\S*)?$" },
  score: {
    ...closed(["final", "ingredients", "nutrients"], { final: percent, ingredients: percent, nutrients: percent }),
    type: ["object", "null"]
  },
  brandId: reference,
  categoryId: reference,
  parentCategoryId: reference,
  foodGroupId: reference,
  processTypeId: reference,
  nutrientBasis: { enum: ["per100g", "per100ml"] },
  nutrients: closed([], Object.fromEntries(nutrientCodes.map((code) => [code, nutrient]))),
  portions: {
    type: "array",
    maxItems: 100,
    items: closed(["name", "grams"], { name: text(100), grams: positive(1_000_000) })
  },
  allergens: { type: "object", additionalProperties: false, patternProperties: { [allergenNames]: allergen } }
})

/** JSON Schema of the parameters of a list. */
export const listSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    page: { type: "integer", minimum: 1, maximum: 10_000 },
    limit: { type: "integer", minimum: 1, maximum: 200 },
    sort: { type: "string" },
    "name[like]": { type: "string" }
  },
  patternProperties: { [`^nutrients\\.(${nutrientCodes.join("|")})\\[(gte|lte|gt|lt)\\]$`]: { type: "number" } }
}

/** JSON Schema of the parameters in the path of a product. */
export const idSchema = closed(["id"], { id: { type: "string", pattern: uuid } })
