import { Effect, Layer, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Chapter } from "../src/contexts/iam/contract/Story.ts"
import { Iam } from "../src/contexts/iam/Iam.ts"
import { acting, as, CommandFailed, result, Tools } from "./Operator.ts"

const encode = Schema.encodeEffect(Chapter)

const line = ({ at, detail, kind, name, outcome, target }: Chapter) =>
  [at.toJSON(), kind.padEnd(8), name, outcome, target ?? "-", ...detail === null ? [] : [detail]].join("  ")

/** `cli trace <correlationId>`: what came of a request, by the id that its answer and its log lines carry. */
export const trace = Command.make("trace", {
  correlationId: Argument.String("correlation-id").pipe(
    Argument.withDescription("x-correlation-id of the answer, correlationId of the problem or log line")
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("One JSON document a line"), Flag.withDefault(false)),
  as
}, ({ as: email, correlationId, json }) =>
  Effect.gen(function*() {
    const story = yield* (yield* Iam).story(correlationId)
    if (story.length === 0) {
      return yield* new CommandFailed({ message: `nothing was changed or told under ${correlationId}` })
    }
    for (const chapter of story) {
      yield* result(json ? JSON.stringify(yield* encode(chapter)) : line(chapter))
    }
  }).pipe(acting(email), Effect.provide(Iam.layer.pipe(Layer.provideMerge(Tools))))).pipe(
    Command.withDescription("Tell the story of a request: audit entries, events, handlers")
  )
