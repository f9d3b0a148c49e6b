import { Layer } from "effect"
import type { SqlClient } from "effect/sql"
import type { EventBus } from "../../kernel/EventBus.ts"
import type { Subscription } from "../../kernel/EventWorkers.ts"
import type { Settings } from "../../kernel/Settings.ts"
import { OnFormWebhookDesired } from "./events/OnFormWebhookDesired.ts"
import { OnResponseApplied } from "./events/OnResponseApplied.ts"
import { OnUserDisabled } from "./events/OnUserDisabled.ts"
import { OnUserEnabled } from "./events/OnUserEnabled.ts"
import { OnWebhookReceived } from "./events/OnWebhookReceived.ts"
import { FormSecrets } from "./FormSecrets.ts"
import { ResponseRepo } from "./response/ResponseRepo.ts"
import { Typeform } from "./webhook/Typeform.ts"

/** What the reactions of this context write through, over the pool of events. */
export const OnboardingReactionServices = Layer.merge(ResponseRepo.layer, FormSecrets.layer)

/** What they ask others through: not over the pool of events. */
export const OnboardingProviders = Typeform.layer

type Own = Layer.Success<typeof OnboardingReactionServices> | Layer.Success<typeof OnboardingProviders>

/** What this context reacts to. */
export const onboardingSubscribers: ReadonlyArray<Subscription<SqlClient.SqlClient | EventBus | Settings | Own>> = [
  OnFormWebhookDesired,
  OnWebhookReceived,
  OnResponseApplied,
  OnUserDisabled,
  OnUserEnabled
]
