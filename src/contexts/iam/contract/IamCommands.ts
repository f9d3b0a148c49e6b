import { Request } from "effect"
import type { PolicyOf } from "./Permissions.ts"
import type { EventId, EventNotDead, EventNotFound } from "./StoredEvent.ts"

/** Offers the dead deliveries of an event again, with all their attempts. Answers how many. */
export class ReplayEvent extends Request.TaggedClass("iam/ReplayEvent")<
  { readonly id: EventId; readonly subscription: string | undefined },
  number,
  EventNotFound | EventNotDead
> {}

export type IamCommand = ReplayEvent

/** What each command needs, in the context iam. */
export const iamPermissions = {
  "iam/ReplayEvent": "access_developer_tools"
} as const satisfies Record<IamCommand["_tag"], PolicyOf<"iam">>
