import { type Duration, Effect, Schedule } from "effect"

/** Waits on a condition; whether it came about before the deadline. */
export const until = <E, R>(
  condition: Effect.Effect<boolean, E, R>,
  deadline: Duration.Input,
  every: Duration.Input = "20 millis"
) =>
  condition.pipe(
    Effect.repeat({ until: (met) => met, schedule: Schedule.spaced(every) }),
    Effect.timeoutOrElse({ duration: deadline, orElse: () => Effect.succeed(false) })
  )
