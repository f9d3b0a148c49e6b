import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The embedded default's administrator sees events, also where he was made before there were any to see. */
export default Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    WITH first AS (
      SELECT u.id FROM users u
      WHERE u.email = 'admin@localhost'
        AND EXISTS (
          SELECT FROM role_assignments a JOIN roles r ON r.id = a.role_id
          WHERE a.user_id = u.id AND r.built_in AND r.context = 'iam' AND r.name = 'administrator')
        AND NOT EXISTS (
          SELECT FROM role_assignments a JOIN roles r ON r.id = a.role_id
          WHERE a.user_id = u.id AND r.built_in AND r.name = 'developer')
    ), given AS (
      INSERT INTO role_assignments (user_id, role_id)
      SELECT first.id, roles.id FROM first, roles WHERE roles.built_in AND roles.name = 'developer'
      RETURNING user_id
    )
    UPDATE users SET version = version + 1, updated_at = now() WHERE id IN (SELECT user_id FROM given)`
})
