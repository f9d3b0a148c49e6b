import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { queueName } from "./EventBus.ts"

interface QueueState {
  /** Deliveries that wait or run. */
  readonly pending: number
  /** Those that failed for the last time. */
  readonly dead: number
  /** How long the oldest one that is due has waited, in seconds. */
  readonly lagSeconds: number
}

const empty: QueueState = { pending: 0, dead: 0, lagSeconds: 0 }

/** How the delivery of events stands, by one indexed statement. */
export const queueState = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<QueueState>`
      SELECT
        (SELECT count(*)::integer FROM effect_queue WHERE queue_name = ${queueName} AND state = 'pending') AS pending,
        (SELECT count(*)::integer FROM effect_queue WHERE queue_name = ${queueName} AND state = 'failed') AS dead,
        coalesce((SELECT extract(epoch FROM now() - min(visible_at))::float8 FROM effect_queue
          WHERE queue_name = ${queueName} AND state = 'pending' AND visible_at <= now()), 0) AS lag_seconds`,
    ([row]) => row ?? empty
  )
