import { Effect, Layer } from "effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { RateLimit } from "../../kernel/RateLimit.ts"
import { OnboardingApi } from "./contract/OnboardingApi.ts"
import { ReceiveWebhook } from "./contract/ResponseCommands.ts"
import { Onboarding } from "./Onboarding.ts"

export const WebhooksHttp = HttpApiBuilder.group(
  OnboardingApi,
  "webhooks",
  Effect.fn(function*(handlers) {
    const onboarding = yield* Onboarding
    const rates = yield* RateLimit

    return handlers.handleAll({
      receive: Effect.fnUntraced(function*({ headers, params: { formId }, payload }) {
        const verified = yield* onboarding.verify(formId, headers["typeform-signature"], payload).pipe(
          // Whoever cannot sign counts as his address, and uses up nothing of the form's.
          Effect.tapError(({ _tag }) =>
            _tag === "SignatureInvalid" || _tag === "FormNotFound" ? rates.consume(undefined) : Effect.void
          )
        )
        yield* rates.consume(`form ${formId}`)
        if (verified._tag === "Ignored") return { ignored: true as const }
        const { duplicate } = yield* onboarding.executeAsSystem(
          new ReceiveWebhook({ formId, delivery: verified.delivery })
        )
        return duplicate ? { duplicate } : {}
      })
    })
  })
).pipe(Layer.provide(Onboarding.layer))
