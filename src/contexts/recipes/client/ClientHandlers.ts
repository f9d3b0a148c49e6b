import { Effect } from "effect"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { ownerOf } from "../access/ownerOf.ts"
import { requireRestorable } from "../access/restorable.ts"
import type { ClientCommand } from "../contract/ClientCommands.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import { ClientDiscarded, ClientRestored } from "../contract/RecipesEvents.ts"
import { patched } from "./clientDocument.ts"
import { clientFieldsOf } from "./clientFields.ts"
import { ClientRepo } from "./ClientRepo.ts"
import { toClient } from "./ClientRow.ts"
import { changeOf, clientWriter, named } from "./clientWriter.ts"

export const clientHandlers = Effect.gen(function*() {
  const clients = yield* ClientRepo
  const { created, live, locked, updated } = yield* clientWriter

  const handlers: Handlers<ClientCommand> = {
    "recipes/CreateClient": Effect.fnUntraced(function*({ input }, actor) {
      const { row, ...made } = yield* created(yield* ownerOf(actor), clientFieldsOf(input), Object.keys(input))
      return { answer: toClient(row), ...made }
    }),

    "recipes/UpdateClient": Effect.fnUntraced(function*({ id, ifMatch, patch }, actor) {
      const row = yield* live(id, actor, ifMatch)
      return yield* updated(row, clientFieldsOf(yield* patched(row, patch), { before: row.contact }))
    }),

    "recipes/DiscardClient": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt !== null) return yield* new ClientNotFound({ detail: "It is discarded already." })
      const discarded = yield* clients.setDiscarded(row, true)
      const events = [eventOf(ClientDiscarded, new ClientDiscarded({ items: [named(discarded)] }))]
      return { answer: undefined, change: changeOf(discarded, row.version, ["discarded"]), events }
    }),

    "recipes/RestoreClient": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt === null) return { answer: toClient(row) }
      yield* requireRestorable(row.discardedAt)
      const restored = yield* clients.setDiscarded(row, false)
      const events = [eventOf(ClientRestored, new ClientRestored({ items: [named(restored)] }))]
      return { answer: toClient(restored), change: changeOf(restored, row.version, ["discarded"]), events }
    })
  }
  return handlers
})
