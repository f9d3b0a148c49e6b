import { Schema } from "effect"
import { text, Uuid, webAddress } from "../../../kernel/contract/Values.ts"
import { type NutrientCode, nutrientCodes } from "../../products/contract/Nutrients.ts"
import { ProductId } from "../../products/contract/Product.ts"

/** Why an amount of a nutrient is not known. */
export const missingReasons = [
  "no_quantity",
  "no_product",
  "no_density",
  "no_unit_mass",
  "no_portion",
  "no_cooking_factor",
  "product_discarded",
  "value_unknown",
  "no_ingredients",
  "recipe_discarded",
  "recipe_withdrawn",
  "meal_discarded",
  "meal_withdrawn"
] as const
export type MissingReason = (typeof missingReasons)[number]

/** One optional key per nutrient. */
function byCode<S extends Schema.Constraint>(schema: S): { readonly [C in NutrientCode]: Schema.optionalKey<S> }
function byCode(schema: Schema.Constraint): Record<string, Schema.Constraint> {
  return Object.fromEntries(nutrientCodes.map((code) => [code, Schema.optionalKey(schema)]))
}

const unit = Schema.Literals(["kcal", "kJ", "g", "mg", "mcg", "IU"])

const amount = {
  value: Schema.NullOr(Schema.Finite).annotate({
    description: "A lower bound where `complete` is false; null where nothing is known, which is never zero"
  }),
  unit,
  coverage: Schema.NullOr(Schema.Finite).annotate({
    description: "Raw edible mass of the ingredients whose value is known / that of all that are weighed"
  }),
  complete: Schema.Boolean.annotate({ description: "Every ingredient is weighed and its value known" }),
  unweighed: Schema.Int.annotate({ description: "Ingredients whose mass is not known" })
}

/** How much of a nutrient there is, and how sure that is. */
export const NutrientSum = Schema.Struct(amount).annotate({ identifier: "NutrientSum" })
export type NutrientSum = typeof NutrientSum.Type

export const MissingPart = Schema.Struct({
  path: Schema.String.annotate({ description: "Where it stands, such as /ingredients/3" }),
  name: Schema.String,
  reason: Schema.Literals(missingReasons),
  productId: Schema.optionalKey(ProductId)
}).annotate({ identifier: "MissingPart" })
export type MissingPart = typeof MissingPart.Type

/** The same, with every part that is not counted in it. */
export const NutrientTotal = Schema.Struct({
  ...amount,
  missing: Schema.Array(MissingPart),
  overridden: Schema.optionalKey(Schema.Array(Schema.Struct({ recipeId: Uuid, name: Schema.String }))).annotate({
    description: "Recipes whose author stated the value"
  })
}).annotate({ identifier: "NutrientTotal" })
export type NutrientTotal = typeof NutrientTotal.Type

const share = Schema.NullOr(Schema.Finite)

/** Percent, of energy (4, 4, 9, 7 kcal/g: Atwater) or of mass. */
export const MacroShares = Schema.Struct({
  energy: Schema.Struct({ carbohydrate: share, protein: share, fat: share, alcohol: share }),
  mass: Schema.Struct({ carbohydrate: share, protein: share, fat: share }),
  carbohydrateBasis: Schema.NullOr(Schema.Literals(["total", "available"])),
  alcoholCounted: Schema.Boolean,
  complete: Schema.Boolean
}).annotate({ identifier: "MacroShares", description: "Null where carbohydrate, protein or fat is not known" })
export type MacroShares = typeof MacroShares.Type

/** Mass of the ready dish, g. */
export const Weight = Schema.Struct({
  grams: Schema.NullOr(Schema.Finite),
  state: Schema.Literals(["measured", "estimated", "partial"]).annotate({
    description: "`partial`: some ingredient is not weighed, so that it is a lower bound"
  })
}).annotate({ identifier: "Weight" })
export type Weight = typeof Weight.Type

/** What an author states of a dish, from a label or a laboratory: shown beside what is computed, never mixed into it. */
export const NutritionOverride = Schema.Struct({
  basis: Schema.Literals(["recipe", "serving", "per100g"]),
  values: Schema.Struct(
    byCode(
      Schema.Finite.check(
        Schema.isBetween({ minimum: 0, maximum: 10_000_000 }, { message: "must be from 0 to 10,000,000" })
      )
    )
  ),
  note: Schema.optionalKey(text(1, 1000)),
  sourceUrl: Schema.optionalKey(webAddress),
  use: Schema.optionalKey(Schema.Boolean).annotate({
    description: "true: its values replace the computed ones in meals and menus. Default: false"
  })
}).annotate({ identifier: "NutritionOverride" })
export type NutritionOverride = typeof NutritionOverride.Type

/** The nutrients of which every summary tells. */
export const labelNutrients = [
  "energyKcal",
  "protein",
  "carbohydrate",
  "totalFat",
  "saturatedFat",
  "transFat",
  "dietaryFiber",
  "sugar",
  "sodium"
] as const satisfies ReadonlyArray<NutrientCode>
export type LabelNutrient = (typeof labelNutrients)[number]

function byLabel<S extends Schema.Constraint>(schema: S): { readonly [C in LabelNutrient]: S }
function byLabel(schema: Schema.Constraint): Record<string, Schema.Constraint> {
  return Object.fromEntries(labelNutrients.map((code) => [code, schema]))
}

export const LabelSums = Schema.Struct(byLabel(NutrientSum)).annotate({ identifier: "LabelSums" })
export type LabelSums = typeof LabelSums.Type

/** What a list tells of a dish: the nutrients of a label. All others, and what is missing: `…/nutrition`. */
export const NutritionSummary = Schema.Struct({
  total: LabelSums,
  perServing: Schema.NullOr(LabelSums),
  per100g: Schema.NullOr(LabelSums),
  shares: MacroShares,
  calorieDensity: Schema.NullOr(Schema.Finite).annotate({ description: "kcal per 100 g of the ready dish" })
}).annotate({ identifier: "NutritionSummary" })
export type NutritionSummary = typeof NutritionSummary.Type

/** Everything that is known of the nutrients of a dish. */
export const Nutrition = Schema.Struct({
  id: Uuid,
  version: Schema.Int,
  computed: Schema.Struct({
    total: Schema.Struct(byCode(NutrientTotal)),
    perServing: Schema.NullOr(Schema.Struct(byCode(NutrientSum))),
    per100g: Schema.NullOr(Schema.Struct(byCode(NutrientSum)))
  }),
  shares: MacroShares,
  calorieDensity: Schema.NullOr(Schema.Finite),
  weight: Weight,
  override: Schema.NullOr(NutritionOverride)
}).annotate({
  identifier: "Nutrition",
  description:
    "Nutrients of which no ingredient tells anything are left out, but for energy, protein, carbohydrate and fat, and for those that were asked for by name"
})
export type Nutrition = typeof Nutrition.Type

/** Everything that is known of the nutrients of a menu, a week or a day. */
export const MenuNutrition = Schema.Struct({
  id: Uuid,
  version: Schema.Int,
  days: Schema.Int.annotate({ description: "That have a meal" }),
  total: Schema.Struct(byCode(NutrientTotal)),
  dailyAverage: Schema.NullOr(Schema.Struct(byCode(NutrientSum))),
  shares: MacroShares
}).annotate({ identifier: "MenuNutrition" })
export type MenuNutrition = typeof MenuNutrition.Type

export const perWhat = ["total", "serving", "100g"] as const

export const explainedKinds = ["menu", "day", "slot", "meal", "recipe", "ingredient", "product"] as const

/** A step of the way from a total to the facts it comes from. */
export interface Explanation {
  readonly kind: (typeof explainedKinds)[number]
  readonly label: string
  readonly id?: string
  readonly version?: number
  readonly value: number | null
  readonly unit: string
  readonly formula: string
  readonly share: number | null
  readonly reason?: MissingReason
  readonly conversion?: typeof Conversion.Type
  readonly source?: typeof FactSource.Type
  readonly assumptions?: ReadonlyArray<string>
  readonly parts: ReadonlyArray<Explanation>
}

export const conversionRules = ["grams", "mass", "portion", "volume", "piece", "unknown"] as const

/** How an amount became grams: `m` as stated, `n` raw and edible, `y` edible yield, `k` cooking factor. */
export const Conversion = Schema.Struct({
  rule: Schema.Literals(conversionRules),
  quantity: Schema.NullOr(Schema.Finite),
  factor: Schema.NullOr(Schema.Finite).annotate({ description: "Grams of one unit, or of one portion" }),
  m: Schema.NullOr(Schema.Finite),
  n: Schema.NullOr(Schema.Finite),
  y: Schema.Finite,
  k: Schema.Finite
}).annotate({ identifier: "Conversion" })

export const FactSource = Schema.Struct({
  name: Schema.String,
  sourceRef: Schema.String,
  updatedAt: Schema.String.annotate({ format: "date-time" }),
  basis: Schema.Literals(["per100g", "per100ml"]),
  value: Schema.NullOr(Schema.Finite)
}).annotate({ identifier: "FactSource" })

export const Explanation: Schema.Codec<Explanation> = Schema.Struct({
  kind: Schema.Literals(explainedKinds),
  label: Schema.String,
  id: Schema.optionalKey(Schema.String),
  version: Schema.optionalKey(Schema.Int),
  value: Schema.NullOr(Schema.Finite).annotate({ description: "Unrounded; null where it is not known" }),
  unit: Schema.String,
  formula: Schema.String,
  share: Schema.NullOr(Schema.Finite).annotate({ description: "Of the value above, 0 to 1" }),
  reason: Schema.optionalKey(Schema.Literals(missingReasons)),
  conversion: Schema.optionalKey(Conversion),
  source: Schema.optionalKey(FactSource),
  assumptions: Schema.optionalKey(Schema.Array(Schema.String)),
  parts: Schema.Array(Schema.suspend((): Schema.Codec<Explanation> => Explanation))
}).annotate({ identifier: "Explanation" })
