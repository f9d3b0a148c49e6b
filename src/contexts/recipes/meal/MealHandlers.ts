import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { ownerOf } from "../access/ownerOf.ts"
import { requireRestorable } from "../access/restorable.ts"
import { isVisible, requireAuthor } from "../access/visibility.ts"
import type { MealId, MealInput } from "../contract/Meal.ts"
import type { CopyMeal, MealCommand } from "../contract/MealCommands.ts"
import { MealNotFound } from "../contract/MealProblems.ts"
import { SlotNotFound } from "../contract/MenuProblems.ts"
import { MealChanged, MealCreated, MealDiscarded, MealRestored, MenuChanged } from "../contract/RecipesEvents.ts"
import { MenuRepo } from "../menu/MenuRepo.ts"
import { kept, menuWriter } from "../menu/menuWriter.ts"
import { setTags } from "../tag/TagUses.ts"
import { composeMeal, usedRecipes } from "./MealComponents.ts"
import { inputOf, patched } from "./mealDocument.ts"
import { MealRepo } from "./MealRepo.ts"
import { type MealRow, toMealFor } from "./MealRow.ts"
import { mealWriter, named, normal } from "./mealWriter.ts"

const changeOf = (
  { id, version }: Pick<MealRow, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "meal", id }, versionBefore, versionAfter: version, changedFields })

const fields = ["name", "description", "notes", "imageUrl", "privacy", "tags", "like", "components"] as const

const changedFields = (before: MealInput, after: MealInput) =>
  fields.filter((field) => !isDeepStrictEqual(before[field] ?? null, after[field] ?? null))

export const mealHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const meals = yield* MealRepo
  const menus = yield* MenuRepo
  const { composed, copied, create } = yield* mealWriter
  const { editable, settled, writeSlots } = yield* menuWriter

  const locked = Effect.fnUntraced(function*(id: MealId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* meals.lock(id)
    if (row === undefined || !isVisible(actor, row, "manage_meals")) return yield* new MealNotFound({})
    yield* requireAuthor(actor, row, "manage_meals")
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  /** The slot of a menu that the actor may change; held. */
  const slotOf = Effect.fnUntraced(function*({ menuId, slotId }: NonNullable<CopyMeal["slot"]>, actor: Actor) {
    const menu = yield* editable(menuId, actor, undefined).pipe(Effect.catchTag("VersionMismatch", Effect.die))
    const slots = yield* menus.slots([menuId])
    return slots.some((slot) => slot.id === slotId) ? { menu, slots, slotId } : yield* new SlotNotFound({})
  })

  const putInto = Effect.fnUntraced(function*(
    { menu, slotId, slots }: Effect.Success<ReturnType<typeof slotOf>>,
    { id }: MealRow
  ) {
    const after = slots.map((slot) => slot.id === slotId ? { ...kept(slot), mealId: id, pointer: "" } : kept(slot))
    yield* writeSlots(menu, slots, after).pipe(Effect.catchTag("MealNotFound", Effect.die))
    const updated = yield* menus.update(menu, menu)
    yield* settled(updated)
    const item = { id: menu.id, version: updated.version, changedFields: ["slots"] }
    return [eventOf(MenuChanged, new MenuChanged({ items: [item] }))]
  })

  const handlers: Handlers<MealCommand> = {
    "recipes/CreateMeal": Effect.fnUntraced(function*({ input }, actor) {
      const row = yield* create(input, yield* ownerOf(actor))
      const events = [eventOf(MealCreated, new MealCreated({ items: [named(row)] }))]
      return { answer: toMealFor(actor)(row), change: changeOf(row, null, Object.keys(input)), events }
    }),

    "recipes/UpdateMeal": Effect.fnUntraced(function*({ id, ifMatch, patch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt !== null) return yield* new MealNotFound({ detail: "It was discarded: restore it first." })
      const input = normal(yield* patched(row, patch))
      const changed = changedFields(normal(yield* inputOf(row)), input)
      if (changed.length === 0) return { answer: toMealFor(actor)(row) }
      const updated = yield* meals.update(row, { input, ...yield* composed(row.authorId, input, row.kept) })
      const tags = input.tags ?? []
      if (changed.includes("tags")) yield* setTags(sql, "meal", [{ id, authorId: row.authorId, tags }])
      const item = { id, version: updated.version, changedFields: changed }
      return {
        answer: toMealFor(actor)({ ...updated, tags }),
        change: changeOf(updated, row.version, changed),
        events: [eventOf(MealChanged, new MealChanged({ items: [item] }))]
      }
    }),

    "recipes/DiscardMeal": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt !== null) return yield* new MealNotFound({ detail: "It is discarded already." })
      const discarded = yield* meals.setDiscarded(row, true)
      const events = [eventOf(MealDiscarded, new MealDiscarded({ items: [named(discarded)] }))]
      return { answer: undefined, change: changeOf(discarded, row.version, ["discarded"]), events }
    }),

    "recipes/RestoreMeal": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt === null) return { answer: toMealFor(actor)(row) }
      yield* requireRestorable(row.discardedAt)
      const used = yield* usedRecipes(sql, row.kept.map(({ recipeId }) => recipeId), "FOR SHARE")
      yield* meals.updateComposed([{ id, composed: composeMeal(row, row.kept, used) }])
      const restored = yield* meals.setDiscarded(row, false)
      const events = [eventOf(MealRestored, new MealRestored({ items: [named(restored)] }))]
      return { answer: toMealFor(actor)(restored), change: changeOf(restored, row.version, ["discarded"]), events }
    }),

    "recipes/CopyMeal": Effect.fnUntraced(function*({ id, slot, withRecipes }, actor) {
      const target = slot === undefined ? undefined : yield* slotOf(slot, actor)
      const row = yield* meals.find(id)
      if (row === undefined || row.discardedAt !== null || !isVisible(actor, row, "manage_meals")) {
        return yield* new MealNotFound({})
      }
      const author = target?.menu.authorId ?? (yield* ownerOf(actor))
      const { copy, events } = yield* copied(row, author, () => withRecipes)
      const more = target === undefined ? [] : yield* putInto(target, copy)
      return {
        answer: toMealFor(actor)(copy),
        change: changeOf(copy, null, fields),
        events: [...events, ...more]
      }
    })
  }
  return handlers
})
