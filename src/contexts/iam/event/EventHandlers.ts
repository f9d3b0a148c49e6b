import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { queueName } from "../../../kernel/EventBus.ts"
import type { ReplayEvent } from "../contract/IamCommands.ts"
import { EventNotDead, EventNotFound } from "../contract/StoredEvent.ts"

export const eventHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const handlers: Handlers<ReplayEvent> = {
    "iam/ReplayEvent": Effect.fnUntraced(function*({ id, subscription }) {
      const known = yield* sql`SELECT FROM events WHERE id = ${id}`
      if (known.length === 0) return yield* new EventNotFound({})
      const wanted = subscription === undefined ? sql`TRUE` : sql`element::jsonb->>'subscription' = ${subscription}`
      const replayed = yield* sql<{ subscription: string }>`
        UPDATE effect_queue SET state = 'pending', attempts = 0, acquired_at = NULL, acquired_by = NULL,
          visible_at = now(), updated_at = now()
        WHERE queue_name = ${queueName} AND left(id, 36) = ${id} AND state = 'failed' AND ${wanted}
        RETURNING element::jsonb->>'subscription' AS subscription`
      if (replayed.length === 0) return yield* new EventNotDead({})
      const changedFields = replayed.map((each) => each.subscription).toSorted()
      const change = { target: { type: "event", id }, versionBefore: null, versionAfter: null, changedFields }
      return { answer: replayed.length, change }
    })
  }
  return handlers
})
