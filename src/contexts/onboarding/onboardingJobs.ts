import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { type Event, eventOf } from "../../kernel/contract/Event.ts"
import { EventBus } from "../../kernel/EventBus.ts"
import type { Job } from "../../kernel/Scheduler.ts"
import type { FormId } from "./contract/FormResponse.ts"
import { FormResponsePurged } from "./contract/OnboardingEvents.ts"
import { desired } from "./form/formWriter.ts"
import { dueResponses, purgedAtOnce } from "./response/dueResponses.ts"
import { ResponseRepo } from "./response/ResponseRepo.ts"

/** Secrets that are good no more. */
const forgetSecrets = (sql: SqlClient.SqlClient) =>
  sql`UPDATE forms SET sealed_earlier_secrets = '{}', earlier_secrets_until = NULL WHERE earlier_secrets_until < now()`

/** Webhooks that could not be removed with their forms, such as while the token was refused: nobody sees them any more. */
const leftWebhooks = (sql: SqlClient.SqlClient) =>
  sql<{ id: FormId }>`
    UPDATE forms SET webhook_sync = 'pending'
    WHERE status = 'deleted' AND webhook_sync = 'failed' AND updated_at > now() - interval '7 days' RETURNING id`

/** What is to be done now and then for what this context keeps. */
export const onboardingJobs = Effect.gen(function*() {
  const events = yield* EventBus
  const responses = yield* ResponseRepo
  const publish = (told: ReadonlyArray<Event>) =>
    events.publish(told, null).pipe(Effect.catchTags({ PersistedQueueError: Effect.die, SchemaError: Effect.die }))
  const jobs: ReadonlyArray<Job> = [
    {
      name: "onboarding/Purge",
      every: "1 day",
      run: Effect.fnUntraced(function*(sql) {
        const ids = yield* responses.empty(yield* dueResponses(sql, null))
        const [first, ...more] = ids
        if (first !== undefined) {
          yield* publish([eventOf(FormResponsePurged, new FormResponsePurged({ responseIds: [first, ...more] }))])
        }
        return ids.length === purgedAtOnce
      })
    },
    {
      name: "onboarding/RemoveWebhooks",
      every: "1 hour",
      run: Effect.fnUntraced(function*(sql) {
        yield* publish((yield* leftWebhooks(sql)).map(({ id }) => desired(id)))
        return false
      })
    },
    {
      name: "onboarding/ForgetSecrets",
      every: "1 minute",
      run: (sql) => Effect.as(forgetSecrets(sql), false)
    }
  ]
  return jobs
})
