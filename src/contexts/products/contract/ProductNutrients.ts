import { Effect, Schema, SchemaGetter } from "effect"
import { coded } from "../../../kernel/contract/Values.ts"
import { convertToCanonical, outOfAnyRange } from "./NutrientRules.ts"
import { type NutrientCode, nutrients } from "./Nutrients.ts"

type Nutrient = (typeof nutrients)[number]

/** One optional key per code of the registry. */
function byCode<S extends Schema.Constraint>(
  make: (nutrient: Nutrient) => S
): { readonly [C in NutrientCode]: Schema.optionalKey<S> }
function byCode(make: (nutrient: Nutrient) => Schema.Constraint): Record<string, Schema.Constraint> {
  return Object.fromEntries(nutrients.map((nutrient) => [nutrient.code, Schema.optionalKey(make(nutrient))]))
}

const Qualifier = Schema.Literals(["trace", "below"])

/** A nutrient as it is answered: per 100 g or ml of edible portion, in the nutrient's canonical unit. */
export const NutrientAmount = Schema.Struct({
  value: Schema.Finite,
  unit: Schema.Literals(["kcal", "kJ", "g", "mg", "mcg", "IU"]),
  qualifier: Schema.optionalKey(Qualifier),
  derived: Schema.optionalKey(Schema.Literal(true))
}).annotate({
  identifier: "NutrientAmount",
  description: "`trace` has value 0; `below` has the detection limit as value; `derived` marks what we computed"
})
export type NutrientAmount = typeof NutrientAmount.Type

/** What is known of a product's nutrients: an absent key is unknown, 0 is a measured zero. */
export const NutrientAmounts = Schema.Struct(byCode(() => NutrientAmount)).annotate({ identifier: "NutrientAmounts" })

/** A given nutrient in its canonical unit. */
export const GivenNutrient = Schema.Struct({
  value: Schema.Finite,
  mark: Schema.optionalKey(Qualifier)
})
export type GivenNutrient = typeof GivenNutrient.Type

const NutrientInput = Schema.Union([
  Schema.Finite,
  Schema.Struct({
    value: Schema.Finite,
    unit: Schema.optionalKey(
      Schema.String.check(
        Schema.makeFilter((unit) =>
          /^[\p{L}\p{N}/%. ]{1,20}$/u.test(unit)
          || coded("unit_not_convertible", "must be a unit such as g, mg, mcg, kcal, kJ or IU")
        )
      )
    ),
    qualifier: Schema.optionalKey(Qualifier)
  })
]).annotate({
  identifier: "NutrientInput",
  description: "A number in the canonical unit, or a value with its unit (kcal kJ; g mg mcg; IU for three vitamins)"
})

const convert = ({ code, unit: canonicalUnit }: Nutrient) => (input: typeof NutrientInput.Type) => {
  const { qualifier, unit, value } = typeof input === "number" ? { value: input, unit: undefined } : input
  const canonical = unit === undefined ? value : convertToCanonical(code, value, unit)
  if (canonical === undefined) {
    const detail = `cannot be converted from ${unit}; it is kept in ${canonicalUnit}`
    return Effect.fail(coded("unit_not_convertible", detail))
  }
  const fault = qualifier === "trace" && canonical !== 0
    ? "must be 0 for a trace"
    : outOfAnyRange(code, canonical)
  if (fault !== undefined) return Effect.fail(coded("value_out_of_range", fault))
  return Effect.succeed(qualifier === undefined ? { value: canonical } : { value: canonical, mark: qualifier })
}

const givenNutrient = (nutrient: Nutrient) =>
  NutrientInput.pipe(
    Schema.decodeTo(GivenNutrient, {
      decode: SchemaGetter.transformEffect(convert(nutrient)),
      encode: SchemaGetter.transform(({ mark, value }) => ({
        value,
        unit: nutrient.unit,
        ...(mark === undefined ? {} : { qualifier: mark })
      }))
    })
  )

/** Nutrients as they are written. Bounds that depend on the basis are checked with the whole product. */
export const GivenNutrients = Schema.Struct(byCode(givenNutrient))
export type GivenNutrients = typeof GivenNutrients.Type
