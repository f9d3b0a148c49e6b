import { Context, type Effect } from "effect"
import type { UserId } from "../../../kernel/contract/Rights.ts"

/** What other contexts may ask about users while they read. */
export class UserLookup extends Context.Service<UserLookup, {
  /** Names by id, one statement for any number; an erased user has none. */
  names(ids: ReadonlyArray<UserId>): Effect.Effect<ReadonlyMap<UserId, string | null>>
}>()("cardapio/contexts/iam/contract/UserLookup") {}
