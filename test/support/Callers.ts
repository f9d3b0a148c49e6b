import { Duration, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { UserId } from "../../src/kernel/contract/Rights.ts"
import { clientOf } from "./TestServer.ts"

/** A new user who has these built-in roles, with a token and a client that sends it. */
export const callerWith = Effect.fnUntraced(function*(
  ...roles: ReadonlyArray<readonly [context: string, role: string]>
) {
  const sql = yield* SqlClient.SqlClient
  const id = UserId.make(SecureRandom.uuidV7Unsafe())
  yield* sql`INSERT INTO users (id, email, name) VALUES (${id}, ${`${id}@example.org`}, 'A caller')`
  for (const [context, role] of roles) {
    yield* sql`
      INSERT INTO role_assignments SELECT ${id}, id FROM roles WHERE context = ${context} AND name = ${role}`
  }
  const token = yield* (yield* AccessTokens).issue(id, Duration.minutes(15))
  return { id, token, client: yield* clientOf(token) }
})
