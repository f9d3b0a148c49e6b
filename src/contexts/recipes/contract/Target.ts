import { Schema } from "effect"
import { eachOnce } from "../../../kernel/contract/eachOnce.ts"
import { text } from "../../../kernel/contract/Values.ts"
import { type NutrientCode, nutrientCodes } from "../../products/contract/Nutrients.ts"

/** Percent of energy (Atwater 4, 4, 9 kcal/g), which can be aimed at like a nutrient. */
export const targetedShares = ["energyShare.carbohydrate", "energyShare.protein", "energyShare.fat"] as const

function aims(): ReadonlyArray<NutrientCode | (typeof targetedShares)[number]> {
  return [...nutrientCodes, ...targetedShares]
}

export const Aim = Schema.Literals(aims())
export type Aim = typeof Aim.Type

const bound = Schema.Finite.check(
  Schema.isBetween({ minimum: 0, maximum: 10_000_000 }, { message: "must be from 0 to 10,000,000" })
)

/** How meal types and the like are compared: without case, accents and doubled blanks. */
export const mealTypeKey = (mealType: string): string =>
  mealType.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim()

/** What a person should get of a nutrient in a day or a week, of one kind of meal or of all. */
export const Target = Schema.Struct({
  nutrient: Aim,
  period: Schema.Literals(["day", "week"]),
  min: Schema.optionalKey(Schema.NullOr(bound)),
  max: Schema.optionalKey(Schema.NullOr(bound)),
  mealType: Schema.optionalKey(Schema.NullOr(text(1, 50)))
}).check(
  Schema.makeFilter(({ max, min }) => {
    const [least, most] = [min ?? null, max ?? null]
    if (least === null && most === null) return { path: ["min"], issue: "min or max is needed" }
    return least === null || most === null || least <= most || { path: ["max"], issue: "must not be below min" }
  })
).annotate({ identifier: "Target" })
export type Target = typeof Target.Type

/** At most 50, each aim, period and meal type once. */
export const Targets = Schema.Array(Target).check(
  Schema.isMaxLength(50, { message: "must be at most 50" }),
  eachOnce(({ mealType, nutrient, period }) => `${nutrient} ${period} ${mealTypeKey(mealType ?? "")}`)
)

export const targetStatuses = ["met", "above", "below", "unknown"] as const
export type TargetState = (typeof targetStatuses)[number]

/** How a day or a week stands to a target. */
export const TargetStatus = Schema.Struct({
  nutrient: Aim,
  period: Schema.Literals(["day", "week"]),
  mealType: Schema.NullOr(Schema.String),
  min: Schema.NullOr(Schema.Finite),
  max: Schema.NullOr(Schema.Finite),
  value: Schema.NullOr(Schema.Finite),
  unit: Schema.String,
  complete: Schema.Boolean,
  status: Schema.Literals(targetStatuses).annotate({
    description: "`unknown` where what is missing could decide it: an incomplete value is a lower bound"
  }),
  gap: Schema.NullOr(Schema.Finite).annotate({ description: "How far above max, or below min" })
}).annotate({ identifier: "TargetStatus" })
export type TargetStatus = typeof TargetStatus.Type
