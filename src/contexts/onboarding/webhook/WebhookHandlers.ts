import { Effect } from "effect"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import type { Webhook } from "../contract/Form.ts"
import type { RotateWebhookSecret, SetWebhook, SyncWebhook } from "../contract/FormCommands.ts"
import { FormTransitionNotAllowed } from "../contract/FormProblems.ts"
import { FormRepo } from "../form/FormRepo.ts"
import { type FormRow, webhookOf } from "../form/FormRow.ts"
import { changeOf, desired, formWriter } from "../form/formWriter.ts"

export const webhookHandlers = Effect.gen(function*() {
  const forms = yield* FormRepo
  const { locked, madeSecret, requireWebhook, webhookUrl } = yield* formWriter

  const configured = Effect.fnUntraced(function*(command: Parameters<typeof locked>[0], actor: Actor) {
    const row = yield* locked(command, actor, "configure_typeform_webhooks")
    yield* requireWebhook(row)
    return row
  })

  const told = (row: FormRow, before: number) => {
    const answer = webhookOf(row)
    if (answer === null) return Effect.die("a form at Typeform has a webhook")
    return Effect.succeed({
      answer,
      change: changeOf(row, before, ["webhook"]),
      events: [desired(row.id)]
    })
  }

  const desiredOf = ({ webhookDesired }: FormRow): Webhook["desired"] => webhookDesired ?? "disabled"

  const handlers: Handlers<SetWebhook | SyncWebhook | RotateWebhookSecret> = {
    "onboarding/SetWebhook": Effect.fnUntraced(function*({ enabled, ...command }, actor) {
      const row = yield* configured(command, actor)
      if (row.status === "completed" || (enabled && row.status === "paused")) {
        return yield* new FormTransitionNotAllowed({ detail: `The form is ${row.status}.` })
      }
      return yield* told(yield* forms.desire(row, enabled ? "enabled" : "disabled", webhookUrl(row.id)), row.version)
    }),
    "onboarding/SyncWebhook": Effect.fnUntraced(function*(command, actor) {
      const row = yield* configured(command, actor)
      return yield* told(yield* forms.desire(row, desiredOf(row), webhookUrl(row.id)), row.version)
    }),
    "onboarding/RotateWebhookSecret": Effect.fnUntraced(function*(command, actor) {
      const row = yield* configured(command, actor)
      const secret = yield* madeSecret(row.id)
      return yield* told(yield* forms.desire(row, desiredOf(row), webhookUrl(row.id), secret), row.version)
    })
  }
  return handlers
})
