import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { on } from "../../../kernel/EventWorkers.ts"
import { UserDisabled } from "../../iam/contract/IamEvents.ts"

/** The forms of one who may do nothing any more show it. */
export const OnUserDisabled = on(
  UserDisabled,
  "onboarding/OnUserDisabled",
  Effect.fnUntraced(function*({ userId }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE forms SET owner_disabled = true WHERE owner_id = ${userId}`
  })
)
