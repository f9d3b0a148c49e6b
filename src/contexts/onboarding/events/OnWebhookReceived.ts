import { Effect } from "effect"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { EventBus } from "../../../kernel/EventBus.ts"
import { on } from "../../../kernel/EventWorkers.ts"
import { FormResponseReceived, WebhookReceived } from "../contract/OnboardingEvents.ts"
import { readResponse } from "../response/readResponse.ts"
import { ResponseRepo } from "../response/ResponseRepo.ts"

/** A delivery that was stored is read, and told of once. */
export const OnWebhookReceived = on(
  WebhookReceived,
  "onboarding/OnWebhookReceived",
  Effect.fnUntraced(function*({ formId, responseId }) {
    const row = yield* (yield* ResponseRepo).lock(responseId)
    if (row === undefined || row.status !== "received") return
    yield* readResponse(row)
    const told = new FormResponseReceived({ formId, responseId, ownerId: row.ownerId })
    yield* (yield* EventBus).publish([eventOf(FormResponseReceived, told)], null)
  })
)
