import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE author_states (user_id uuid PRIMARY KEY, disabled boolean NOT NULL, event_id uuid NOT NULL)`
  yield* sql`
    INSERT INTO author_states SELECT id, true, '00000000-0000-0000-0000-000000000000' FROM users WHERE status = 'disabled'`
})
