import { Schema } from "effect"
import { eachOnce } from "../../../kernel/contract/eachOnce.ts"
import { text } from "../../../kernel/contract/Values.ts"

/** A label that an author puts on things of one type: `meal: lunch`. */
export const Tag = Schema.Struct({
  key: text(1, 100).check(Schema.makeFilter((key) => !key.includes(":") || "must not hold a colon")),
  value: text(1, 200)
}).annotate({ identifier: "TagValue" })
export type Tag = typeof Tag.Type

/** At most 50, each once. */
export const Tags = Schema.Array(Tag).check(
  Schema.isMaxLength(50, { message: "must be at most 50" }),
  eachOnce(({ key, value }) => JSON.stringify([key, value]))
)

/** `tag=key:value` of a list. */
export const TagFilter = Schema.String.annotate({ format: "key:value" }).check(
  Schema.isPattern(/^[^:]{1,100}:.{1,200}$/su, { message: "must be key:value" })
)
