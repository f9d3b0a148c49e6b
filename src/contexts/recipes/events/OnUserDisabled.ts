import { on } from "../../../kernel/EventWorkers.ts"
import { UserDisabled } from "../../iam/contract/IamEvents.ts"
import { setAuthorState } from "../access/setAuthorState.ts"

/** What a user has who may do nothing any more shows it to those who manage such things. */ export const OnUserDisabled =
  on(
    UserDisabled,
    "recipes/OnUserDisabled",
    ({ userId }, eventId) => setAuthorState(userId, true, eventId)
  )
