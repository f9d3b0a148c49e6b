import { Duration, Effect, Random } from "effect"
import { SqlClient } from "effect/sql"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { EventBus } from "../../../kernel/EventBus.ts"
import { metrics } from "../../../kernel/Metrics.ts"
import { Settings } from "../../../kernel/Settings.ts"
import type { Webhook } from "../contract/Form.ts"
import type { FormId } from "../contract/FormResponse.ts"
import { FormWebhookApplied, FormWebhookDesired, FormWebhookFailed } from "../contract/OnboardingEvents.ts"
import { FormSecrets, secretName } from "../FormSecrets.ts"
import { Typeform, type TypeformFault } from "./Typeform.ts"

interface Wanted {
  readonly typeformId: string
  readonly url: string | null
  readonly desired: Webhook["desired"]
  readonly sync: Webhook["sync"]
  readonly generation: number
  readonly sealedSecret: Uint8Array
  /** Deleted, and set up again as another form: the webhook is that form's now. */
  readonly succeeded: boolean
}

/** With growing delays this is more than an hour. */
const mostAttempts = 20

const errorOf: Readonly<Record<TypeformFault["why"], string>> = {
  unauthorized: "typeform_unauthorized",
  refused: "typeform_refused",
  missing: "typeform_form_not_found",
  busy: "typeform_busy",
  unavailable: "typeform_unavailable",
  limited: "typeform_busy",
  open: "typeform_unavailable"
}

// What never was cannot be seen to grow.
for (const error of new Set(Object.values(errorOf))) metrics.webhookFailures({ error }, 0)

/** 1 s, 2 s, 4 s … 5 min, jittered. */
const backoff = (attempt: number) =>
  Effect.map(Random.nextBetween(0.8, 1.2), (jitter) => Duration.seconds(Math.min(300, 2 ** attempt * jitter)))

/** While Typeform is left alone: a start with another token is soon noticed. */
const lookAgain = Duration.minutes(1)

/**
 * Makes Typeform equal to what the form's row says, and notes that it is, if the row still says so. PUT and DELETE may be done
 * twice: whatever dies on the way is simply done again.
 */
export const syncWebhook = Effect.fnUntraced(function*(formId: FormId, attempt: number) {
  const sql = yield* SqlClient.SqlClient
  const events = yield* EventBus
  const typeform = yield* Typeform
  const { seals } = yield* FormSecrets
  const { secretOverlap } = yield* Settings

  const later = (next: number, delay: Duration.Duration) =>
    events.publish([eventOf(FormWebhookDesired, new FormWebhookDesired({ formId, attempt: next }))], null, { delay })

  // Forms that have a Typeform id one after the other have one webhook there.
  const [lock] = yield* sql<{ mine: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtextextended('webhook ' || typeform_id, 0)) AS mine
    FROM forms WHERE id = ${formId} AND provider = 'typeform'`
  if (lock === undefined) return
  if (!lock.mine) return yield* later(attempt, Duration.seconds(1))
  const [wanted] = yield* sql<Wanted>`
    SELECT f.typeform_id, f.webhook_url AS url, f.webhook_desired AS desired, f.webhook_sync AS sync,
      f.webhook_generation AS generation, f.sealed_secret, f.status = 'deleted' AND EXISTS (
        SELECT FROM forms o WHERE o.typeform_id = f.typeform_id AND o.status <> 'deleted') AS succeeded
    FROM forms f WHERE f.id = ${formId}`
  if (wanted === undefined || wanted.sync !== "pending") return
  const { desired, generation, sealedSecret, succeeded, typeformId, url } = wanted

  const applied = Effect.gen(function*() {
    const rows = yield* sql`
      UPDATE forms SET webhook_sync = 'applied', webhook_error = NULL,
        earlier_secrets_until = CASE WHEN cardinality(sealed_earlier_secrets) > 0
          THEN coalesce(earlier_secrets_until, now() + ${
      Duration.toMillis(secretOverlap)
    } * interval '1 millisecond') END
      WHERE id = ${formId} AND webhook_generation = ${generation} RETURNING id`
    if (rows.length === 0) return
    yield* events.publish([eventOf(FormWebhookApplied, new FormWebhookApplied({ formId, desired }))], null)
  })

  const noted = (sync: Webhook["sync"], error: string) =>
    sql`
      UPDATE forms SET webhook_sync = ${sync}, webhook_error = ${error}
      WHERE id = ${formId} AND webhook_generation = ${generation} RETURNING id`

  const failed = Effect.fnUntraced(function*(error: string) {
    const rows = yield* noted("failed", error)
    if (rows.length === 0) return
    yield* sql.afterCommit(Effect.sync(() => metrics.webhookFailures({ error }, 1)))
    yield* events.publish([eventOf(FormWebhookFailed, new FormWebhookFailed({ formId, error }))], null)
  })

  const put = Effect.gen(function*() {
    if (succeeded) return yield* applied
    if (!typeform.isConfigured || url === null) return yield* failed("typeform_not_configured")
    if (desired === "absent") yield* typeform.deleteWebhook(typeformId)
    else {
      const secret = yield* Effect.orDie(seals.open(secretName(formId), sealedSecret))
      yield* typeform.putWebhook(typeformId, { url, enabled: desired === "enabled", secret })
    }
    yield* applied
  })

  yield* Effect.catchTag(
    put,
    "TypeformFault",
    Effect.fnUntraced(function*({ wait, why }) {
      const error = errorOf[why]
      if (why === "unauthorized" || why === "refused" || why === "missing") return yield* failed(error)
      if (why === "limited" || why === "open") {
        return yield* later(attempt, Duration.min(wait ?? Duration.seconds(1), lookAgain))
      }
      if (attempt + 1 >= mostAttempts) return yield* failed(error)
      yield* noted("pending", error)
      yield* later(attempt + 1, wait ?? (yield* backoff(attempt)))
    })
  )
})
