import { Effect, Layer } from "effect"
import { Statement } from "effect/sql"

let count = 0

/** Counts every statement of the layers that it is given to, but those that come beside the requests. */
export const CountedStatements = Layer.succeed(Statement.CurrentTransformer, (statement) =>
  Effect.sync(() => {
    const [text] = statement.compile()
    if (!/last_(?:seen|used)_at|UPDATE "?effect_queue/.test(text)) count++
    return statement
  }))

/** How many statements an effect sends, and what it answers. */
export const countingStatements = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    count = 0
    return Effect.map(effect, (answer) => ({ answer, statements: count }))
  })
