import { on } from "../../../kernel/EventWorkers.ts"
import { UserEnabled } from "../../iam/contract/IamEvents.ts"
import { setAuthorState } from "../access/setAuthorState.ts"

export const OnUserEnabled = on(
  UserEnabled,
  "recipes/OnUserEnabled",
  ({ userId }, eventId) => setAuthorState(userId, false, eventId)
)
