import { Effect } from "effect"
import { ask } from "./Asking.ts"

/** The ports of those who serve, as a load balancer knows them: whoever says it is not ready gets nothing new. */
export const makeBalancer = (token: string) => {
  const ready = new Set<number>()
  const isReady = (port: number) =>
    Effect.map(
      ask(port, token, { method: "GET", path: "/health/ready" }),
      (outcome) => outcome._tag === "Answered" && outcome.status === 200
    )
  return {
    ports: () => [...ready],
    /** Asks every 50 ms whether a server is ready, from now on until it is gone. */
    add: Effect.fnUntraced(function*(port: number) {
      ready.add(port)
      yield* Effect.sleep("50 millis").pipe(
        Effect.andThen(isReady(port)),
        Effect.repeat({ while: (isReady) => isReady }),
        Effect.andThen(Effect.sync(() => ready.delete(port))),
        Effect.forkScoped
      )
    })
  }
}
