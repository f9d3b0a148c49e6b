import { Effect, Layer } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import { Actors } from "../../kernel/Actors.ts"
import { ApiKeyInvalid, TokenInvalid, UserDisabled, UserUnknown } from "../../kernel/contract/Problems.ts"
import type { Proof } from "../../kernel/contract/Rights.ts"

/** Whether a credential of the user `u` is in force. */
const inForce = (sql: SqlClient.SqlClient, proof: Proof): Statement.Fragment => {
  switch (proof._tag) {
    case "Operator":
      return sql`TRUE`
    case "Session":
      return sql`EXISTS (
        SELECT FROM sessions WHERE id = ${proof.id} AND user_id = u.id AND revoked_at IS NULL AND expires_at > now())`
    case "ApiKey":
      return sql`EXISTS (
        SELECT FROM api_keys WHERE id = ${proof.id} AND user_id = u.id AND revoked_at IS NULL AND expires_at > now())`
    case "Identity":
      return sql`EXISTS (
        SELECT FROM identities WHERE issuer = ${proof.issuer} AND subject = ${proof.subject} AND user_id = u.id)`
  }
}

const granted = (sql: SqlClient.SqlClient, proof: Proof): Statement.Fragment =>
  proof._tag === "ApiKey"
    ? sql`r.context || ':' || p.permission = ANY(SELECT unnest(permissions) FROM api_keys WHERE id = ${proof.id})`
    : sql`TRUE`

interface Row {
  readonly status: "active" | "disabled"
  readonly inForce: boolean
  readonly permissions: ReadonlyArray<string>
}

const refusal = (proof: Proof) => {
  switch (proof._tag) {
    case "ApiKey":
      return new ApiKeyInvalid({})
    case "Session":
      return new TokenInvalid({})
    default:
      return new UserUnknown({})
  }
}

export const ActorsLayer = Layer.succeed(Actors)(Actors.of({
  read: Effect.fnUntraced(function*(sql, { proof, userId }) {
    const [row] = yield* Effect.orDie(
      sql<Row>`
        SELECT u.status, ${inForce(sql, proof)} AS in_force, ARRAY(
          SELECT DISTINCT r.context || ':' || p.permission
          FROM role_assignments a
          JOIN roles r ON r.id = a.role_id
          JOIN role_permissions p ON p.role_id = r.id
          WHERE a.user_id = u.id AND ${granted(sql, proof)}
        ) AS permissions
        FROM users u WHERE u.id = ${userId}`
    )
    if (row === undefined) return yield* new UserUnknown({})
    if (row.status === "disabled") return yield* new UserDisabled({})
    if (!row.inForce) return yield* refusal(proof)
    const apiKeyId = proof._tag === "ApiKey" ? proof.id : null
    return { userId, apiKeyId, permissions: new Set(row.permissions) }
  })
}))
