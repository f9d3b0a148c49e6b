import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { type CopyDayInput, type Menu, SlotId, type SlotInput, type SlotKey, slotKeyOf } from "../contract/Menu.ts"
import type {
  ChangeSlot,
  CopyDay,
  CopyWeek,
  MoveSlot,
  PutSlot,
  RemoveSlot,
  ReplaceSlots,
  SwapSlots
} from "../contract/MenuCommands.ts"
import { SlotNotFound, SlotTaken } from "../contract/MenuProblems.ts"
import { MenuChanged } from "../contract/RecipesEvents.ts"
import { nameOf, numberOf } from "./dates.ts"
import { changeOf } from "./MenuHandlers.ts"
import { MenuRepo } from "./MenuRepo.ts"
import type { MenuRow, SlotRow } from "./MenuRow.ts"
import { kept, menuWriter, requireWeeks, type WantedSlot } from "./menuWriter.ts"
import { toMenu } from "./planOf.ts"

type Command = PutSlot | ReplaceSlots | ChangeSlot | RemoveSlot | MoveSlot | SwapSlots | CopyDay | CopyWeek

type Keyed = Pick<SlotRow, "week" | "weekday" | "mealType">

/** The key of a slot as it is kept. */
export const keyOf = ({ mealType, week, weekday }: Keyed): SlotKey => ({ week, weekday: nameOf(weekday), mealType })

/** Slots by their keys. */
const byKey = <A extends Keyed>(slots: ReadonlyArray<A>): ReadonlyMap<string, A> =>
  new Map(slots.map((slot) => [slotKeyOf(keyOf(slot)), slot]))

export const newSlotId = () => SlotId.make(SecureRandom.uuidV7Unsafe())

/** Copies that find their keys free, and the keys that are taken. */
export const placed = <A extends Keyed>(slots: ReadonlyArray<SlotRow>, copies: ReadonlyArray<A>) => {
  const taken = byKey(slots)
  const clashes = copies.flatMap((copy) => taken.get(slotKeyOf(keyOf(copy))) ?? [])
  return {
    clashes,
    free: copies.filter((copy) => !taken.has(slotKeyOf(keyOf(copy))))
  }
}

export const slotHandlers = Effect.gen(function*() {
  const menus = yield* MenuRepo
  const { editable, settled, writeSlots } = yield* menuWriter

  /** Writes what is wanted, where it is anything else, as the menu's next version. */
  const written = Effect.fnUntraced(function*(
    row: MenuRow,
    before: ReadonlyArray<SlotRow>,
    after: ReadonlyArray<WantedSlot>
  ) {
    if (!(yield* writeSlots(row, before, after))) return { answer: toMenu(row, before) }
    const updated = yield* menus.update(row, row)
    const item = { id: row.id, version: updated.version, changedFields: ["slots"] }
    return {
      answer: yield* settled(updated),
      change: changeOf(updated, row.version, ["slots"]),
      events: [eventOf(MenuChanged, new MenuChanged({ items: [item] }))]
    }
  })

  /** No meal is new to the menu. */
  const rewritten = (row: MenuRow, before: ReadonlyArray<SlotRow>, after: ReadonlyArray<WantedSlot>) =>
    written(row, before, after).pipe(Effect.catchTag("MealNotFound", Effect.die))

  const wanted = (row: MenuRow, slot: SlotInput, id: SlotId, pointer: string): WantedSlot => ({
    id,
    menuId: row.id,
    week: slot.week,
    weekday: numberOf(slot.weekday),
    mealType: slot.mealType,
    hour: slot.hour ?? null,
    mealId: slot.mealId,
    portions: slot.portions ?? 1,
    note: slot.note ?? null,
    pointer
  })

  const found = (slots: ReadonlyArray<SlotRow>, id: SlotId) => {
    const slot = slots.find((each) => each.id === id)
    return slot === undefined ? Effect.fail(new SlotNotFound({})) : Effect.succeed(slot)
  }

  const at = (slot: WantedSlot, key: SlotKey): WantedSlot => ({
    ...slot,
    week: key.week,
    weekday: numberOf(key.weekday),
    mealType: key.mealType
  })

  const opened = Effect.fnUntraced(function*(
    { id, ifMatch }: { readonly id: MenuRow["id"]; readonly ifMatch: string | undefined },
    actor: Actor
  ) {
    const row = yield* editable(id, actor, ifMatch)
    return { row, before: yield* menus.slots([id]) }
  })

  const copied = Effect.fnUntraced(function*(
    row: MenuRow,
    before: ReadonlyArray<SlotRow>,
    copies: ReadonlyArray<WantedSlot>,
    onConflict: CopyDayInput["onConflict"]
  ) {
    const { clashes, free } = placed(before, copies)
    if (clashes.length > 0 && onConflict !== "skip") {
      return yield* new SlotTaken({ slotIds: clashes.map(({ id }) => id) })
    }
    const result = yield* rewritten(row, before, [...before.map(kept), ...free])
    const answer: Menu & { readonly skipped: ReadonlyArray<SlotKey> } = {
      ...result.answer,
      skipped: clashes.map(keyOf)
    }
    return { ...result, answer }
  })

  const handlers: Handlers<Command> = {
    "recipes/PutSlot": Effect.fnUntraced(function*({ slot, ...command }, actor) {
      const { before, row } = yield* opened(command, actor)
      yield* requireWeeks(row, [{ week: slot.week, pointer: "/week" }])
      const holder = byKey(before).get(slotKeyOf(slot))
      if (holder !== undefined) return yield* new SlotTaken({ slotIds: [holder.id] })
      return yield* written(row, before, [...before.map(kept), wanted(row, slot, newSlotId(), "/mealId")])
    }),

    "recipes/ReplaceSlots": Effect.fnUntraced(function*({ slots, ...command }, actor) {
      const { before, row } = yield* opened(command, actor)
      yield* requireWeeks(row, slots.map(({ week }, index) => ({ week, pointer: `/slots/${index}/week` })))
      const holders = byKey(before)
      const after = slots.map((slot, index) =>
        wanted(row, slot, holders.get(slotKeyOf(slot))?.id ?? newSlotId(), `/slots/${index}/mealId`)
      )
      return yield* written(row, before, after)
    }),

    "recipes/ChangeSlot": Effect.fnUntraced(function*({ patch, slotId, ...command }, actor) {
      const { before, row } = yield* opened(command, actor)
      yield* found(before, slotId)
      const after = before.map((slot) =>
        slot.id === slotId ? { ...kept(slot), ...patch, pointer: "/mealId" } : kept(slot)
      )
      return yield* written(row, before, after)
    }),

    "recipes/RemoveSlot": Effect.fnUntraced(function*({ slotId, ...command }, actor) {
      const { before, row } = yield* opened(command, actor)
      yield* found(before, slotId)
      return yield* rewritten(row, before, before.filter(({ id }) => id !== slotId).map(kept))
    }),

    "recipes/MoveSlot": Effect.fnUntraced(function*({ slotId, to, ...command }, actor) {
      const { before, row } = yield* opened(command, actor)
      yield* found(before, slotId)
      yield* requireWeeks(row, [{ week: to.week, pointer: "/to/week" }])
      const holder = byKey(before).get(slotKeyOf(to))
      if (holder !== undefined && holder.id !== slotId) return yield* new SlotTaken({ slotIds: [holder.id] })
      return yield* rewritten(row, before, before.map((slot) => slot.id === slotId ? at(kept(slot), to) : kept(slot)))
    }),

    "recipes/SwapSlots": Effect.fnUntraced(function*({ first, second, ...command }, actor) {
      const { before, row } = yield* opened(command, actor)
      yield* requireWeeks(row, [
        { week: first.week, pointer: "/first/week" },
        { week: second.week, pointer: "/second/week" }
      ])
      const holders = byKey(before)
      const [one, other] = [holders.get(slotKeyOf(first)), holders.get(slotKeyOf(second))]
      if (one === undefined && other === undefined) return yield* new SlotNotFound({})
      const after = before.map((slot) =>
        slot.id === one?.id ? at(kept(slot), second) : slot.id === other?.id ? at(kept(slot), first) : kept(slot)
      )
      return yield* rewritten(row, before, after)
    }),

    "recipes/CopyDay": Effect.fnUntraced(function*({ input: { from, onConflict, to }, ...command }, actor) {
      const { before, row } = yield* opened(command, actor)
      yield* requireWeeks(row, [
        { week: from.week, pointer: "/from/week" },
        { week: to.week, pointer: "/to/week" }
      ])
      const copies = before
        .filter(({ week, weekday }) => week === from.week && weekday === numberOf(from.weekday))
        .map((slot) => at({ ...kept(slot), id: newSlotId() }, { ...to, mealType: slot.mealType }))
      return yield* copied(row, before, copies, onConflict)
    }),

    "recipes/CopyWeek": Effect.fnUntraced(function*({ input: { from, onConflict, to }, ...command }, actor) {
      const { before, row } = yield* opened(command, actor)
      yield* requireWeeks(row, [{ week: from, pointer: "/from" }, { week: to, pointer: "/to" }])
      const copies = before.filter(({ week }) => week === from).map((slot) => ({
        ...kept(slot),
        id: newSlotId(),
        week: to
      }))
      return yield* copied(row, before, copies, onConflict)
    })
  }
  return handlers
})
