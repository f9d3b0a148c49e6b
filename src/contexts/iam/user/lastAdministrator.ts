import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { LastAdministrator } from "../contract/User.ts"

/**
 * Does what may take rights, and fails where nobody would be left who may give any: one such change at a time, so that of two, of
 * which each leaves the other's user, one is refused.
 */
export const keepingAdministrator = Effect.fnUntraced(function*<A, E>(
  sql: SqlClient.SqlClient,
  change: Effect.Effect<A, E | SqlError.SqlError>
) {
  yield* sql`SELECT pg_advisory_xact_lock(hashtextextended('iam last administrator', 0))`
  const administrators = sql`
    SELECT FROM users u JOIN role_assignments a ON a.user_id = u.id JOIN roles r ON r.id = a.role_id
    JOIN role_permissions p ON p.role_id = r.id
    WHERE u.status = 'active' AND r.context = 'iam' AND p.permission = 'manage_roles' LIMIT 1`
  const before = yield* administrators
  const done = yield* change
  if (before.length > 0 && (yield* administrators).length === 0) return yield* new LastAdministrator({})
  return done
})
