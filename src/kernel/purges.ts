import { Effect } from "effect"
import { queueName } from "./EventBus.ts"
import type { Job } from "./Scheduler.ts"

const atMost = 5000

/** Done deliveries, what tells their repetition, and kept answers go after 7 days, counts of rate limits once they count no more; dead letters never. */
export const purges: Job = {
  name: "kernel/Purge",
  every: "1 hour",
  run: (sql) =>
    Effect.gen(function*() {
      const done = yield* sql`
        DELETE FROM effect_queue WHERE sequence IN (
          SELECT sequence FROM effect_queue WHERE state = 'completed' AND updated_at < now() - interval '7 days'
          LIMIT ${atMost} FOR UPDATE SKIP LOCKED)
        RETURNING 1`
      // Never before its element, whose repetition would act twice.
      const inbox = yield* sql`
        DELETE FROM event_inbox WHERE ctid = ANY(ARRAY(
          SELECT i.ctid FROM event_inbox i
          WHERE i.handled_at < now() - interval '7 days' AND NOT EXISTS (
            SELECT FROM effect_queue q WHERE q.queue_name = ${queueName} AND q.id = i.event_id::text || '/' || i.subscription)
          LIMIT ${atMost}))
        RETURNING 1`
      const keys = yield* sql`
        DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
          SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '7 days' LIMIT ${atMost}))
        RETURNING 1`
      const limits = yield* sql`
        DELETE FROM rate_limits WHERE key = ANY(ARRAY(
          SELECT key FROM rate_limits WHERE expires_at < now() LIMIT ${atMost} FOR UPDATE SKIP LOCKED))
        RETURNING 1`
      return [done, inbox, keys, limits].some(({ length }) => length === atMost)
    })
}
