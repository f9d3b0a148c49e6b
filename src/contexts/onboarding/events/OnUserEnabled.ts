import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { on } from "../../../kernel/EventWorkers.ts"
import { UserEnabled } from "../../iam/contract/IamEvents.ts"

export const OnUserEnabled = on(
  UserEnabled,
  "onboarding/OnUserEnabled",
  Effect.fnUntraced(function*({ userId }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE forms SET owner_disabled = false WHERE owner_id = ${userId}`
  })
)
