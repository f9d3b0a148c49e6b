import { Effect, Exit, Layer, Request, RequestResolver } from "effect"
import type { SqlClient } from "effect/sql"
import { Actors, type Unauthenticated, type User } from "../../kernel/Actors.ts"
import { ApiKeyInvalid, TokenInvalid, UserDisabled, UserUnknown } from "../../kernel/contract/Problems.ts"
import type { Credential, Proof } from "../../kernel/contract/Rights.ts"
import { Reads } from "../../kernel/Database.ts"

interface Row {
  readonly status: "active" | "disabled" | null
  readonly inForce: boolean
  readonly permissions: ReadonlyArray<string>
}

/**
 * A row for each credential, in their order. PostgreSQL expects a hundred of them: it is kept from reading whole tables for that
 * many by subqueries that it looks up one by one.
 */
const rowsOf = (sql: SqlClient.SqlClient, credentials: ReadonlyArray<Credential>) =>
  Effect.orDie(
    sql<Row>`
      SELECT u.status, coalesce(CASE c.proof->>'_tag'
        WHEN 'Operator' THEN TRUE
        WHEN 'Session' THEN (
          SELECT revoked_at IS NULL AND expires_at > now() FROM sessions
          WHERE id = (c.proof->>'id')::uuid AND user_id = u.id)
        WHEN 'ApiKey' THEN (
          SELECT revoked_at IS NULL AND expires_at > now() FROM api_keys
          WHERE id = (c.proof->>'id')::uuid AND user_id = u.id)
        ELSE (
          SELECT TRUE FROM identities
          WHERE issuer = c.proof->>'issuer' AND subject = c.proof->>'subject' AND user_id = u.id)
      END, FALSE) AS in_force, ARRAY(
        SELECT DISTINCT r.context || ':' || p.permission
        FROM role_assignments a
        JOIN roles r ON r.id = a.role_id
        JOIN role_permissions p ON p.role_id = r.id
        WHERE a.user_id = u.id AND (
          c.proof->>'_tag' <> 'ApiKey' OR r.context || ':' || p.permission = ANY(
            SELECT unnest(permissions) FROM api_keys WHERE id = (c.proof->>'id')::uuid))
      ) AS permissions
      FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(credentials)}::jsonb) AS ("userId" uuid, proof jsonb))
        WITH ORDINALITY AS c(user_id, proof, place)
      LEFT JOIN LATERAL (SELECT id, status FROM users WHERE id = c.user_id LIMIT 1) AS u ON TRUE
      ORDER BY c.place`
  )

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

const actorOf = ({ proof, userId }: Credential, row: Row | undefined): Exit.Exit<User, Unauthenticated> => {
  if (row === undefined || row.status === null) return Exit.fail(new UserUnknown({}))
  if (row.status === "disabled") return Exit.fail(new UserDisabled({}))
  if (!row.inForce) return Exit.fail(refusal(proof))
  const apiKeyId = proof._tag === "ApiKey" ? proof.id : null
  return Exit.succeed({ userId, apiKeyId, permissions: new Set(row.permissions) })
}

class Reading extends Request.Class<{ readonly credential: Credential }, User, Unauthenticated> {}

export const ActorsLayer = Layer.effect(
  Actors,
  Effect.map(Reads, (reads) => {
    /** Requests that arrive together share a statement. */
    const readings = RequestResolver.make<Reading>((entries) =>
      Effect.map(rowsOf(reads, entries.map(({ request }) => request.credential)), (rows) => {
        entries.forEach((entry, place) => entry.completeUnsafe(actorOf(entry.request.credential, rows[place])))
      })
    )
    return Actors.of({
      read: (sql, credential) => Effect.flatMap(rowsOf(sql, [credential]), ([row]) => actorOf(credential, row)),
      reading: (credential) => Effect.request(new Reading({ credential }), readings)
    })
  })
)
