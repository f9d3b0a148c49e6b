import { Effect, type Exit } from "effect"

/** Tells how an effect ended, and after how many seconds. */
export const timed =
  <A, E>(tell: (exit: Exit.Exit<A, E>, seconds: number) => void) => <R>(effect: Effect.Effect<A, E, R>) =>
    Effect.suspend(() => {
      const begin = performance.now()
      return Effect.onExit(effect, (exit) => Effect.sync(() => tell(exit, (performance.now() - begin) / 1000)))
    })
