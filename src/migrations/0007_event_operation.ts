import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What an operator asks of events: their deliveries, and those that are dead. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE INDEX effect_queue_event ON effect_queue (left(id, 36)) WHERE queue_name = 'events'`
  yield* sql`CREATE INDEX effect_queue_dead ON effect_queue ((updated_at AT TIME ZONE 'UTC'), id) WHERE state = 'failed'`
  yield* sql`CREATE INDEX events_tag ON events (tag, published_at, id)`
})
