import { type JsonSchema, resolved } from "./Document.ts"

const formats: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
}

const patterns = new Map<string, RegExp>()

/** Made once: it takes longer than to try it. */
const patternOf = (source: string) => {
  const made = patterns.get(source) ?? new RegExp(source, "u")
  patterns.set(source, made)
  return made
}

export type JsonObject = { readonly [name: string]: unknown }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const typeOf = (value: unknown) => value === null ? "null" : Array.isArray(value) ? "array" : typeof value

const fitsType = (type: JsonSchema["type"], value: unknown) =>
  type === undefined || (type === "integer" ? Number.isInteger(value) : type === typeOf(value))

const ofNumber = (schema: JsonSchema, value: number): ReadonlyArray<string> => [
  ...schema.minimum !== undefined && value < schema.minimum ? [`is below ${schema.minimum}`] : [],
  ...schema.maximum !== undefined && value > schema.maximum ? [`is above ${schema.maximum}`] : [],
  ...schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum ? ["is not above its bound"] : [],
  ...schema.exclusiveMaximum !== undefined && value >= schema.exclusiveMaximum ? ["is not below its bound"] : []
]

const ofString = (schema: JsonSchema, value: string): ReadonlyArray<string> => {
  const length = Array.from(value).length
  const format = formats[schema.format ?? ""]
  return [
    ...length < (schema.minLength ?? 0) ? ["is too short"] : [],
    ...length > (schema.maxLength ?? Infinity) ? ["is too long"] : [],
    ...schema.pattern !== undefined && !patternOf(schema.pattern).test(value) ? ["breaks its pattern"] : [],
    ...format !== undefined && !format.test(value) ? [`is no ${schema.format}`] : []
  ]
}

const ofObject = (schema: JsonSchema, value: JsonObject, at: string): ReadonlyArray<string> => [
  ...(schema.required ?? []).filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}/${name} is missing`),
  ...Object.entries(value).flatMap(([name, member]) => {
    const known = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : schema.additionalProperties
    if (known === false) return [`${at}/${name} is not documented`]
    return known === undefined || known === true ? [] : faults(known, member, `${at}/${name}`)
  })
]

/** Where and how a value breaks its schema; nothing where it fits. */
export const faults = (reference: JsonSchema, value: unknown, at = ""): ReadonlyArray<string> => {
  const schema = resolved(reference)
  const here = (found: ReadonlyArray<string>) => found.map((fault) => `${at === "" ? "/" : at} ${fault}`)
  if (!fitsType(schema.type, value)) return here([`is ${typeOf(value)} instead of ${schema.type}`])
  const branches = schema.anyOf?.map((branch) => faults(branch, value, at)) ?? []
  return [
    ...schema.enum !== undefined && !schema.enum.some((allowed) => allowed === value)
      ? here(["is not in its enum"])
      : [],
    ...branches.length > 0 && branches.every((branch) => branch.length > 0)
      ? here([`fits no branch: ${branches.map((branch) => branch[0]).join("; ")}`])
      : [],
    ...(schema.allOf ?? []).flatMap((part) => faults(part, value, at)),
    ...typeof value === "number" ? here(ofNumber(schema, value)) : [],
    ...typeof value === "string" ? here(ofString(schema, value)) : [],
    ...Array.isArray(value)
      ? [
        ...value.length > (schema.maxItems ?? Infinity) ? here(["has too many items"]) : [],
        ...value.length < (schema.minItems ?? 0) ? here(["has too few items"]) : [],
        ...schema.items === undefined ? [] : value.flatMap((item, i) => faults(schema.items ?? {}, item, `${at}/${i}`))
      ]
      : [],
    ...isObject(value) ? ofObject(schema, value, at) : []
  ]
}
