import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Lists that come from any of these things are no longer what they would be; till they are refreshed, or delivered again. */
export const flagStale = Effect.fnUntraced(function*(
  kind: "menu" | "meal" | "recipe" | "product",
  ids: ReadonlyArray<string>
) {
  if (ids.length === 0) return
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    WITH held AS (
      SELECT id FROM shopping_lists WHERE ${sql.literal(`${kind}_ids`)} && ${[...ids]}::uuid[] AND NOT stale
      ORDER BY id FOR UPDATE
    )
    UPDATE shopping_lists l SET stale = true FROM held WHERE l.id = held.id`
})
