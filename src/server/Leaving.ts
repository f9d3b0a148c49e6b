import { Clock, Context, Duration, Effect } from "effect"

const quietMillis = 200

/** What has come in meanwhile is read: a busy process wakes up late, and would take that for quiet. */
const caughtUp = Effect.callback<void>((resume) => {
  setImmediate(() => setImmediate(() => resume(Effect.void)))
})

/** Whether this process is about to stop, and when it was last asked for something. */
export const Leaving = Context.Reference<{ isLeaving: boolean; askedAt: number }>("cardapio/server/Leaving", {
  defaultValue: () => ({ isLeaving: false, askedAt: 0 })
})

/**
 * Tells by readiness that this process leaves, and waits until nobody has asked for anything for 200 ms: a connection that comes in
 * while the door is being closed is cut without an answer. Whoever goes on asking is not waited for longer than `atMost`.
 */
export const untilQuiet = Effect.fnUntraced(function*(atMost: Duration.Duration) {
  const leaving = yield* Leaving
  const begun = yield* Clock.currentTimeMillis
  leaving.isLeaving = true
  leaving.askedAt = Math.max(leaving.askedAt, begun - quietMillis)
  while ((yield* Clock.currentTimeMillis) - begun < Duration.toMillis(atMost)) {
    yield* caughtUp
    const left = leaving.askedAt + quietMillis - (yield* Clock.currentTimeMillis)
    if (left <= 0) return
    yield* Effect.sleep(left)
  }
})
