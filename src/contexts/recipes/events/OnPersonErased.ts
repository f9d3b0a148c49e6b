import { on } from "../../../kernel/EventWorkers.ts"
import { PersonErased } from "../../onboarding/contract/OnboardingEvents.ts"
import { forget } from "../client/suggest.ts"

/** What the responses told is forgotten here, too. */
export const OnPersonErased = on(PersonErased, "recipes/OnPersonErased", ({ responseIds }) => forget(responseIds))
