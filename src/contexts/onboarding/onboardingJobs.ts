import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { eventOf } from "../../kernel/contract/Event.ts"
import { EventBus } from "../../kernel/EventBus.ts"
import type { Job } from "../../kernel/Scheduler.ts"
import { FormResponsePurged } from "./contract/OnboardingEvents.ts"
import { dueResponses, purgedAtOnce } from "./response/dueResponses.ts"
import { ResponseRepo } from "./response/ResponseRepo.ts"

/** Secrets that are good no more. */
const forgetSecrets = (sql: SqlClient.SqlClient) =>
  sql`UPDATE forms SET sealed_earlier_secrets = '{}', earlier_secrets_until = NULL WHERE earlier_secrets_until < now()`

/** What is to be done now and then for what this context keeps. */
export const onboardingJobs = Effect.gen(function*() {
  const events = yield* EventBus
  const responses = yield* ResponseRepo
  const jobs: ReadonlyArray<Job> = [
    {
      name: "onboarding/Purge",
      every: "1 day",
      run: Effect.fnUntraced(function*(sql) {
        const ids = yield* responses.empty(yield* dueResponses(sql, null))
        const [first, ...more] = ids
        if (first !== undefined) {
          const told = new FormResponsePurged({ responseIds: [first, ...more] })
          yield* events.publish([eventOf(FormResponsePurged, told)], null).pipe(
            Effect.catchTags({ PersistedQueueError: Effect.die, SchemaError: Effect.die })
          )
        }
        return ids.length === purgedAtOnce
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
