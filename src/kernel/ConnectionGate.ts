import { Data, Effect, Option } from "effect"
import { type SqlClient, SqlError } from "effect/sql"
import { metrics } from "./Metrics.ts"

const patienceMillis = 500

class NoConnection extends Data.Error<{ readonly message: string }> {}

const noConnection = () =>
  new SqlError.SqlError({
    reason: new SqlError.ConnectionError({
      operation: "acquire",
      cause: new NoConnection({ message: `no connection within ${patienceMillis} ms` })
    })
  })

/** Lets so many in at once, and those who wait longer than 500 ms go. */
const makeGate = (places: number) => {
  const waiting = new Set<() => void>()
  let free = places
  const tell = () => {
    metrics.poolRunning(places - free)
    metrics.poolWaiting(waiting.size)
  }
  tell()
  return {
    enter: Effect.callback<void, SqlError.SqlError>((resume) => {
      if (free > 0) {
        free--
        tell()
        return resume(Effect.void)
      }
      const admit = () => {
        clearTimeout(timer)
        resume(Effect.void)
      }
      const timer = setTimeout(() => {
        waiting.delete(admit)
        tell()
        resume(Effect.fail(noConnection()))
      }, patienceMillis)
      waiting.add(admit)
      tell()
    }),
    leave: Effect.sync(() => {
      const [next] = waiting
      if (next === undefined) free++
      else waiting.delete(next)
      tell()
      next?.()
    })
  }
}

/** The client whose transactions wait at most 500 ms for a connection; the pool itself would let them wait without end. */
export const gated = (client: SqlClient.SqlClient, connections: number): SqlClient.SqlClient => {
  const { enter, leave } = makeGate(connections)
  const { withTransaction } = client
  return Object.assign(client, {
    withTransaction: <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
      Effect.flatMap(Effect.serviceOption(client.transactionService), (outer) =>
        Option.isSome(outer)
          ? withTransaction(effect)
          : Effect.acquireUseRelease(enter, () => withTransaction(effect), () => leave))
  })
}
