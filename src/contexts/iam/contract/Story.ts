import { Schema } from "effect"
import { Instant } from "../../../kernel/contract/Values.ts"

/** One thing that happened because of a request. */
export const Chapter = Schema.Struct({
  at: Instant,
  kind: Schema.Literals(["command", "event", "delivery"]),
  /** The command, the event's tag, or the subscription. */
  name: Schema.String,
  outcome: Schema.String,
  /** `<type> <id>` of what was changed, or the id of the event. */
  target: Schema.NullOr(Schema.String),
  detail: Schema.NullOr(Schema.String)
})
export type Chapter = typeof Chapter.Type
