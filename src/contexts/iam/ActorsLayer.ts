import { Effect, Layer } from "effect"
import { Actors } from "../../kernel/Actors.ts"
import { UserDisabled, UserUnknown } from "../../kernel/contract/Problems.ts"

export const ActorsLayer = Layer.succeed(Actors)(Actors.of({
  read: Effect.fnUntraced(function*(sql, { userId }) {
    const [row] = yield* Effect.orDie(
      sql<{ status: "active" | "disabled"; permissions: ReadonlyArray<string> }>`
        SELECT u.status, ARRAY(
          SELECT DISTINCT r.context || ':' || p.permission
          FROM role_assignments a
          JOIN roles r ON r.id = a.role_id
          JOIN role_permissions p ON p.role_id = r.id
          WHERE a.user_id = u.id
        ) AS permissions
        FROM users u WHERE u.id = ${userId}`
    )
    if (row === undefined) return yield* new UserUnknown({})
    if (row.status === "disabled") return yield* new UserDisabled({})
    return { userId, permissions: new Set(row.permissions) }
  })
}))
