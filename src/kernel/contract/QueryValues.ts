import { Schema, SchemaGetter } from "effect"
import { RawText, Uuid } from "./Values.ts"

const fromPattern = (pattern: RegExp, message: string, format: string) =>
  Schema.String.annotate({ format }).check(Schema.isPattern(pattern, { message }))

/** A decimal number in a query or path. `Schema.NumberFromString` would take "", "abc" and "0x10" as numbers. */
export const QueryNumber = fromPattern(
  /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/,
  "must be a decimal number such as 12.5",
  "decimal"
).pipe(Schema.decodeTo(Schema.Finite, { decode: SchemaGetter.transform(Number), encode: SchemaGetter.String() }))

/** A whole number of `min` to `max` in a query or path. */
export const queryInteger = (min: number, max: number) =>
  fromPattern(/^(?:0|[1-9]\d{0,9})$/, `must be a whole number from ${min} to ${max}`, `integer ${min} ${max}`).pipe(
    Schema.decodeTo(Schema.Int, { decode: SchemaGetter.transform(Number), encode: SchemaGetter.String() })
  ).check(
    Schema.isBetween({ minimum: min, maximum: max }, { message: `must be a whole number from ${min} to ${max}` })
  )

/** `true` or `false` in a query. */
export const QueryBoolean = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(Schema.Boolean, {
    decode: SchemaGetter.transform((text) => text === "true"),
    encode: SchemaGetter.transform((value) => value ? "true" as const : "false" as const)
  })
)

/** Text to look for. */
export const QueryText = RawText.check(
  Schema.isBetweenCodePoints(0, 500, { message: "must be at most 500 characters long" })
)

export const QueryUuid = Uuid
