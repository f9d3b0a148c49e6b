import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { PermissionNotHeld } from "../contract/Role.ts"

/**
 * Who opens a way to act as a user may do all that the user may, or give all rights anyway: else a manager of users could become an
 * administrator, and an API key its owner.
 */
export const requireNoLess = Effect.map(
  SqlClient.SqlClient,
  (sql) =>
    Effect.fnUntraced(function*({ permissions, userId }: Actor, user: UserId) {
      if (userId === null || permissions.has("iam:manage_roles")) return
      const held = yield* sql<{ right: string }>`
      SELECT DISTINCT r.context || ':' || p.permission AS "right"
      FROM role_assignments a JOIN roles r ON r.id = a.role_id JOIN role_permissions p ON p.role_id = r.id
      WHERE a.user_id = ${user} ORDER BY 1`
      const lacking = held.filter(({ right }) => !permissions.has(right))
      if (lacking.length > 0) {
        return yield* new PermissionNotHeld({ detail: `You lack ${lacking.map(({ right }) => right).join(", ")}.` })
      }
    })
)
