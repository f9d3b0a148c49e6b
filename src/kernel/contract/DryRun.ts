import { Schema } from "effect"
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
