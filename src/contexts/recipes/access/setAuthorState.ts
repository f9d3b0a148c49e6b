import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"

/** Whether a user may do anything, as the latest event says: ids of events are in the order of time, deliveries are not. */
export const setAuthorState = Effect.fnUntraced(function*(userId: UserId, disabled: boolean, eventId: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO author_states AS a (user_id, disabled, event_id) VALUES (${userId}, ${disabled}, ${eventId})
    ON CONFLICT (user_id) DO UPDATE SET disabled = excluded.disabled, event_id = excluded.event_id
      WHERE a.event_id < excluded.event_id`
})
