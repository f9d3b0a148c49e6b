import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import type { ProductId } from "../../products/contract/Product.ts"
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
import { RecipeNotFound } from "../contract/RecipeProblems.ts"
import { RecipeChanged, RecipeCreated, RecipeDiscarded, RecipeRestored } from "../contract/RecipesEvents.ts"
import { sortedTags } from "../tag/sortedTags.ts"
import { setTags } from "../tag/TagUses.ts"
import { documentOf, inputOf, patched } from "./recipeDocument.ts"
import { fieldOf, recordColumns, recordOf } from "./RecipeRecord.ts"
import { RecipeRepo } from "./RecipeRepo.ts"
import { type RecipeRow, toRecipe } from "./RecipeRow.ts"
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

  const { composed, copyOf, create } = yield* recipeWriter

  const locked = Effect.fnUntraced(function*(id: RecipeId, actor: Actor, ifMatch: string | undefined) {
    const row = yield* recipes.lock(id, actor.userId)
    if (row === undefined || !isVisible(actor, row, "manage_recipes")) return yield* new RecipeNotFound({})
    if (row.discardedAt !== null) {
      yield* Effect.mapError(requireAuthor(actor, row, "manage_recipes"), () => new RecipeNotFound({}))
    }
    yield* requireAuthor(actor, row, "manage_recipes")
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  /** Writes what a patch, or links of ingredients to products, make of a recipe. */
  const changed = Effect.fnUntraced(function*(
    id: RecipeId,
    ifMatch: string | undefined,
    patch: RecipePatch | undefined,
    actor: Actor,
    links: ReadonlyMap<number, ProductId | null> = new Map()
  ) {
    const row = yield* locked(id, actor, ifMatch)
    if (row.discardedAt !== null) return yield* new RecipeNotFound({ detail: "It was discarded: restore it first." })
    const wanted = patch ?? {
      ingredients: row.ingredients.map((ingredient) => ({
        ...ingredient,
        productId: links.get(ingredient.position) === undefined
          ? ingredient.productId
          : links.get(ingredient.position) ?? null
      }))
    }
    const unknown = [...links.keys()].filter((position) => row.ingredients[position] === undefined)
    if (unknown.length > 0) {
      const detail = "is that of no ingredient"
      return yield* new InvalidRequest({
        errors: unknown.map((position) => ({
          pointer: `/links/${[...links.keys()].indexOf(position)}/position`,
          detail
        }))
      })
    }
    const after = yield* patched(row, wanted)
    const before = yield* inputOf(row)
    const known = productsOf(row)
    const { derived, record } = yield* composed(after, known)
    const fields = changedFields(before, after)
    if (fields.length === 0) return { answer: toRecipe(row) }
    const updated = yield* recipes.update(row, actor.userId, record, derived)
    const tags = after.tags ?? []
    if (fields.includes("tags")) yield* setTags(sql, { id, authorId: row.authorId, type: "recipe" }, tags)
    const events = [
      eventOf(RecipeChanged, new RecipeChanged({ items: [{ id, version: updated.version, changedFields: fields }] }))
    ]
    return {
      answer: toRecipe({ ...updated, tags: sortedTags(tags) }),
      change: changeOf(updated, row.version, fields),
      events
    }
  })

  const handlers: Handlers<Own> = {
    "recipes/CreateRecipe": Effect.fnUntraced(function*({ input }, actor) {
      const row = yield* create(input, yield* ownerOf(actor))
      const events = [eventOf(RecipeCreated, new RecipeCreated({ items: [named(row)] }))]
      return { answer: toRecipe(row), change: changeOf(row, null, Object.keys(input)), events }
    }),

    "recipes/UpdateRecipe": ({ id, ifMatch, patch }, actor) => changed(id, ifMatch, patch, actor),

    "recipes/LinkIngredients": Effect.fnUntraced(function*({ id, ifMatch, links }, actor) {
      const products = new Map(links.map(({ position, productId }) => [position, productId]))
      return yield* changed(id, ifMatch, undefined, actor, products)
    }),

    "recipes/ImportRecipes": Effect.fnUntraced(function*({ inputs }, actor) {
      const author = yield* ownerOf(actor)
      const rows = yield* Effect.forEach(inputs, (input) => create(input, author))
      const [first] = rows
      return {
        answer: rows.map(toRecipe),
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
      if (row.discardedAt === null) return { answer: toRecipe(row) }
      yield* requireRestorable(row.discardedAt)
      const { derived } = yield* composed(
        yield* inputOf(row),
        productsOf(row)
      ).pipe(Effect.catchTag("ProductUnknown", Effect.die))
      yield* recipes.updateDerived([{ id, derived }])
      const restored = yield* recipes.setDiscarded(row, actor.userId, false)
      const events = [eventOf(RecipeRestored, new RecipeRestored({ items: [named(restored)] }))]
      return { answer: toRecipe(restored), change: changeOf(restored, row.version, ["discarded"]), events }
    }),

    "recipes/CopyRecipe": Effect.fnUntraced(function*({ id }, actor) {
      const row = yield* recipes.find(id, actor.userId)
      if (row === undefined || row.discardedAt !== null || !isVisible(actor, row, "manage_recipes")) {
        return yield* new RecipeNotFound({})
      }
      const copy = yield* copyOf(row, yield* ownerOf(actor))
      const events = [eventOf(RecipeCreated, new RecipeCreated({ items: [named(copy)] }))]
      return { answer: toRecipe(copy), change: changeOf(copy, null, Object.keys(documentOf(row))), events }
    })
  }
  return handlers
})
