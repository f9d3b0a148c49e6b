import { Effect } from "effect"
import type { Actor } from "../../../kernel/Actors.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"

/** Whoever makes a thing is its author; the system makes none. */
export const ownerOf = ({ userId }: Actor): Effect.Effect<UserId> =>
  userId === null ? Effect.die("a user has to make it") : Effect.succeed(userId)
