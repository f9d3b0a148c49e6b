import { Schema } from "effect"
import { nutrientCodes } from "./Nutrients.ts"
import { allergenCodes, type ProductInput } from "./Product.ts"

const value = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const text = value(Schema.String)
const number = value(Schema.Finite)
const objects = value(Schema.Array(Schema.JsonObject))

function members<K extends string, S extends Schema.Constraint>(
  keys: ReadonlyArray<K>,
  schema: S
): { readonly [P in K]: S }
function members(keys: ReadonlyArray<string>, schema: Schema.Constraint): Record<string, Schema.Constraint> {
  return Object.fromEntries(keys.map((key) => [key, schema]))
}

const NutrientPatch = Schema.Union([
  Schema.Finite,
  Schema.Struct({ value: number, unit: text, qualifier: text })
])

const AllergenPatch = Schema.Struct({ state: text, evidence: text })

/**
 * A JSON Merge Patch (RFC 7396) of a `ProductInput`: what is absent stays, null clears, objects are merged. The product that comes
 * of it must be one that could be created.
 */
export const ProductPatch = Schema.Struct(
  {
    name: Schema.optionalKey(Schema.String),
    language: text,
    aliases: objects,
    sourceId: text,
    sourceRef: text,
    barcode: text,
    isFood: value(Schema.Boolean),
    attribution: text,
    shoppingName: text,
    storeDepartmentName: text,
    recommendedBrandsAndProducts: text,
    substitutes: text,
    edibleYield: number,
    kgPerUnit: number,
    litersPerKg: number,
    cookingFactor: number,
    conservationDays: number,
    nutritionGroup: text,
    packageSize: number,
    packageSizeUnit: text,
    ingredients: text,
    imageUrl: text,
    score: value(Schema.Struct({ final: number, ingredients: number, nutrients: number })),
    brandId: text,
    categoryId: text,
    parentCategoryId: text,
    foodGroupId: text,
    processTypeId: text,
    nutrientBasis: text,
    nutrients: value(Schema.Struct(members(nutrientCodes, value(NutrientPatch)))),
    portions: objects,
    allergens: value(Schema.Struct(members(allergenCodes, value(AllergenPatch))))
  } satisfies Record<keyof ProductInput, Schema.Constraint>
).annotate({ identifier: "ProductPatch" })
export type ProductPatch = typeof ProductPatch.Type
