import { Effect } from "effect"
import type { Job } from "../../kernel/Scheduler.ts"
import { Sealing } from "../../kernel/Sealing.ts"
import { rotateKeys } from "./key/SigningKeys.ts"

const atMost = 5000

/** Logins that ended a month ago, answers that are given no more, and what belongs to attempts that count no more. */
const purge: Job = {
  name: "iam/Purge",
  every: "1 hour",
  run: (sql) =>
    Effect.gen(function*() {
      const sessions = yield* sql`
        DELETE FROM sessions WHERE id = ANY(ARRAY(
          SELECT id FROM sessions WHERE least(expires_at, revoked_at) < now() - interval '30 days' LIMIT ${atMost}))
        RETURNING 1`
      const throttles = yield* sql`
        DELETE FROM login_throttles WHERE subject = ANY(ARRAY(
          SELECT subject FROM login_throttles
          WHERE attempts[cardinality(attempts)] < now() - interval '1 day' AND coalesce(blocked_until < now(), true)
          LIMIT ${atMost}))
        RETURNING 1`
      const answers = yield* sql`
        UPDATE refresh_tokens SET sealed_answer = NULL WHERE token_hash = ANY(ARRAY(
          SELECT token_hash FROM refresh_tokens
          WHERE sealed_answer IS NOT NULL AND used_at < now() - interval '10 seconds' LIMIT ${atMost}))
        RETURNING 1`
      yield* sql`DELETE FROM reset_codes WHERE expires_at < now()`
      return [sessions, throttles, answers].some(({ length }) => length === atMost)
    })
}

/** What is to be done now and then for logins and keys. */
export const iamJobs = Effect.map(Sealing, (sealing): ReadonlyArray<Job> => [
  purge,
  { name: "iam/RotateKeys", every: "1 minute", run: (sql) => Effect.as(rotateKeys(sql, sealing), false) }
])
