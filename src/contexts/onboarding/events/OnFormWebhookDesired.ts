import { on } from "../../../kernel/EventWorkers.ts"
import { FormWebhookDesired } from "../contract/OnboardingEvents.ts"
import { syncWebhook } from "../webhook/syncWebhook.ts"

/** Typeform is made equal to what the form's row says. */
export const OnFormWebhookDesired = on(
  FormWebhookDesired,
  "onboarding/OnFormWebhookDesired",
  ({ attempt = 0, formId }) => syncWebhook(formId, attempt)
)
