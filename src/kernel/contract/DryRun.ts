import { Schema } from "effect"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { one } from "./Pagination.ts"
import { QueryBoolean } from "./QueryValues.ts"

const PublishedEvent = Schema.Struct({ tag: Schema.String, payload: Schema.Json }).annotate({
  identifier: "PublishedEvent"
})

/** `?dryRun=true` on a command: everything runs, nothing is kept, and the answer tells what would have come of it. */
export const dryRunnable = {
  dryRun: Schema.optionalKey(QueryBoolean).annotate({
    description: "true: everything runs and is rolled back; the answer tells what would have come of it. Default: false"
  })
}

/** The answer of a dry run: 200, what the command would have answered, and the events that it would have published. */
export const dryRunOf = <S extends Schema.Constraint>(schema: S) =>
  Schema.Struct({ data: schema, events: Schema.Array(PublishedEvent), dryRun: Schema.Literal(true) })

/** `{ "data": … }` of a command that answers 200, or of its dry run. */
export const oneOrDryRun = <S extends Schema.Constraint>(schema: S) => Schema.Union([dryRunOf(schema), one(schema)])

/** What the command answers that makes a versioned thing: 201 with where it is read, or its dry run. */
export const createdOrDryRun = <S extends Schema.Constraint>(schema: S) =>
  [
    HttpApiSchema.WithHeaders(dryRunOf(schema), {
      etag: Schema.optionalKey(Schema.String),
      location: Schema.optionalKey(Schema.String)
    }),
    HttpApiSchema.WithHeaders(one(schema).pipe(HttpApiSchema.status(201)), {
      etag: Schema.String,
      location: Schema.String
    })
  ] as const

/** What a command answers that changes a versioned thing, or its dry run. */
export const changedOrDryRun = <S extends Schema.Constraint>(schema: S) =>
  HttpApiSchema.WithHeaders(oneOrDryRun(schema), { etag: Schema.optionalKey(Schema.String) })

/** 204 of a command that answers nothing, or its dry run. */
export const doneOrDryRun = [HttpApiSchema.NoContent, HttpApiSchema.WithHeaders(dryRunOf(Schema.Null), {})] as const
