import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** When each background job is due, and what the purges look for. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE scheduled_jobs (
      name text PRIMARY KEY,
      due_at timestamptz(3) NOT NULL DEFAULT now(),
      last_run_at timestamptz(3)
    )
  `
  yield* sql`CREATE INDEX event_inbox_handled ON event_inbox (handled_at)`
  yield* sql`CREATE INDEX effect_queue_completed ON effect_queue (updated_at) WHERE state = 'completed'`
})
