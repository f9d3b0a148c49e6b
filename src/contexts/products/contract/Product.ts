import { Schema } from "effect"
import { eachOnce } from "../../../kernel/contract/eachOnce.ts"
import { UserId } from "../../../kernel/contract/Rights.ts"
import { coded, Instant, integer, nameText, positive, text, Uuid, webAddress } from "../../../kernel/contract/Values.ts"
import { ClassificationId } from "./Classification.ts"
import { isGtin } from "./Gtin.ts"
import { Language } from "./Language.ts"
import { aliasKey, portionKey } from "./normaliseName.ts"
import { outOfRange } from "./NutrientRules.ts"
import { type NutrientCode, nutrientCodes } from "./Nutrients.ts"
import { GivenNutrients, NutrientAmounts } from "./ProductNutrients.ts"

export const ProductId = Uuid.pipe(Schema.brand("ProductId"))
export type ProductId = typeof ProductId.Type

/** GTIN-8, -12, -13 or -14 with its right check digit, kept as typed. */
export const Barcode = Schema.String.check(
  Schema.makeFilter((code) =>
    isGtin(code) || coded("barcode_invalid", "must be a GTIN of 8, 12, 13 or 14 digits with its right check digit")
  )
)

export const NutrientBasis = Schema.Literals(["per100g", "per100ml"])

export const Alias = Schema.Struct({
  language: Language,
  name: nameText(500),
  kind: Schema.Literals(["translation", "synonym", "scientific"])
}).annotate({ identifier: "Alias" })

export const Portion = Schema.Struct({
  name: text(1, 100),
  grams: positive(1_000_000)
}).annotate({ identifier: "Portion", description: "Grams of one portion: a cup is 227" })

export const allergenCodes = [
  "gluten",
  "crustaceans",
  "eggs",
  "fish",
  "peanuts",
  "soybeans",
  "milk",
  "nuts",
  "celery",
  "mustard",
  "sesame",
  "sulphites",
  "lupin",
  "molluscs",
  "latex"
] as const
export type AllergenCode = (typeof allergenCodes)[number]

export const AllergenState = Schema.Literals(["contains", "mayContain", "free", "unknown"])

export const AllergenDeclaration = Schema.Struct({
  state: AllergenState,
  evidence: Schema.optionalKey(text(1, 500))
}).check(
  Schema.makeFilter(({ evidence, state }) =>
    state === "unknown" || evidence !== undefined ||
    { path: ["evidence"], issue: `is needed where the state is ${state}` }
  )
).annotate({ identifier: "AllergenDeclaration" })

function byAllergen<S extends Schema.Constraint>(
  schema: S
): { readonly [C in AllergenCode]: Schema.optionalKey<S> }
function byAllergen(schema: Schema.Constraint): Record<string, Schema.Constraint> {
  return Object.fromEntries(allergenCodes.map((code) => [code, Schema.optionalKey(schema)]))
}

export const Allergens = Schema.Struct(byAllergen(AllergenDeclaration)).annotate({
  identifier: "Allergens",
  description: "What is not named is unknown; nothing ever infers `free`"
})

/** The state of each allergen that anything is declared of. */
export const AllergenDeclared = Schema.Struct(byAllergen(AllergenState)).annotate({ identifier: "AllergenStates" })

const percent = Schema.Finite.check(
  Schema.isBetween({ minimum: 0, maximum: 100 }, { message: "must be from 0 to 100" })
)

/** How long texts may be, in characters. */
export const textLengths = {
  attribution: 1000,
  shoppingName: 500,
  storeDepartmentName: 200,
  recommendedBrandsAndProducts: 1000,
  substitutes: 1000,
  nutritionGroup: 200,
  ingredients: 5000
} as const

export const Score = Schema.Struct({ final: percent, ingredients: percent, nutrients: percent }).annotate({
  identifier: "Score"
})

const PackageSizeUnit = Schema.Literals(["kg", "g", "mg", "mcg", "l", "ml", "piece"])
export type PackageSizeUnit = typeof PackageSizeUnit.Type

/** The facts of a product that are written and read in the same shape; null is unknown or none. */
const facts = {
  barcode: Schema.NullOr(Barcode),
  isFood: Schema.NullOr(Schema.Boolean).annotate({ description: "null is undecided" }),
  attribution: Schema.NullOr(text(1, textLengths.attribution)),
  shoppingName: Schema.NullOr(text(1, textLengths.shoppingName)),
  storeDepartmentName: Schema.NullOr(text(1, textLengths.storeDepartmentName)),
  recommendedBrandsAndProducts: Schema.NullOr(text(1, textLengths.recommendedBrandsAndProducts)),
  substitutes: Schema.NullOr(text(1, textLengths.substitutes)),
  edibleYield: Schema.NullOr(positive(1)).annotate({
    description: "Edible mass / bought mass; null is unknown (consumers assume 1 and say so)"
  }),
  kgPerUnit: Schema.NullOr(positive(1000)).annotate({ description: "Mass of one piece, kg" }),
  litersPerKg: Schema.NullOr(positive(1000)).annotate({ description: "Volume per mass, l/kg" }),
  cookingFactor: Schema.NullOr(positive(1000)).annotate({ description: "Cooked mass / raw mass" }),
  conservationDays: Schema.NullOr(integer(0, 36_500)),
  nutritionGroup: Schema.NullOr(text(1, textLengths.nutritionGroup)),
  packageSize: Schema.NullOr(positive(1_000_000_000)),
  packageSizeUnit: Schema.NullOr(PackageSizeUnit),
  ingredients: Schema.NullOr(text(1, textLengths.ingredients)),
  imageUrl: Schema.NullOr(webAddress),
  score: Schema.NullOr(Score)
}

export const NamedReference = Schema.Struct({ id: ClassificationId, name: Schema.String }).annotate({
  identifier: "NamedReference"
})

const reference = Schema.NullOr(NamedReference)

/** How many houses say that it is food, how many that it is not, and what follows. */
export const FoodVotes = Schema.Struct({
  yes: Schema.Int,
  no: Schema.Int,
  decision: Schema.NullOr(Schema.Boolean)
}).annotate({
  identifier: "FoodVotes",
  description:
    "Up to 2 votes decide nothing, 3 or 4 if they agree, from 5 on 70 % of them. Votes do not change the version"
})

export const EffectiveIsFood = Schema.NullOr(Schema.Boolean).annotate({
  description: "`isFood` if it is not null, else the decision of the votes"
})

/** A product as it is answered. */
export const Product = Schema.Struct({
  id: ProductId,
  version: Schema.Int,
  name: Schema.String,
  language: Schema.String,
  aliases: Schema.Array(Alias),
  source: Schema.Struct({ id: ClassificationId, key: Schema.NullOr(Schema.String), name: Schema.String }),
  sourceRef: Schema.String,
  ...facts,
  effectiveIsFood: EffectiveIsFood,
  foodVotes: FoodVotes,
  brand: reference,
  category: reference,
  parentCategory: reference,
  foodGroup: reference,
  processType: reference,
  nutrientBasis: NutrientBasis,
  nutrients: NutrientAmounts,
  portions: Schema.Array(Portion),
  allergens: Allergens,
  discarded: Schema.Boolean,
  createdBy: Schema.NullOr(UserId),
  manualFields: Schema.Array(Schema.String),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "Product" })
export type Product = typeof Product.Type

const optionalFacts = {
  barcode: Schema.optionalKey(facts.barcode),
  isFood: Schema.optionalKey(facts.isFood),
  attribution: Schema.optionalKey(facts.attribution),
  shoppingName: Schema.optionalKey(facts.shoppingName),
  storeDepartmentName: Schema.optionalKey(facts.storeDepartmentName),
  recommendedBrandsAndProducts: Schema.optionalKey(facts.recommendedBrandsAndProducts),
  substitutes: Schema.optionalKey(facts.substitutes),
  edibleYield: Schema.optionalKey(facts.edibleYield),
  kgPerUnit: Schema.optionalKey(facts.kgPerUnit),
  litersPerKg: Schema.optionalKey(facts.litersPerKg),
  cookingFactor: Schema.optionalKey(facts.cookingFactor),
  conservationDays: Schema.optionalKey(facts.conservationDays),
  nutritionGroup: Schema.optionalKey(facts.nutritionGroup),
  packageSize: Schema.optionalKey(facts.packageSize),
  packageSizeUnit: Schema.optionalKey(facts.packageSizeUnit),
  ingredients: Schema.optionalKey(facts.ingredients),
  imageUrl: Schema.optionalKey(facts.imageUrl),
  score: Schema.optionalKey(facts.score)
}

const referenceId = Schema.optionalKey(Schema.NullOr(ClassificationId))

/** What a product is made from. Absent members are unknown or take their default. */
export const ProductInput = Schema.Struct({
  name: nameText(500),
  language: Schema.optionalKey(Language).annotate({ description: "Default: pt-BR" }),
  aliases: Schema.optionalKey(
    Schema.Array(Alias).check(
      Schema.isMaxLength(50, { message: "must be at most 50 aliases" }),
      eachOnce(aliasKey, { member: "name" })
    )
  ),
  sourceId: Schema.optionalKey(ClassificationId).annotate({ description: "Default: the source `manual`" }),
  sourceRef: Schema.optionalKey(text(1, 100)).annotate({ description: "Default: the product's id" }),
  ...optionalFacts,
  brandId: referenceId,
  categoryId: referenceId,
  parentCategoryId: referenceId,
  foodGroupId: referenceId,
  processTypeId: referenceId,
  nutrientBasis: Schema.optionalKey(NutrientBasis).annotate({ description: "Default: per100g" }),
  nutrients: Schema.optionalKey(GivenNutrients),
  portions: Schema.optionalKey(
    Schema.Array(Portion).check(
      Schema.isMaxLength(100, { message: "must be at most 100 portions" }),
      eachOnce(portionKey, { member: "name" })
    )
  ),
  allergens: Schema.optionalKey(Allergens)
}).check(
  Schema.makeFilter(({ packageSize, packageSizeUnit }) => {
    const [size, unit] = [packageSize ?? null, packageSizeUnit ?? null]
    if ((size === null) === (unit === null)) return true
    const path = [size === null ? "packageSize" : "packageSizeUnit"]
    return { path, issue: "packageSize and packageSizeUnit go together: both or neither" }
  }),
  Schema.makeFilter(({ nutrientBasis, nutrients }) =>
    nutrientFaults(nutrients ?? {}, nutrientBasis ?? "per100g").map(({ code, detail }) => ({
      path: ["nutrients", code],
      issue: coded("value_out_of_range", detail)
    }))
  )
).annotate({ identifier: "ProductInput" })
export type ProductInput = typeof ProductInput.Type

/** The nutrients that are out of the bounds of their basis. */
export const nutrientFaults = (
  nutrients: GivenNutrients,
  basis: typeof NutrientBasis.Type
): ReadonlyArray<{ readonly code: NutrientCode; readonly detail: string }> =>
  nutrientCodes.flatMap((code) => {
    const given = nutrients[code]
    const detail = given === undefined ? undefined : outOfRange(code, given.value, basis)
    return detail === undefined ? [] : [{ code, detail }]
  })
