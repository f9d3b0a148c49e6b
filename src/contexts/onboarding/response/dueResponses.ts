import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ResponseId } from "../contract/FormResponse.ts"

/** So many are forgotten in one transaction. */
export const purgedAtOnce = 1000

/** The responses that are older than their forms keep them: to the forms of a user, or to all. */
export const dueResponses = (sql: SqlClient.SqlClient, owner: UserId | null) =>
  Effect.map(
    sql<{ id: ResponseId }>`
      SELECT r.id FROM forms f JOIN form_responses r ON r.form_id = f.id
      WHERE r.status <> 'purged' AND r.received_at < now() - f.retention_days * interval '1 day'
        AND (${owner}::uuid IS NULL OR f.owner_id = ${owner})
      ORDER BY r.id LIMIT ${purgedAtOnce} FOR UPDATE OF r SKIP LOCKED`,
    (rows) => rows.map(({ id }) => id)
  )
