import { Clock, Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import type { SqlClient } from "effect/sql"
import { createHmac } from "node:crypto"
import type { Unauthenticated } from "../../../kernel/Actors.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import type { FormNotFound } from "../contract/FormProblems.ts"
import type { FormId } from "../contract/FormResponse.ts"
import { FormQueries } from "../form/FormQueries.ts"
import { type FormRow, questionsOf } from "../form/FormRow.ts"
import { FormSecrets, secretName } from "../FormSecrets.ts"
import { makePageTokens } from "../page/PageTokens.ts"
import { sampleAnswers, sampleDelivery } from "./sampleAnswers.ts"

/** A request that this server takes for one of whoever filled in the form. */
export interface Sample {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const json = { "content-type": "application/json", accept: "application/json" }

/** Responses to try a form with, signed as those of a page, or of Typeform, are. */
export class Samples extends Context.Service<Samples, {
  /** Another response each time; for whoever may look after the form's webhook. */
  sample(id: FormId): Effect.Effect<Sample, Unauthenticated | FormNotFound, CurrentCredential>
}>()("cardapio/contexts/onboarding/sample/Samples") {
  static readonly layer = Layer.effect(
    Samples,
    Effect.gen(function*() {
      const sql: SqlClient.SqlClient = yield* Reads
      const { formWithWebhook } = yield* FormQueries
      const { seals } = yield* FormSecrets
      const tokens = yield* makePageTokens

      const ofPage = Effect.fnUntraced(function*(form: FormRow) {
        const token = yield* tokens.make(form.id, form.definitionVersion, "1 minute")
        const answers = sampleAnswers(questionsOf(form))
        const sample: Sample = {
          path: `/forms/${form.slug ?? ""}`,
          headers: json,
          body: JSON.stringify({ token, answers, consent: true })
        }
        return sample
      })

      const ofTypeform = Effect.fnUntraced(function*({ fields, id, typeformId }: FormRow) {
        const [row] = yield* Effect.orDie(
          sql<{ sealedSecret: Uint8Array }>`SELECT sealed_secret FROM forms WHERE id = ${id}`
        )
        if (row === undefined) return yield* Effect.die("a form at Typeform has a secret")
        const secret = yield* Effect.orDie(seals.open(secretName(id), row.sealedSecret))
        const now = new Date(yield* Clock.currentTimeMillis).toISOString()
        const body = JSON.stringify({
          event_id: SecureRandom.uuidV7Unsafe(),
          event_type: "form_response",
          form_response: {
            form_id: typeformId,
            token: SecureRandom.uuidV7Unsafe(),
            landed_at: now,
            submitted_at: now,
            answers: sampleDelivery(fields)
          }
        })
        const signature = `sha256=${createHmac("sha256", secret).update(body).digest("base64")}`
        const sample: Sample = {
          path: `/v1/onboarding/webhooks/typeform/${id}`,
          headers: { ...json, "typeform-signature": signature },
          body
        }
        return sample
      })

      return Samples.of({
        sample: Effect.fn("Samples.sample")(function*(id) {
          const form = yield* formWithWebhook(id)
          return yield* form.provider === "native" ? ofPage(form) : ofTypeform(form)
        })
      })
    })
  )
}
