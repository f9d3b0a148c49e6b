import { Duration, Effect } from "effect"

export const millis = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([duration]) => Duration.toMillis(duration))

/** How many runs there are, with those that do not count. */
export const runs = 220

/** The 95th percentile of 200 runs after 20 that do not count, ms. */
export const p95 = Effect.fnUntraced(function*<A, E, R>(effect: (n: number) => Effect.Effect<A, E, R>) {
  const times: Array<number> = []
  for (let n = 0; n < runs; n++) {
    const time = yield* millis(effect(n))
    if (n >= 20) times.push(time)
  }
  return times.toSorted((a, b) => a - b)[189] ?? Number.NaN
})
