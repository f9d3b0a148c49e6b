import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { MealId, type MealInput } from "../contract/Meal.ts"
import { MealHasPrivateRecipes } from "../contract/MealProblems.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import { RecipeNotFound } from "../contract/RecipeProblems.ts"
import { MealCreated, RecipeCreated } from "../contract/RecipesEvents.ts"
import { RecipeRepo } from "../recipe/RecipeRepo.ts"
import type { RecipeRow } from "../recipe/RecipeRow.ts"
import { recipeWriter } from "../recipe/RecipeWriter.ts"
import { sortedTags } from "../tag/sortedTags.ts"
import { setTags } from "../tag/TagUses.ts"
import { composeMeal, type KeptComponent, type OwnedMeal, stateOf, usedRecipes } from "./MealComponents.ts"
import { inputOf } from "./mealDocument.ts"
import { MealRepo } from "./MealRepo.ts"
import type { MealRow } from "./MealRow.ts"

/** A meal as events tell of it. */
export const named = ({ authorId, id, name }: MealRow) => ({ id, authorId, name })

/** An input with its defaults, in the order of positions. */
export const normal = ({ components = [], like, privacy, tags, ...input }: MealInput): MealInput => ({
  ...input,
  privacy: privacy ?? "private",
  tags: sortedTags(tags ?? []),
  like: like ?? null,
  components: components
    .map(({ portions, position, recipeId }, index) => ({ recipeId, portions, position: position ?? index }))
    .toSorted((a, b) => a.position - b.position)
})

/** What all commands that make meals share. */
export const mealWriter = Effect.gen(function*() {
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

  /** The author's own copies of the recipes that count. */
  const recipeCopies = Effect.fnUntraced(function*(
    row: OwnedMeal & Pick<MealRow, "components">,
    author: UserId,
    isMeant: (recipe: RecipeRow) => boolean
  ) {
    const counting = row.components.flatMap(({ recipeId, state }) => state === "available" ? [recipeId] : [])
    const originals = (yield* recipes.findAll(counting, author)).filter(isMeant)
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

  /** A private copy of a meal for an author, with copies of those of its recipes that are meant. */
  const copied = Effect.fnUntraced(function*(row: MealRow, author: UserId, isMeant: (recipe: RecipeRow) => boolean) {
    const { copies, events } = yield* recipeCopies(row, author, isMeant)
    const kept = row.kept.map((component) => ({
      ...component,
      recipeId: copies.get(component.recipeId) ?? component.recipeId
    }))
    const components = kept.map(({ portions, recipeId }) => ({ recipeId, portions }))
    const input: MealInput = { ...yield* inputOf(row), privacy: "private", like: null, components }
    const copy = yield* create(input, author, kept).pipe(
      Effect.catchTag(["RecipeNotFound", "MealHasPrivateRecipes"], Effect.die)
    )
    return { copy, events: [...events, eventOf(MealCreated, new MealCreated({ items: [named(copy)] }))] }
  })

  return { composed, create, copied }
})
