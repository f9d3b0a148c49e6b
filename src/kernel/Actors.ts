import { Context, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { PermissionMissing, type UserDisabled, type UserUnknown } from "./contract/Problems.ts"
import { type ContextName, type Credential, CurrentCredential, type UserId } from "./contract/Rights.ts"
import { Reads } from "./Database.ts"

/** Who is asking, with the rights that the database gives at this moment. */
export interface Actor {
  /** `null` where the system itself acts. */
  readonly userId: UserId | null
  /** `<context>:<permission>` */
  readonly permissions: ReadonlySet<string>
}

/** A signed-in caller. */
export interface User extends Actor {
  readonly userId: UserId
}

/** Who executes the command of a reaction or a background job. Nothing is refused to it. */
export const system: Actor = { userId: null, permissions: new Set() }

/** Reads status and rights of a credential's user by one indexed statement; nothing is cached. */
export class Actors extends Context.Service<Actors, {
  read(sql: SqlClient.SqlClient, credential: Credential): Effect.Effect<User, UserUnknown | UserDisabled>
}>()("cardapio/kernel/Actors") {}

export const requirePermission = (
  actor: Actor,
  context: ContextName,
  permission: string
): Effect.Effect<void, PermissionMissing> =>
  actor.permissions.has(`${context}:${permission}`) ? Effect.void : Effect.fail(
    new PermissionMissing({ context, permission, detail: `This needs the permission ${permission} of ${context}.` })
  )

/** What a query does first: the caller's status and rights. Any valid credential may read. */
export const readingActor = Effect.gen(function*() {
  const actors = yield* Actors
  const reads = yield* Reads
  return Effect.flatMap(CurrentCredential, (credential) => actors.read(reads, credential))
})
