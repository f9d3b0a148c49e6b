import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { ownerOf } from "../access/ownerOf.ts"
import { requireRestorable } from "../access/restorable.ts"
import { isVisible, requireAuthor } from "../access/visibility.ts"
import { MealId, type MealInput } from "../contract/Meal.ts"
import type { MealCommand } from "../contract/MealCommands.ts"
import { MealHasPrivateRecipes, MealNotFound } from "../contract/MealProblems.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import { RecipeNotFound } from "../contract/RecipeProblems.ts"
import { MealChanged, MealCreated, MealDiscarded, MealRestored, RecipeCreated } from "../contract/RecipesEvents.ts"
import { RecipeRepo } from "../recipe/RecipeRepo.ts"
import { recipeWriter } from "../recipe/RecipeWriter.ts"
import { sortedTags } from "../tag/sortedTags.ts"
import { setTags } from "../tag/TagUses.ts"
import { composeMeal, type KeptComponent, type OwnedMeal, stateOf, usedRecipes } from "./MealComponents.ts"
import { inputOf, patched } from "./mealDocument.ts"
import { MealRepo } from "./MealRepo.ts"
import { type MealRow, toMeal } from "./MealRow.ts"

const changeOf = (
  { id, version }: Pick<MealRow, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "meal", id }, versionBefore, versionAfter: version, changedFields })

const named = ({ authorId, id, name }: MealRow) => ({ id, authorId, name })

const fields = ["name", "description", "notes", "imageUrl", "privacy", "tags", "like", "components"] as const

const normal = ({ components = [], like, privacy, tags, ...input }: MealInput): MealInput => ({
  ...input,
  privacy: privacy ?? "private",
  tags: sortedTags(tags ?? []),
  like: like ?? null,
  components: components
    .map(({ portions, position, recipeId }, index) => ({ recipeId, portions, position: position ?? index }))
    .toSorted((a, b) => a.position - b.position)
})

const changedFields = (before: MealInput, after: MealInput) =>
  fields.filter((field) => !isDeepStrictEqual(before[field] ?? null, after[field] ?? null))

export const mealHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const meals = yield* MealRepo
  const recipes = yield* RecipeRepo
  const { copyAll } = yield* recipeWriter

  /** What is written; recipes that are new to the meal must be its author's or public, and all of a public meal public. */
  const composed = Effect.fnUntraced(function*(
    authorId: UserId,
    input: MealInput,
    before: ReadonlyArray<KeptComponent> = []
  ) {
    const { components = [], privacy = "private" } = input
    const used = yield* usedRecipes(sql, components.map(({ recipeId }) => recipeId), "FOR SHARE")
    const byId = new Map(used.map((recipe) => [recipe.id, recipe]))
    const known = new Map(before.map((component) => [component.recipeId, component]))
    const pointersTo = (isMeant: (id: RecipeId) => boolean) =>
      components.flatMap(({ recipeId }, index) => isMeant(recipeId) ? [`/components/${index}/recipeId`] : [])
    const unknown = pointersTo((id) =>
      !known.has(id) && stateOf({ authorId, privacy: "private" }, byId.get(id)) !== "available"
    )
    if (unknown.length > 0) {
      const detail = "leads to no recipe of the author's, nor to a public one"
      return yield* new RecipeNotFound({ errors: unknown.map((pointer) => ({ pointer, detail })) })
    }
    const secret = privacy === "private"
      ? []
      : pointersTo((id) => byId.get(id)?.authorId === authorId && byId.get(id)?.privacy === "private")
    if (secret.length > 0) {
      const detail = "leads to a private recipe"
      return yield* new MealHasPrivateRecipes({ errors: secret.map((pointer) => ({ pointer, detail })) })
    }
    const kept = components.map(({ portions, recipeId }): KeptComponent => ({
      recipeId,
      portions,
      name: known.get(recipeId)?.name ?? byId.get(recipeId)?.name ?? ""
    }))
    return { kept, composed: composeMeal({ authorId, privacy }, kept, used) }
  })

  const create = Effect.fnUntraced(function*(
    given: MealInput,
    author: UserId,
    before?: ReadonlyArray<KeptComponent>
  ) {
    const input = normal(given)
    const id = MealId.make(SecureRandom.uuidV7Unsafe())
    const row = yield* meals.insert(id, author, { input, ...yield* composed(author, input, before) })
    const tags = input.tags ?? []
    if (tags.length > 0) yield* setTags(sql, "meal", [{ id, authorId: author, tags }])
    return { ...row, tags }
  })

  const locked = Effect.fnUntraced(function*(id: MealId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* meals.lock(id)
    if (row === undefined || !isVisible(actor, row, "manage_meals")) return yield* new MealNotFound({})
    yield* requireAuthor(actor, row, "manage_meals")
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  /** The author's own copies of the recipes that count. */
  const recipeCopies = Effect.fnUntraced(function*(row: OwnedMeal & Pick<MealRow, "components">, author: UserId) {
    const counting = row.components.flatMap(({ recipeId, state }) => state === "available" ? [recipeId] : [])
    const originals = yield* recipes.findAll(counting, author)
    const made = yield* copyAll(originals, author)
    const copies = new Map(originals.flatMap(({ id }, index) => {
      const copy = made[index]
      return copy === undefined ? [] : [[id, copy.id] as const]
    }))
    const events = made.map(({ id, name }) =>
      eventOf(RecipeCreated, new RecipeCreated({ items: [{ id, authorId: author, name }] }))
    )
    return { copies, events }
  })

  const handlers: Handlers<MealCommand> = {
    "recipes/CreateMeal": Effect.fnUntraced(function*({ input }, actor) {
      const row = yield* create(input, yield* ownerOf(actor))
      const events = [eventOf(MealCreated, new MealCreated({ items: [named(row)] }))]
      return { answer: toMeal(row), change: changeOf(row, null, Object.keys(input)), events }
    }),

    "recipes/UpdateMeal": Effect.fnUntraced(function*({ id, ifMatch, patch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt !== null) return yield* new MealNotFound({ detail: "It was discarded: restore it first." })
      const input = normal(yield* patched(row, patch))
      const changed = changedFields(normal(yield* inputOf(row)), input)
      if (changed.length === 0) return { answer: toMeal(row) }
      const updated = yield* meals.update(row, { input, ...yield* composed(row.authorId, input, row.kept) })
      const tags = input.tags ?? []
      if (changed.includes("tags")) yield* setTags(sql, "meal", [{ id, authorId: row.authorId, tags }])
      const item = { id, version: updated.version, changedFields: changed }
      return {
        answer: toMeal({ ...updated, tags }),
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
      if (row.discardedAt === null) return { answer: toMeal(row) }
      yield* requireRestorable(row.discardedAt)
      const used = yield* usedRecipes(sql, row.kept.map(({ recipeId }) => recipeId), "FOR SHARE")
      yield* meals.updateComposed([{ id, composed: composeMeal(row, row.kept, used) }])
      const restored = yield* meals.setDiscarded(row, false)
      const events = [eventOf(MealRestored, new MealRestored({ items: [named(restored)] }))]
      return { answer: toMeal(restored), change: changeOf(restored, row.version, ["discarded"]), events }
    }),

    "recipes/CopyMeal": Effect.fnUntraced(function*({ id, withRecipes }, actor) {
      const row = yield* meals.find(id)
      if (row === undefined || row.discardedAt !== null || !isVisible(actor, row, "manage_meals")) {
        return yield* new MealNotFound({})
      }
      const author = yield* ownerOf(actor)
      const { copies, events } = withRecipes
        ? yield* recipeCopies(row, author)
        : { copies: new Map<RecipeId, RecipeId>(), events: [] }
      const input = yield* inputOf(row)
      const kept = row.kept.map((component) => ({
        ...component,
        recipeId: copies.get(component.recipeId) ?? component.recipeId
      }))
      const components = kept.map(({ portions, recipeId }) => ({ recipeId, portions }))
      const copy = yield* create({ ...input, privacy: "private", like: null, components }, author, kept).pipe(
        Effect.catchTag(["RecipeNotFound", "MealHasPrivateRecipes"], Effect.die)
      )
      return {
        answer: toMeal(copy),
        change: changeOf(copy, null, fields),
        events: [...events, eventOf(MealCreated, new MealCreated({ items: [named(copy)] }))]
      }
    })
  }
  return handlers
})
