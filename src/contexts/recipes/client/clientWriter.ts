import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ProductId } from "../../products/contract/Product.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { isOpen } from "../access/isOpen.ts"
import { ClientId } from "../contract/Client.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import { ProductUnknown } from "../contract/RecipeProblems.ts"
import { ClientChanged, ClientCreated } from "../contract/RecipesEvents.ts"
import { setTags } from "../tag/TagUses.ts"
import { clientFieldNames, type ClientFields } from "./clientFields.ts"
import { ClientRepo } from "./ClientRepo.ts"
import { type ClientRow, toClient } from "./ClientRow.ts"

/** What the audit log keeps of a change. */
export const changeOf = (
  { id, version }: Pick<ClientRow, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "client", id }, versionBefore, versionAfter: version, changedFields })

/** A client as events tell of it. */
export const named = ({ authorId, id, name }: ClientRow) => ({ id, authorId, name })

/** What all commands that change clients share. */
export const clientWriter = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const clients = yield* ClientRepo
  const products = yield* ProductLookup

  const locked = Effect.fnUntraced(function*(id: ClientId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* clients.lock(id)
    if (row === undefined || !isOpen(actor, row, "manage_clients")) return yield* new ClientNotFound({})
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  const live = Effect.fnUntraced(function*(id: ClientId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* locked(id, actor, ifMatch)
    return row.discardedAt === null ? row : yield* new ClientNotFound({ detail: "It was discarded: restore it first." })
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

  const created = Effect.fnUntraced(function*(author: UserId, fields: ClientFields, changed: ReadonlyArray<string>) {
    yield* requireProducts(fields, [])
    const id = ClientId.make(SecureRandom.uuidV7Unsafe())
    const row = { ...yield* clients.insert(id, author, fields), tags: fields.tags }
    if (fields.tags.length > 0) yield* setTags(sql, "client", [{ id, authorId: author, tags: fields.tags }])
    const events = [eventOf(ClientCreated, new ClientCreated({ items: [named(row)] }))]
    return { row, change: changeOf(row, null, changed), events }
  })

  const updated = Effect.fnUntraced(function*(row: ClientRow, fields: ClientFields, more: ReadonlyArray<string> = []) {
    const changed = [...clientFieldNames.filter((name) => !isDeepStrictEqual(row[name], fields[name])), ...more]
    if (changed.length === 0) return { answer: toClient(row) }
    yield* requireProducts(fields, row.restrictions.dislikedProductIds)
    const after = { ...yield* clients.update(row, fields), tags: fields.tags }
    if (changed.includes("tags")) {
      yield* setTags(sql, "client", [{ id: row.id, authorId: row.authorId, tags: fields.tags }])
    }
    const item = { id: row.id, version: after.version, changedFields: changed }
    return {
      answer: toClient(after),
      change: changeOf(after, row.version, changed),
      events: [eventOf(ClientChanged, new ClientChanged({ items: [item] }))]
    }
  })

  return { locked, live, created, updated }
})
