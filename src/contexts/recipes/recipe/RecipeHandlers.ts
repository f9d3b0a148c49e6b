import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { Fault } from "../../../kernel/contract/Problem.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { ownerOf } from "../access/ownerOf.ts"
import { requireRestorable } from "../access/restorable.ts"
import { isVisible, requireAuthor } from "../access/visibility.ts"
import type { RecipeId, RecipeInput, RecipePatch } from "../contract/Recipe.ts"
import type {
  CopyRecipe,
  CreateRecipe,
  DiscardRecipe,
  ImportRecipes,
  LinkIngredients,
  RestoreRecipe,
  UpdateRecipe
} from "../contract/RecipeCommands.ts"
import { ProductUnknown, RecipeNotFound } from "../contract/RecipeProblems.ts"
import { RecipeChanged, RecipeCreated, RecipeDiscarded, RecipeRestored } from "../contract/RecipesEvents.ts"
import { sortedTags } from "../tag/sortedTags.ts"
import { setTags } from "../tag/TagUses.ts"
import { documentOf, inputOf, patched } from "./recipeDocument.ts"
import { fieldOf, recordColumns, recordOf } from "./RecipeRecord.ts"
import { RecipeRepo } from "./RecipeRepo.ts"
import { type RecipeRow, toRecipeFor } from "./RecipeRow.ts"
import { productsOf, recipeWriter } from "./RecipeWriter.ts"

const changeOf = (
  { id, version }: Pick<RecipeRow, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "recipe", id }, versionBefore, versionAfter: version, changedFields })

/** The members that a patch has changed. */
const changedFields = (before: RecipeInput, after: RecipeInput) => {
  const [old, now] = [recordOf(before), recordOf(after)]
  const columns = recordColumns.filter((column) => JSON.stringify(old[column]) !== JSON.stringify(now[column]))
  const tags = JSON.stringify(sortedTags(before.tags ?? [])) === JSON.stringify(sortedTags(after.tags ?? []))
  return [...columns.map(fieldOf), ...tags ? [] : ["tags"]]
}

const named = ({ authorId, id, name }: RecipeRow) => ({ id, authorId, name })

type Links = LinkIngredients["links"]

/** The ingredients of a recipe with other products. */
const linked = (row: RecipeRow, links: Links): Effect.Effect<RecipePatch, InvalidRequest> => {
  const products = new Map(links.map(({ position, productId }) => [position, productId]))
  const errors = links.flatMap(({ position }, index) => {
    const isRepeated = links.findIndex((link) => link.position === position) !== index
    const detail = isRepeated ? "is repeated" : "is that of no ingredient"
    return isRepeated || row.ingredients[position] === undefined
      ? [{ pointer: `/links/${index}/position`, detail }]
      : []
  })
  if (errors.length > 0) return Effect.fail(new InvalidRequest({ errors }))
  return Effect.succeed({
    ingredients: row.ingredients.map((ingredient) => {
      const productId = products.get(ingredient.position)
      return productId === undefined ? { ...ingredient } : { ...ingredient, productId }
    })
  })
}

/** Faults of ingredients, at the links that they come from. */
const atLinks = (errors: ReadonlyArray<Fault> = [], links: Links): ReadonlyArray<Fault> =>
  errors.map((fault) => {
    const position = Number(fault.pointer?.split("/")[2])
    return { ...fault, pointer: `/links/${links.findIndex((link) => link.position === position)}/productId` }
  })

/** The only one of some rows. */
const one = <E>(rows: Effect.Effect<ReadonlyArray<RecipeRow>, E>) =>
  Effect.flatMap(rows, ([row]) => row === undefined ? Effect.die("nothing was written") : Effect.succeed(row))

type Own =
  | CreateRecipe
  | UpdateRecipe
  | DiscardRecipe
  | RestoreRecipe
  | CopyRecipe
  | ImportRecipes
  | LinkIngredients

export const recipeHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const recipes = yield* RecipeRepo

  const { composed, copyAll, createAll } = yield* recipeWriter

  const locked = Effect.fnUntraced(function*(id: RecipeId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* recipes.lock(id, actor.userId)
    if (row === undefined || !isVisible(actor, row, "manage_recipes")) return yield* new RecipeNotFound({})
    yield* requireAuthor(actor, row, "manage_recipes")
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  /** Writes what is wanted of a recipe, which is told from what it is. */
  const changed = Effect.fnUntraced(function*<E>(
    { id, ifMatch }: { readonly id: RecipeId; readonly ifMatch: string | undefined },
    actor: Actor,
    wanted: (row: RecipeRow) => Effect.Effect<RecipePatch, E>
  ) {
    const row = yield* locked(id, actor, ifMatch)
    if (row.discardedAt !== null) return yield* new RecipeNotFound({ detail: "It was discarded: restore it first." })
    const after = yield* patched(row, yield* wanted(row))
    const before = yield* inputOf(row)
    const { derived, record } = yield* composed({ input: after, known: productsOf(row) })
    const fields = changedFields(before, after)
    if (fields.length === 0) return { answer: toRecipeFor(actor)(row) }
    const updated = yield* recipes.update(row, actor.userId, record, derived)
    const tags = after.tags ?? []
    if (fields.includes("tags")) yield* setTags(sql, "recipe", [{ id, authorId: row.authorId, tags }])
    const events = [
      eventOf(RecipeChanged, new RecipeChanged({ items: [{ id, version: updated.version, changedFields: fields }] }))
    ]
    return {
      answer: toRecipeFor(actor)({ ...updated, tags: sortedTags(tags) }),
      change: changeOf(updated, row.version, fields),
      events
    }
  })

  const handlers: Handlers<Own> = {
    "recipes/CreateRecipe": Effect.fnUntraced(function*({ input }, actor) {
      const row = yield* one(createAll([{ input }], yield* ownerOf(actor)))
      const events = [eventOf(RecipeCreated, new RecipeCreated({ items: [named(row)] }))]
      return { answer: toRecipeFor(actor)(row), change: changeOf(row, null, Object.keys(input)), events }
    }),

    "recipes/UpdateRecipe": (command, actor) => changed(command, actor, () => Effect.succeed(command.patch)),

    "recipes/LinkIngredients": (command, actor) =>
      changed(command, actor, (row) => linked(row, command.links)).pipe(
        Effect.catchTag(
          "ProductUnknown",
          ({ errors }) => Effect.fail(new ProductUnknown({ errors: atLinks(errors, command.links) }))
        )
      ),

    "recipes/ImportRecipes": Effect.fnUntraced(function*({ inputs }, actor) {
      const author = yield* ownerOf(actor)
      const rows = yield* createAll(inputs.map((input) => ({ input })), author)
      const [first] = rows
      return {
        answer: rows.map(toRecipeFor(actor)),
        ...first === undefined ? {} : { change: changeOf(first, null, [`${rows.length} recipes`]) },
        events: rows.map((row) => eventOf(RecipeCreated, new RecipeCreated({ items: [named(row)] })))
      }
    }),

    "recipes/DiscardRecipe": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt !== null) return yield* new RecipeNotFound({ detail: "It is discarded already." })
      const discarded = yield* recipes.setDiscarded(row, actor.userId, true)
      const events = [eventOf(RecipeDiscarded, new RecipeDiscarded({ items: [named(discarded)] }))]
      return { answer: undefined, change: changeOf(discarded, row.version, ["discarded"]), events }
    }),

    "recipes/RestoreRecipe": Effect.fnUntraced(function*({ id, ifMatch }, actor) {
      const row = yield* locked(id, actor, ifMatch)
      if (row.discardedAt === null) return { answer: toRecipeFor(actor)(row) }
      yield* requireRestorable(row.discardedAt)
      const planned = { input: yield* inputOf(row), known: productsOf(row) }
      const { derived } = yield* Effect.catchTag(composed(planned), "ProductUnknown", Effect.die)
      yield* recipes.updateDerived([{ id, derived }])
      const restored = yield* recipes.setDiscarded(row, actor.userId, false)
      const events = [eventOf(RecipeRestored, new RecipeRestored({ items: [named(restored)] }))]
      return { answer: toRecipeFor(actor)(restored), change: changeOf(restored, row.version, ["discarded"]), events }
    }),

    "recipes/CopyRecipe": Effect.fnUntraced(function*({ id }, actor) {
      const [row] = yield* recipes.findAll([id], actor.userId)
      if (row === undefined || row.discardedAt !== null || !isVisible(actor, row, "manage_recipes")) {
        return yield* new RecipeNotFound({})
      }
      const copy = yield* one(copyAll([row], yield* ownerOf(actor)))
      const events = [eventOf(RecipeCreated, new RecipeCreated({ items: [named(copy)] }))]
      return { answer: toRecipeFor(actor)(copy), change: changeOf(copy, null, Object.keys(documentOf(row))), events }
    })
  }
  return handlers
})
