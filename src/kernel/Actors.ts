import { Context, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import {
  type ApiKeyInvalid,
  NotForApiKeys,
  PermissionMissing,
  type TokenInvalid,
  type UserDisabled,
  type UserUnknown
} from "./contract/Problems.ts"
import {
  type ApiKeyId,
  type ContextName,
  contexts,
  type Credential,
  CurrentCredential,
  type Policy,
  type UserId
} from "./contract/Rights.ts"

/** Who is asking, with the rights that the database gives at this moment. */
export interface Actor {
  /** `null` where the system itself acts. */
  readonly userId: UserId | null
  /** The key that was sent instead of a token. */
  readonly apiKeyId: ApiKeyId | null
  /** `<context>:<permission>` */
  readonly permissions: ReadonlySet<string>
}

/** A signed-in caller. */
export interface User extends Actor {
  readonly userId: UserId
}

/** Who executes the command of a reaction or a background job. Nothing is refused to it. */
export const system: Actor = { userId: null, apiKeyId: null, permissions: new Set() }

/** The user is not there or disabled, or the credential is no longer in force. */
export type Unauthenticated = UserUnknown | UserDisabled | TokenInvalid | ApiKeyInvalid

/** Reads whether a credential is in force, and its user's status and rights, by one indexed statement; nothing is cached. */
export class Actors extends Context.Service<Actors, {
  /** Inside a command's transaction. */
  read(sql: SqlClient.SqlClient, credential: Credential): Effect.Effect<User, Unauthenticated>
  /** For a query: those that ask at the same moment are read together. */
  reading(credential: Credential): Effect.Effect<User, Unauthenticated>
}>()("cardapio/kernel/Actors") {}

export const requirePermission = (
  actor: Actor,
  context: ContextName,
  permission: string
): Effect.Effect<void, PermissionMissing> =>
  actor.permissions.has(`${context}:${permission}`) ? Effect.void : Effect.fail(
    new PermissionMissing({ context, permission, detail: `This needs the permission ${permission} of ${context}.` })
  )

/** The contexts in which a permission is held; with that of iam, all of them. */
export const contextsWith = (actor: Actor, permission: string): ReadonlyArray<ContextName> => {
  const own = contexts.filter((context) => actor.permissions.has(`${context}:${permission}`))
  return own.includes("iam") ? contexts : own
}

/** Whether a command may be executed at all; its handler may want more. */
export const requirePolicy = (
  actor: Actor,
  context: ContextName,
  policy: Policy
): Effect.Effect<void, PermissionMissing | NotForApiKeys> => {
  if (policy === null) return Effect.die("only the system executes this")
  const { apiKeys, permission } = typeof policy === "string" ? { permission: policy, apiKeys: true } : policy
  if (!apiKeys && actor.apiKeyId !== null) return Effect.fail(new NotForApiKeys({}))
  return permission === null ? Effect.void : requirePermission(actor, context, permission)
}

/** What a query does first: the caller's status and rights. Any valid credential may read. */
export const readingActor = Effect.map(Actors, (actors) => Effect.flatMap(CurrentCredential, actors.reading))

/**
 * Reads while it is asked who is asking, in one round trip: for what costs next to nothing. A caller who is not in force gets
 * nothing of it.
 */
export const alongside = <A, B, E, E2, R, R2>(
  actor: Effect.Effect<A, E, R>,
  read: Effect.Effect<B, E2, R2>
): Effect.Effect<B, E | E2, R | R2> =>
  Effect.flatMap(
    // Neither is interrupted by the other's failure: their connection goes on to serve others.
    Effect.all([Effect.exit(actor), Effect.exit(read)], { concurrency: "unbounded" }),
    ([asked, found]) => Effect.andThen(asked, found)
  )
