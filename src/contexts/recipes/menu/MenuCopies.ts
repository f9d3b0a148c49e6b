import { Effect, Struct } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { type Event, eventOf } from "../../../kernel/contract/Event.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { isOpen } from "../access/isOpen.ts"
import type { MealId } from "../contract/Meal.ts"
import { type CopyMenuInput, MenuId } from "../contract/Menu.ts"
import type { CopyMenu } from "../contract/MenuCommands.ts"
import { MealNotReferable, MenuNotFound, SlotTaken } from "../contract/MenuProblems.ts"
import { MenuChanged, MenuCreated } from "../contract/RecipesEvents.ts"
import { MealRepo } from "../meal/MealRepo.ts"
import { mealWriter } from "../meal/mealWriter.ts"
import { setTags } from "../tag/TagUses.ts"
import { changeOf, clientFor, named } from "./MenuHandlers.ts"
import { MenuRepo } from "./MenuRepo.ts"
import type { KeptSlot, MenuRow, SlotRow } from "./MenuRow.ts"
import { menuWriter, requireWeeks } from "./menuWriter.ts"
import { keyOf, newSlotId, placed } from "./SlotHandlers.ts"

interface Weeks {
  readonly first: number
  readonly last: number
  readonly start: number
}

/** The weeks that are copied, and where they come to stand. */
const weeksOf = ({ weeks }: MenuRow, { fromWeek: first = 1, startWeek: start = 1, toWeek }: CopyMenuInput) => {
  const last = toWeek ?? weeks
  const tooLate = [
    ...first > weeks ? [{ pointer: "/fromWeek", detail: `must be at most ${weeks}, the weeks of the menu` }] : [],
    ...last > weeks ? [{ pointer: "/toWeek", detail: `must be at most ${weeks}, the weeks of the menu` }] : [],
    ...start + last - first > 52 ? [{ pointer: "/startWeek", detail: "would lead beyond week 52" }] : []
  ]
  return tooLate.length > 0
    ? Effect.fail(new InvalidRequest({ errors: tooLate }))
    : Effect.succeed<Weeks>({ first, last, start })
}

export const menuCopies = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const menus = yield* MenuRepo
  const meals = yield* MealRepo
  const { editable, referable, settled } = yield* menuWriter
  const { copied } = yield* mealWriter

  const newDraft = Effect.fnUntraced(function*(source: MenuRow, input: CopyMenuInput, weeks: Weeks, actor: Actor) {
    const client = yield* clientFor(sql, actor, input.clientId ?? source.clientId)
    const id = MenuId.make(SecureRandom.uuidV7Unsafe())
    const inserted = yield* menus.insert(id, client.authorId, client.id, {
      name: input.name ?? source.name,
      description: source.description,
      startDate: input.startDate ?? null,
      weeks: weeks.start + weeks.last - weeks.first,
      people: source.people,
      pattern: source.pattern,
      targets: client.id === source.clientId ? source.targets : null
    })
    const { tags } = source
    if (tags.length > 0) yield* setTags(sql, "menu", [{ id, authorId: client.authorId, tags }])
    const row = { ...inserted, tags }
    return { row, slots: [], event: eventOf(MenuCreated, new MenuCreated({ items: [named(row)] })) }
  })

  const target = Effect.fnUntraced(function*(source: MenuRow, input: CopyMenuInput, weeks: Weeks, actor: Actor) {
    if (input.menuId === undefined) return yield* newDraft(source, input, weeks, actor)
    const row = yield* editable(input.menuId, actor, undefined).pipe(Effect.catchTag("VersionMismatch", Effect.die))
    yield* requireWeeks(row, [{ week: weeks.start + weeks.last - weeks.first, pointer: "/startWeek" }])
    return { row, slots: yield* menus.slots([row.id]), event: undefined }
  })

  /** What stands for each meal in the copy: itself where the author may refer to it, else a copy of it. */
  const mealsFor = Effect.fnUntraced(function*(row: MenuRow, copies: ReadonlyArray<SlotRow>, copyMeals: boolean) {
    const ids = [...new Set(copies.flatMap(({ mealId, mealState }) => mealState === "available" ? [mealId] : []))]
    const known = yield* referable(row.authorId, ids)
    const foreign = ids.filter((id) => !known.has(id)).toSorted()
    if (foreign.length > 0 && !copyMeals) return yield* new MealNotReferable({ mealIds: foreign })
    const standIns = new Map<MealId, MealId>()
    const events: Array<Event> = []
    for (const id of foreign) {
      const meal = yield* meals.find(id)
      if (meal === undefined) continue
      const made = yield* copied(
        meal,
        row.authorId,
        ({ authorId, privacy }) => privacy === "private" && authorId !== row.authorId
      )
      standIns.set(id, made.copy.id)
      events.push(...made.events)
    }
    return { standIns, events }
  })

  const handlers: Handlers<CopyMenu> = {
    "recipes/CopyMenu": Effect.fnUntraced(function*({ id, input }, actor) {
      const source = yield* menus.find(id)
      if (source === undefined || source.discardedAt !== null || !isOpen(actor, source, "manage_menus")) {
        return yield* new MenuNotFound({})
      }
      const weeks = yield* weeksOf(source, input)
      const { event, row, slots } = yield* target(source, input, weeks, actor)
      const meant = (yield* menus.slots([id]))
        .filter(({ week }) => week >= weeks.first && week <= weeks.last)
        .map((slot) => ({ ...slot, id: newSlotId(), menuId: row.id, week: slot.week - weeks.first + weeks.start }))
      const { clashes, free } = placed(slots, meant)
      if (clashes.length > 0 && input.onConflict !== "skip") {
        return yield* new SlotTaken({ slotIds: clashes.map((slot) => slot.id) })
      }
      const { events, standIns } = yield* mealsFor(row, free, input.copyMeals ?? false)
      yield* menus.writeSlots(
        free.map((slot): KeptSlot => ({
          ...Struct.omit(slot, ["currentName", "mealState"]),
          mealId: standIns.get(slot.mealId) ?? slot.mealId
        })),
        []
      )
      const skipped = clashes.map(keyOf)
      if (event === undefined && free.length === 0) return { answer: { ...yield* settled(row), skipped } }
      const written = event === undefined ? yield* menus.update(row, row) : row
      const item = { id: row.id, version: written.version, changedFields: ["slots"] }
      return {
        answer: { ...yield* settled(written), skipped },
        change: changeOf(written, event === undefined ? row.version : null, ["slots"]),
        events: [...events, event ?? eventOf(MenuChanged, new MenuChanged({ items: [item] }))]
      }
    })
  }
  return handlers
})
