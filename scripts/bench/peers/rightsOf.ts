import * as statements from "./productStatements.ts"
import type { Query } from "./Query.ts"
import { Refused } from "./Refused.ts"

type Row = { readonly status: "active" | "disabled"; readonly permissions: ReadonlyArray<string> }

/** The rights that the database gives a caller at this moment. */
export const rightsOf = async (query: Query, userId: string) => {
  const [row] = await query<Row>(statements.rights, [userId])
  if (row === undefined) throw new Refused(403, "user_unknown")
  if (row.status === "disabled") throw new Refused(403, "user_disabled")
  return row.permissions
}
