import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { on } from "../../../kernel/EventWorkers.ts"
import { ResponseApplied } from "../../recipes/contract/RecipesEvents.ts"

/** A response knows the client that it became. */
export const OnResponseApplied = on(
  ResponseApplied,
  "onboarding/OnResponseApplied",
  Effect.fnUntraced(function*({ clientId, responseId }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE form_responses SET client_id = ${clientId} WHERE id = ${responseId}`
  })
)
