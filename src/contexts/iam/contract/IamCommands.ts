import { Request } from "effect"
import { inPerson } from "../../../kernel/contract/Rights.ts"
import type { ApiKeyCommand } from "./ApiKeys.ts"
import { type PasswordCommand, passwordPermissions } from "./LoginCommands.ts"
import type { PolicyOf } from "./Permissions.ts"
import { type RoleCommand, rolePermissions } from "./RoleCommands.ts"
import type { EventId, EventNotDead, EventNotFound } from "./StoredEvent.ts"
import { type UserCommand, userPermissions } from "./UserCommands.ts"

/** Offers the dead deliveries of an event again, with all their attempts. Answers how many. */
export class ReplayEvent extends Request.TaggedClass("iam/ReplayEvent")<
  { readonly id: EventId; readonly subscription: string | undefined },
  number,
  EventNotFound | EventNotDead
> {}

export type IamCommand = ReplayEvent | ApiKeyCommand | UserCommand | RoleCommand | PasswordCommand

/** What each command needs, in the context iam. */
export const iamPermissions = {
  ...userPermissions,
  ...rolePermissions,
  ...passwordPermissions,
  "iam/ReplayEvent": "access_developer_tools",
  "iam/CreateApiKey": inPerson(null),
  "iam/RevokeApiKey": inPerson(null)
} as const satisfies Record<IamCommand["_tag"], PolicyOf<"iam">>
