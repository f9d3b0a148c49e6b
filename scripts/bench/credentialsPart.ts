import { Effect } from "effect"
import { freshDatabase } from "./BenchDatabase.ts"
import { runScript } from "./runScript.ts"

/** 95th percentiles, ms. */
export interface CredentialsResult {
  /** One of our tokens that was not seen before. */
  readonly verified: number
  /** The same with status and rights from the database, at 200 a second. */
  readonly authenticated: number
  /** A page of 50 of 10,000 users, by a part of their names, with its total. */
  readonly users: number
}

/** What each request does before its own work, and users looked for. */
export const credentialsPart = Effect.gen(function*() {
  const { environment } = yield* freshDatabase("credentials")
  return yield* runScript<CredentialsResult>("credentials-run.ts", environment)
}).pipe(Effect.scoped)
