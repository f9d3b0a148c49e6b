import { on } from "../../../kernel/EventWorkers.ts"
import { FormResponseReceived } from "../../onboarding/contract/OnboardingEvents.ts"
import { suggest } from "../client/suggest.ts"

/** Whoever owns the form is told who it may be. */
export const OnFormResponseReceived = on(
  FormResponseReceived,
  "recipes/OnFormResponseReceived",
  ({ responseId }) => suggest(responseId)
)
