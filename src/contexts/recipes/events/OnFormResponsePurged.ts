import { on } from "../../../kernel/EventWorkers.ts"
import { FormResponsePurged } from "../../onboarding/contract/OnboardingEvents.ts"
import { forget } from "../client/suggest.ts"

/** What responses said is kept no longer than they are; what a client took from them is the client's own. */
export const OnFormResponsePurged = on(
  FormResponsePurged,
  "recipes/OnFormResponsePurged",
  ({ responseIds }) => forget(responseIds)
)
