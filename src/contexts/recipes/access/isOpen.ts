import type { SqlClient, Statement } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { type ManagePermission, manages } from "./visibility.ts"

/** Clients and menus are their author's alone, and of those who manage such things. */
export const isOpen = (
  actor: Actor,
  { authorId }: { readonly authorId: UserId },
  permission: ManagePermission
): boolean => authorId === actor.userId || manages(actor, permission)

/** The condition that a row of `alias` is open to the actor. */
export const openTo = (
  sql: SqlClient.SqlClient,
  actor: Actor,
  alias: string,
  permission: ManagePermission
): Statement.Fragment =>
  manages(actor, permission) ? sql`TRUE` : sql`${sql.literal(`${alias}.author_id`)} = ${actor.userId}`
