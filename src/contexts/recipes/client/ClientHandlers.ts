import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { isOpen } from "../access/isOpen.ts"
import { ownerOf } from "../access/ownerOf.ts"
import { requireRestorable } from "../access/restorable.ts"
import { ClientId } from "../contract/Client.ts"
import type { ClientCommand } from "../contract/ClientCommands.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import { ProductUnknown } from "../contract/RecipeProblems.ts"
import { ClientChanged, ClientCreated, ClientDiscarded, ClientRestored } from "../contract/RecipesEvents.ts"
import { setTags } from "../tag/TagUses.ts"
import { patched } from "./clientDocument.ts"
import { clientFieldNames, type ClientFields, clientFieldsOf } from "./clientFields.ts"
import { ClientRepo } from "./ClientRepo.ts"
import { type ClientRow, toClient } from "./ClientRow.ts"

const changeOf = (
  { id, version }: Pick<ClientRow, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "client", id }, versionBefore, versionAfter: version, changedFields })

const named = ({ authorId, id, name }: ClientRow) => ({ id, authorId, name })

export const clientHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const clients = yield* ClientRepo
  const products = yield* ProductLookup

  const locked = Effect.fnUntraced(function*(id: ClientId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* clients.lock(id)
    if (row === undefined || !isOpen(actor, row, "manage_clients")) return yield* new ClientNotFound({})
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  /** What is new among the disliked products has to be there; what was there may be gone by now. */
  const requireProducts = Effect.fnUntraced(
    function*({ restrictions }: ClientFields, before: ReadonlyArray<ProductId>) {
      const ids = restrictions.dislikedProductIds
      const facts = yield* products.facts(ids.filter((id) => !before.includes(id)))
      const errors = ids.flatMap((id, index) =>
        before.includes(id) || facts.get(id)?.discarded === false
          ? []
          : [{ pointer: `/restrictions/dislikedProductIds/${index}`, detail: "is the id of no live product" }]
      )
      if (errors.length > 0) return yield* new ProductUnknown({ errors })
    }
  )

  const handlers: Handlers<ClientCommand> = {
    "recipes/CreateClient": Effect.fnUntraced(function*({ input }, actor) {
      const author = yield* ownerOf(actor)
      const fields = clientFieldsOf(input)
      yield* requireProducts(fields, [])
      const id = ClientId.make(SecureRandom.uuidV7Unsafe())
      const row = { ...yield* clients.insert(id, author, fields), tags: fields.tags }
      if (fields.tags.length > 0) yield* setTags(sql, "client", [{ id, authorId: author, tags: fields.tags }])
      const events = [eventOf(ClientCreated, new ClientCreated({ items: [named(row)] }))]
      return { answer: toClient(row), change: changeOf(row, null, Object.keys(input)), events }
    }),

    "recipes/UpdateClient": Effect.fnUntraced(function*({ id, ifMatch, patch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt !== null) return yield* new ClientNotFound({ detail: "It was discarded: restore it first." })
      const fields = clientFieldsOf(yield* patched(row, patch))
      const changed = clientFieldNames.filter((name) => !isDeepStrictEqual(row[name], fields[name]))
      if (changed.length === 0) return { answer: toClient(row) }
      yield* requireProducts(fields, row.restrictions.dislikedProductIds)
      const updated = { ...yield* clients.update(row, fields), tags: fields.tags }
      if (changed.includes("tags")) {
        yield* setTags(sql, "client", [{ id, authorId: row.authorId, tags: fields.tags }])
      }
      const item = { id, version: updated.version, changedFields: changed }
      return {
        answer: toClient(updated),
        change: changeOf(updated, row.version, changed),
        events: [eventOf(ClientChanged, new ClientChanged({ items: [item] }))]
      }
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
