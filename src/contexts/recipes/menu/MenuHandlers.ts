import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { isOpen } from "../access/isOpen.ts"
import { requireRestorable } from "../access/restorable.ts"
import { manages } from "../access/visibility.ts"
import type { ClientId } from "../contract/Client.ts"
import { ClientNotFound } from "../contract/ClientProblems.ts"
import { MenuId, type MenuSummary } from "../contract/Menu.ts"
import type {
  ArchiveMenu,
  CreateMenu,
  DiscardMenu,
  PublishMenu,
  ReopenMenu,
  RestoreMenu,
  UpdateMenu
} from "../contract/MenuCommands.ts"
import { MenuNotFound, WeekOccupied } from "../contract/MenuProblems.ts"
import { NotRestorable } from "../contract/RecipeProblems.ts"
import {
  MenuArchived,
  MenuChanged,
  MenuCreated,
  MenuDiscarded,
  MenuPublished,
  MenuReopened,
  MenuRestored
} from "../contract/RecipesEvents.ts"
import { setTags } from "../tag/TagUses.ts"
import { menuFieldNames, menuFieldsOf, patched } from "./menuDocument.ts"
import { MenuRepo } from "./MenuRepo.ts"
import type { MenuRow } from "./MenuRow.ts"
import { menuWriter } from "./menuWriter.ts"
import { toMenu } from "./planOf.ts"

type Command = CreateMenu | UpdateMenu | DiscardMenu | RestoreMenu | PublishMenu | ArchiveMenu | ReopenMenu

/** What the audit log keeps of a change. */
export const changeOf = (
  { id, version }: Pick<MenuRow, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "menu", id }, versionBefore, versionAfter: version, changedFields })

/** A menu as events tell of it. */
export const named = ({ authorId, clientId, id, name }: MenuRow) => ({ id, authorId, clientId, name })

interface Owned {
  readonly id: ClientId
  readonly authorId: UserId
  readonly discarded: boolean
}

/** The client that a menu is to be made for: one that the actor may change, or any with `manage_menus`; held. */
export const clientFor = Effect.fnUntraced(function*(sql: SqlClient.SqlClient, actor: Actor, id: ClientId) {
  const [client] = yield* sql<Owned>`
    SELECT id, author_id, discarded_at IS NOT NULL AS discarded FROM clients WHERE id = ${id} FOR SHARE`
  const isGiven = client !== undefined && !client.discarded &&
    (isOpen(actor, client, "manage_clients") || manages(actor, "manage_menus"))
  if (isGiven) return client
  return yield* new ClientNotFound({ errors: [{ pointer: "/clientId", detail: "is the id of no client of yours" }] })
})

export const menuHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const menus = yield* MenuRepo
  const { editable, live, locked, settled } = yield* menuWriter

  const statusSet = Effect.fnUntraced(function*(
    { id, ifMatch }: PublishMenu | ArchiveMenu | ReopenMenu,
    actor: Actor,
    status: MenuSummary["status"]
  ) {
    const row = yield* live(id, actor, ifMatch)
    const slots = yield* menus.slots([id])
    if (row.status === status) return { answer: toMenu(row, slots) }
    const updated = yield* menus.setStatus(row, status)
    const items = [named(updated)] as const
    const event = status === "published"
      ? eventOf(MenuPublished, new MenuPublished({ items }))
      : status === "archived"
      ? eventOf(MenuArchived, new MenuArchived({ items }))
      : eventOf(MenuReopened, new MenuReopened({ items }))
    return { answer: toMenu(updated, slots), change: changeOf(updated, row.version, ["status"]), events: [event] }
  })

  const handlers: Handlers<Command> = {
    "recipes/CreateMenu": Effect.fnUntraced(function*({ input }, actor) {
      const client = yield* clientFor(sql, actor, input.clientId)
      const { tags, ...fields } = menuFieldsOf(input)
      const id = MenuId.make(SecureRandom.uuidV7Unsafe())
      const row = { ...yield* menus.insert(id, client.authorId, client.id, fields), tags }
      if (tags.length > 0) yield* setTags(sql, "menu", [{ id, authorId: client.authorId, tags }])
      const events = [eventOf(MenuCreated, new MenuCreated({ items: [named(row)] }))]
      return { answer: yield* settled(row), change: changeOf(row, null, Object.keys(input)), events }
    }),

    "recipes/UpdateMenu": Effect.fnUntraced(function*({ id, ifMatch, patch }, actor) {
      const row = yield* editable(id, actor, ifMatch)
      const fields = menuFieldsOf(yield* patched(row, patch))
      const changed = menuFieldNames.filter((name) => !isDeepStrictEqual(row[name], fields[name]))
      const slots = yield* menus.slots([id])
      if (changed.length === 0) return { answer: toMenu(row, slots) }
      if (slots.some(({ week }) => week > fields.weeks)) return yield* new WeekOccupied({})
      const updated = { ...yield* menus.update(row, fields), tags: fields.tags }
      if (changed.includes("tags")) yield* setTags(sql, "menu", [{ id, authorId: row.authorId, tags: fields.tags }])
      const item = { id, version: updated.version, changedFields: changed }
      return {
        answer: yield* settled(updated),
        change: changeOf(updated, row.version, changed),
        events: [eventOf(MenuChanged, new MenuChanged({ items: [item] }))]
      }
    }),

    "recipes/DiscardMenu": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt !== null) return yield* new MenuNotFound({ detail: "It is discarded already." })
      const discarded = yield* menus.setDiscarded(row, true)
      const events = [eventOf(MenuDiscarded, new MenuDiscarded({ items: [named(discarded)] }))]
      return { answer: undefined, change: changeOf(discarded, row.version, ["discarded"]), events }
    }),

    "recipes/RestoreMenu": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt === null) return { answer: toMenu(row, yield* menus.slots([id])) }
      yield* requireRestorable(row.discardedAt)
      const [client] = yield* sql`
        SELECT FROM clients WHERE id = ${row.clientId} AND discarded_at IS NULL FOR SHARE`
      if (client === undefined) return yield* new NotRestorable({})
      const restored = yield* menus.setDiscarded(row, false)
      const events = [eventOf(MenuRestored, new MenuRestored({ items: [named(restored)] }))]
      return { answer: yield* settled(restored), change: changeOf(restored, row.version, ["discarded"]), events }
    }),

    "recipes/PublishMenu": (command, actor) => statusSet(command, actor, "published"),
    "recipes/ArchiveMenu": (command, actor) => statusSet(command, actor, "archived"),
    "recipes/ReopenMenu": (command, actor) => statusSet(command, actor, "draft")
  }
  return handlers
})
