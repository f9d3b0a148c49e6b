import { Schema, SchemaGetter } from "effect"
import { queryInteger } from "./QueryValues.ts"

/** Which part of a list. `cursor` (from `nextCursor`) reads on at a constant cost, instead of `page`. */
export const pageParameters = {
  page: Schema.optionalKey(queryInteger(1, 10_000)),
  limit: Schema.optionalKey(queryInteger(1, 200)),
  cursor: Schema.optionalKey(
    Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]{1,2000}$/, { message: "must be a nextCursor of this list" }))
  )
}

export const Pagination = Schema.Struct({
  page: Schema.NullOr(Schema.Int),
  limit: Schema.Int,
  total: Schema.NullOr(Schema.Int),
  pages: Schema.NullOr(Schema.Int),
  nextCursor: Schema.NullOr(Schema.String)
}).annotate({
  identifier: "Pagination",
  description: "`page`, `total` and `pages` are null when the list was read on by `cursor`"
})
export type Pagination = typeof Pagination.Type

export interface Page<A> {
  readonly data: ReadonlyArray<A>
  readonly pagination: Pagination
}

/** `{ "data": … }`: the envelope of one thing. */
export const one = <S extends Schema.Constraint>(schema: S) => Schema.Struct({ data: schema })

/** `{ "data": […], "pagination": … }`: the envelope of many. */
export const many = <S extends Schema.Constraint>(schema: S) =>
  Schema.Struct({ data: Schema.Array(schema), pagination: Pagination })

/** One field of a `sort` parameter. */
export interface SortKey<F extends string> {
  readonly field: F
  readonly descending: boolean
}

/** `sort=-createdAt,name`: a comma-separated list of the allowed fields, `-` for descending. */
export const sortParameter = <const F extends string>(
  fields: Schema.ConstraintCodec<F, string>,
  allowed: string
) => {
  const isField = Schema.is(fields)
  return Schema.optionalKey(
    Schema.String.annotate({ description: `Comma-separated; \`-\` before a field sorts it descending. ${allowed}` })
      .pipe(
        Schema.decodeTo(
          Schema.Array(Schema.Struct({ field: Schema.String, descending: Schema.Boolean })),
          {
            decode: SchemaGetter.transform((text) =>
              text.split(",").map((part) => ({
                field: part.startsWith("-") ? part.slice(1) : part,
                descending: part.startsWith("-")
              }))
            ),
            encode: SchemaGetter.transform((keys) =>
              keys.map(({ descending, field }) => descending ? `-${field}` : field).join(",")
            )
          }
        ),
        Schema.refine((keys): keys is ReadonlyArray<SortKey<F>> => keys.every((key) => isField(key.field)), {
          message: `knows no such field. ${allowed}`
        })
      ).check(
        Schema.makeFilter((keys) =>
          keys.length <= 5 && new Set(keys.map((key) => key.field)).size === keys.length ||
          "must name at most 5 fields, each once"
        )
      )
  )
}
