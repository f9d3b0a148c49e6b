import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import { VersionConflict } from "./contract/Concurrency.ts"

/** The row that was written; where its version was another one by then, none was. */
export const orConflict = <A>(
  rows: Effect.Effect<ReadonlyArray<A>, SqlError.SqlError>
): Effect.Effect<A, SqlError.SqlError | VersionConflict> =>
  Effect.flatMap(
    rows,
    ([row]) => row === undefined ? Effect.fail(new VersionConflict({})) : Effect.succeed(row)
  )
