import type { Dice } from "./Dice.ts"
import { type JsonSchema, resolved } from "./Document.ts"
import { storableStrings } from "./Naughty.ts"

const isoInstant = (dice: Dice) => new Date(dice.int(0, 4_102_444_800_000)).toISOString()

const decimals = [
  "0",
  "-0",
  "1",
  "12.5",
  "-3",
  "1e3",
  "1E-3",
  "999999999999999",
  "0.000000000000001",
  "1e308",
  "5e-324"
]

/** A UUID of version 7 that nothing has. */
export const strangeUuid = (dice: Dice) => {
  const hex = dice.bytes(16).toString("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** Text that may be stored, of at most `length` characters: plain words, and now and then something nasty. */
export const someText = (dice: Dice, length = 60): string =>
  Array.from(dice.chance(0.5) ? dice.pick(storableStrings) : dice.pick(["Arroz", "feijão 2", "a", "ÇÃO", "naïve"]))
    .slice(0, length).join("")

const ofFormat = (format: string | undefined, dice: Dice): string | undefined => {
  switch (format) {
    case "uuid":
      return strangeUuid(dice)
    case "date-time":
      return isoInstant(dice)
    case "date":
      return dice.pick(["1987-06-05", "2024-02-29", "2027-12-31"])
    case "key:value":
      return `a ${dice.int(0, 9)}:${someText(dice, 200) || "b"}`
    default:
      return undefined
  }
}

const someNumber = ({ exclusiveMinimum, maximum = 1e6, minimum }: JsonSchema, dice: Dice) => {
  const from = minimum ?? exclusiveMinimum ?? -1e6
  return dice.pick([maximum, from + (maximum - from) * (0.001 + dice.next() * 0.99)])
}

/** The text of a parameter; where the document has no bounds, a number that is most likely within ours. */
export const parameterOf = (schema: JsonSchema, dice: Dice): string => {
  const isNumber = schema.type === "number" || schema.format === "decimal"
  const isInteger = schema.type === "integer" || schema.format === "integer"
  if (isNumber) return dice.pick(decimals)
  return isInteger
    ? String(dice.int(schema.minimum ?? 1, Math.min(schema.maximum ?? 50, 50)))
    : String(valueOf(schema, dice))
}

/** A value that fits the schema. What the schema does not tell, such as check digits, it cannot know. */
export const valueOf = (reference: JsonSchema, dice: Dice): unknown => {
  const schema = resolved(reference)
  if (schema.enum !== undefined) return dice.pick(schema.enum)
  if (schema.anyOf !== undefined) return valueOf(dice.pick(schema.anyOf), dice)
  switch (schema.type) {
    case "string":
      return ofFormat(schema.format, dice) ?? someText(dice, schema.maxLength)
    case "number":
      return someNumber(schema, dice)
    case "integer":
      return Math.floor(someNumber(schema, dice))
    case "boolean":
      return dice.chance(0.5)
    case "array":
      return Array.from({ length: dice.int(schema.minItems ?? 0, 3) }, () => valueOf(schema.items ?? {}, dice))
    case "object": {
      const required = new Set(schema.required)
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
          required.has(name) || dice.chance(0.3) ? [[name, valueOf(member, dice)]] : []
        )
      )
    }
    default:
      return null
  }
}
