import { Effect } from "effect"
import { PersistedQueue } from "effect/persistence"
import { SqlClient } from "effect/sql"

/** Events as they were published, the queue that delivers them, and what was handled already. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE events (
      id uuid PRIMARY KEY,
      tag text NOT NULL,
      payload jsonb NOT NULL,
      actor_id uuid,
      correlation_id text,
      published_at timestamptz(3) NOT NULL DEFAULT now()
    )
  `
  yield* sql`CREATE INDEX events_published ON events (published_at, id)`
  yield* sql`CREATE INDEX events_correlation ON events (correlation_id)`
  yield* sql`
    CREATE TABLE event_inbox (
      subscription text NOT NULL,
      event_id uuid NOT NULL,
      handled_at timestamptz(3) NOT NULL DEFAULT now(),
      PRIMARY KEY (subscription, event_id)
    )
  `
  // The module would make its tables only when the first server starts.
  yield* Effect.scoped(PersistedQueue.makeStoreSql())
  yield* sql`ALTER SEQUENCE effect_queue_sequence_seq AS bigint`
  yield* sql`
    CREATE INDEX effect_queue_due ON effect_queue (queue_name, visible_at, sequence) WHERE state = 'pending'`
})
