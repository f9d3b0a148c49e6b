import { Effect } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import { PermissionMissing } from "../../../kernel/contract/Problems.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { Permission } from "../../iam/contract/Permissions.ts"

interface Owned {
  readonly authorId: UserId
  readonly privacy: "private" | "public"
  readonly discardedAt: Date | null
}

export type ManagePermission = Extract<Permission<"recipes">, `manage_${string}`>

/** Whether all things of a kind are open to the actor; to the system they are. */
export const manages = ({ permissions, userId }: Actor, permission: ManagePermission): boolean =>
  userId === null || permissions.has(`recipes:${permission}`)

/** Its author's, or of those who manage such things, also once it is discarded; till then, where it is public, anyone's. */
export const isVisible = (
  actor: Actor,
  { authorId, discardedAt, privacy }: Owned,
  permission: ManagePermission
): boolean => (privacy === "public" && discardedAt === null) || authorId === actor.userId || manages(actor, permission)

/** 403 where the actor sees it and may not change it. */
export const requireAuthor = (
  actor: Actor,
  { authorId }: Pick<Owned, "authorId">,
  permission: ManagePermission
): Effect.Effect<void, PermissionMissing> =>
  authorId === actor.userId || manages(actor, permission) ? Effect.void : Effect.fail(
    new PermissionMissing({ context: "recipes", permission, detail: `It is another's: this needs ${permission}.` })
  )

/** The condition that a row of `alias` is visible. */
export const visibleTo = (
  sql: SqlClient.SqlClient,
  actor: Actor,
  alias: string,
  permission: ManagePermission
): Statement.Fragment =>
  manages(actor, permission)
    ? sql`TRUE`
    : sql`(${sql.literal(`${alias}.privacy`)} = 'public' OR ${sql.literal(`${alias}.author_id`)} = ${actor.userId})`
