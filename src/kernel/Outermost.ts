import { Context, Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"

/** What is to be done once the outermost transaction has been rolled back; nothing outside of one. */
const AfterRollback = Context.Reference<Array<Effect.Effect<void, SqlError.SqlError>> | undefined>(
  "cardapio/kernel/Outermost/AfterRollback",
  { defaultValue: () => undefined }
)

/**
 * A transaction whose rollback can be followed by something that must not be lost with it, such as an entry about a denied
 * command. Inside another one it only adds to what follows that.
 */
export const outermost = (sql: SqlClient.SqlClient) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(AfterRollback, (outer) => {
    if (outer !== undefined) return sql.withTransaction(effect)
    const after: Array<Effect.Effect<void, SqlError.SqlError>> = []
    return sql.withTransaction(effect).pipe(
      Effect.provideService(AfterRollback, after),
      Effect.tapCause(() => Effect.forEach(after, (each) => each, { discard: true }))
    )
  })

/** Does something once the outermost transaction has been rolled back. */
export const afterRollback = (effect: Effect.Effect<void, SqlError.SqlError>) =>
  Effect.flatMap(AfterRollback, (after) => Effect.sync(() => after?.push(effect)))
