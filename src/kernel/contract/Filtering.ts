import { Schema } from "effect"
import { QueryBoolean, QueryNumber, QueryText, QueryUuid } from "./QueryValues.ts"
import { GivenInstant } from "./Values.ts"

/** The operators besides plain `field=value`, which may be repeated for any-of. */
export const filterOperators = ["ne", "nin", "like", "gte", "lte", "gt", "lt", "null"] as const
export type FilterOperator = (typeof filterOperators)[number]

/** A filterable field: the codec of its values and the operators that it takes. */
export interface FilterField {
  readonly value: Schema.ConstraintCodec<unknown, string>
  readonly operators: ReadonlyArray<FilterOperator>
}

export type FilterTable = Readonly<Record<string, FilterField>>

const choice = ["ne", "nin"] as const
const range = ["gte", "lte", "gt", "lt", "ne"] as const

/** The kinds of filterable fields; those ending in `OrNull` also take `[null]=true|false`. */
export const filter = {
  uuid: { value: QueryUuid, operators: choice },
  uuidOrNull: { value: QueryUuid, operators: [...choice, "null"] },
  text: { value: QueryText, operators: [...choice, "like"] },
  textOrNull: { value: QueryText, operators: [...choice, "like", "null"] },
  boolean: { value: QueryBoolean, operators: [] },
  booleanOrNull: { value: QueryBoolean, operators: ["ne", "null"] },
  number: { value: QueryNumber, operators: range },
  numberOrNull: { value: QueryNumber, operators: [...range, "null"] },
  instant: { value: GivenInstant, operators: range }
} as const satisfies FilterTable

/** A field that takes one of a few words. */
export const oneOf = <const L extends ReadonlyArray<string>>(literals: L) => ({
  value: Schema.Literals(literals),
  operators: choice
})

type ManyKey<T extends FilterTable> = {
  readonly [F in keyof T & string]: F | ("nin" extends T[F]["operators"][number] ? `${F}[nin]` : never)
}[keyof T & string]

type OneKey<T extends FilterTable> = {
  readonly [F in keyof T & string]: `${F}[${Exclude<T[F]["operators"][number], "nin" | "null">}]`
}[keyof T & string]

type NullKey<T extends FilterTable> = {
  readonly [F in keyof T & string]: "null" extends T[F]["operators"][number] ? `${F}[null]` : never
}[keyof T & string]

type Base<K extends string> = K extends `${infer F}[${string}]` ? F : K

/** The query parameters that a filter table stands for: `name`, `name[like]`, … */
export type FilterParameters<T extends FilterTable> =
  & { readonly [K in ManyKey<T>]: Schema.optionalKey<Schema.$Array<T[Base<K>]["value"]>> }
  & { readonly [K in OneKey<T>]: Schema.optionalKey<T[Base<K>]["value"]> }
  & { readonly [K in NullKey<T>]: Schema.optionalKey<typeof QueryBoolean> }

export function filterParameters<const T extends FilterTable>(table: T): FilterParameters<T>
export function filterParameters(table: FilterTable): Record<string, Schema.Constraint> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([field, { operators, value }]) => [
      [field, Schema.optionalKey(Schema.Array(value))],
      ...operators.map((operator) => [
        `${field}[${operator}]`,
        Schema.optionalKey(
          operator === "nin" ? Schema.Array(value) : operator === "null" ? QueryBoolean : value
        )
      ])
    ])
  )
}
