import type { SqlClient, Statement } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { Permission } from "../../iam/contract/Permissions.ts"

export type FormPermission = Extract<
  Permission<"onboarding">,
  | "manage_onboarding_forms"
  | "view_onboarding_responses"
  | "configure_typeform_webhooks"
  | "access_client_data"
  | "manage_field_mappings"
>

/** Whether others' forms are open to the actor for this; to the system they are. */
const reachesAll = (
  { permissions, userId }: Actor,
  ...anyOf: readonly [FormPermission, ...ReadonlyArray<FormPermission>]
): boolean => userId === null || anyOf.some((permission) => permissions.has(`onboarding:${permission}`))

/** Forms are their owner's, and of those who hold one of the permissions. */
export const mayUse = (
  actor: Actor,
  { ownerId }: { readonly ownerId: UserId },
  ...anyOf: readonly [FormPermission, ...ReadonlyArray<FormPermission>]
): boolean => ownerId === actor.userId || reachesAll(actor, ...anyOf)

/** Whose persons are looked for and forgotten; `null`: everybody's. */
export const personsOf = (actor: Actor): UserId | null =>
  reachesAll(actor, "manage_onboarding_forms") && reachesAll(actor, "access_client_data") ? null : actor.userId

/** The condition that a row of `forms f` may be used. */
export const openTo = (
  sql: SqlClient.SqlClient,
  actor: Actor,
  ...anyOf: readonly [FormPermission, ...ReadonlyArray<FormPermission>]
): Statement.Fragment => reachesAll(actor, ...anyOf) ? sql`TRUE` : sql`f.owner_id = ${actor.userId}`
