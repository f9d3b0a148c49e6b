import { Effect, Struct } from "effect"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { isOpen } from "../access/isOpen.ts"
import type { MealId } from "../contract/Meal.ts"
import { MealNotFound } from "../contract/MealProblems.ts"
import type { MenuId, SlotKey } from "../contract/Menu.ts"
import { MenuArchivedProblem, MenuNotFound } from "../contract/MenuProblems.ts"
import { composeMenus } from "./MenuParts.ts"
import { MenuRepo } from "./MenuRepo.ts"
import type { KeptSlot, MenuRow, SlotRow } from "./MenuRow.ts"
import { toMenu } from "./planOf.ts"

/** A slot that is to be; where a body names its meal, with the place. */
export interface WantedSlot extends Omit<KeptSlot, "mealName"> {
  readonly pointer?: string
}

/** A slot that is to stay. */
export const kept = (slot: SlotRow): WantedSlot => Struct.omit(slot, ["currentName", "mealName", "mealState"])

/** Weeks that the menu does not have. */
export const requireWeeks = (
  { weeks }: Pick<MenuRow, "weeks">,
  keys: ReadonlyArray<Pick<SlotKey, "week"> & { readonly pointer: string }>
) => {
  const errors = keys.filter(({ week }) => week > weeks).map(({ pointer }) => ({
    pointer,
    detail: weeks === 1 ? "must be 1: the menu has one week" : `must be at most ${weeks}, the weeks of the menu`
  }))
  return errors.length === 0 ? Effect.void : Effect.fail(new InvalidRequest({ errors }))
}

/** What all commands that change menus share. */
export const menuWriter = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const menus = yield* MenuRepo
  const products = yield* ProductLookup

  const locked = Effect.fnUntraced(function*(id: MenuId, actor: Actor, ifMatch: string | undefined) {
    const [row] = yield* menus.lockAll([id])
    if (row === undefined || !isOpen(actor, row, "manage_menus")) return yield* new MenuNotFound({})
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  const live = Effect.fnUntraced(function*(id: MenuId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* locked(id, actor, ifMatch)
    return row.discardedAt === null ? row : yield* new MenuNotFound({ detail: "It was discarded: restore it first." })
  })

  const editable = Effect.fnUntraced(function*(id: MenuId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* live(id, actor, ifMatch)
    return row.status === "archived" ? yield* new MenuArchivedProblem({}) : row
  })

  /** Names of those meals that an author may refer to: live ones of the author's own, or public; held. */
  const referable = Effect.fnUntraced(function*(author: UserId, ids: ReadonlyArray<MealId>) {
    if (ids.length === 0) return new Map<MealId, string>()
    const rows = yield* sql<{ id: MealId; name: string }>`
      SELECT id, name FROM meals WHERE id = ANY(${[...new Set(ids)]}::uuid[]) AND discarded_at IS NULL
        AND (privacy = 'public' OR author_id = ${author}) ORDER BY id FOR SHARE`
    return new Map(rows.map(({ id, name }) => [id, name]))
  })

  /** Computes what follows for a menu that was written, and answers it. */
  const settled = Effect.fnUntraced(function*(row: MenuRow) {
    const slots = yield* menus.slots([row.id])
    const [derived] = yield* composeMenus(sql, products, [row], slots, "FOR SHARE")
    if (derived === undefined) return yield* Effect.die("nothing was composed")
    yield* menus.updateDerived([{ id: row.id, derived }])
    return toMenu({ ...row, ...derived }, slots)
  })

  /** Brings slots from what they were to what is wanted; a meal that a body puts where it did not stand must be referable. */
  const writeSlots = Effect.fnUntraced(function*(
    row: MenuRow,
    before: ReadonlyArray<SlotRow>,
    after: ReadonlyArray<WantedSlot>
  ) {
    const names = new Map(before.map(({ mealId, mealName }) => [mealId, mealName]))
    const stood = new Map(before.map(({ id, mealId }) => [id, mealId]))
    const fresh = after.filter(({ id, mealId, pointer }) => pointer !== undefined && stood.get(id) !== mealId)
    const found = yield* referable(row.authorId, fresh.map(({ mealId }) => mealId))
    const errors = fresh.flatMap(({ mealId, pointer = "" }) =>
      found.has(mealId) ? [] : [{ pointer, detail: "leads to no meal of the author's, nor to a public one" }]
    )
    if (errors.length > 0) return yield* new MealNotFound({ errors })
    const slots = after.map((slot): KeptSlot => ({
      ...Struct.omit(slot, ["pointer"]),
      mealName: stood.get(slot.id) === slot.mealId
        ? names.get(slot.mealId) ?? ""
        : found.get(slot.mealId) ?? names.get(slot.mealId) ?? ""
    }))
    const was = new Map(before.map((slot) => [slot.id, Struct.omit(slot, ["currentName", "mealState"])]))
    const changed = slots.filter((slot) => !isDeepStrictEqual(slot, was.get(slot.id)))
    const stay = new Set(slots.map(({ id }) => id))
    const gone = before.flatMap(({ id }) => stay.has(id) ? [] : [id])
    if (changed.length === 0 && gone.length === 0) return false
    yield* menus.writeSlots(changed, gone)
    return true
  })

  return { locked, live, editable, referable, settled, writeSlots }
})
