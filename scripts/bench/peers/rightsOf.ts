import * as statements from "./productStatements.ts"
import type { Query } from "./Query.ts"
import { Refused } from "./Refused.ts"
import type { Caller } from "./tokenVerifier.ts"

type Row = {
  readonly status: "active" | "disabled"
  readonly in_force: boolean
  readonly permissions: ReadonlyArray<string>
}

/** The rights that the database gives a caller at this moment. */
export const rightsOf = async (query: Query, { sessionId, userId }: Caller) => {
  const [row] = await query<Row>(statements.rights, [userId, sessionId])
  if (row === undefined) throw new Refused(403, "user_unknown")
  if (row.status === "disabled") throw new Refused(403, "user_disabled")
  if (!row.in_force) throw new Refused(401, "token_invalid")
  return row.permissions
}
