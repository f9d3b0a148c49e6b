import { Effect, Latch } from "effect"

/** So many at once go on whatever is asked of the process. */
const few = 2
/** Those that run may be waiting for somebody else. */
const patience = "1 second"

/**
 * Lets handlers begin: any number while nobody asks the process for anything, a few at once while somebody does and waits for the
 * answer. One that has waited for a second begins all the same.
 */
export const makeTurns = (isAsked: () => boolean) => {
  const waiting = new Set<Latch.Latch>()
  let running = 0
  const isOpen = () => running < few || !isAsked()

  const admit = (turn: Latch.Latch) => {
    if (!waiting.delete(turn)) return
    running++
    turn.openUnsafe()
  }
  const begun = Effect.suspend(() => {
    const turn = Latch.makeUnsafe()
    waiting.add(turn)
    if (isOpen()) admit(turn)
    return turn.await.pipe(
      Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.sync(() => admit(turn)) }),
      Effect.onInterrupt(() => Effect.sync(() => waiting.delete(turn)))
    )
  })
  const ended = Effect.sync(() => {
    running--
    for (const turn of waiting) {
      if (!isOpen()) break
      admit(turn)
    }
  })
  return <A, E, R>(handler: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.andThen(begun, Effect.ensuring(handler, ended))
}
