import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { UserLookup } from "../../iam/contract/UserLookup.ts"
import { ownerOf } from "../access/ownerOf.ts"
import { visibleTo } from "../access/visibility.ts"
import type { Rating, RecipeId } from "../contract/Recipe.ts"
import type { RateRecipe, WithdrawRating } from "../contract/RecipeCommands.ts"
import { RatingNotFound, RecipeNotFound } from "../contract/RecipeProblems.ts"
import { RecipeRated } from "../contract/RecipesEvents.ts"

interface RatingRow extends Omit<Rating, "userName" | "createdAt" | "updatedAt"> {
  readonly createdAt: Date
  readonly updatedAt: Date
}

export const ratingHandlers = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const users = yield* UserLookup

  /** Held, so that ratings of it are counted one after the other. */
  const held = Effect.fnUntraced(function*(id: RecipeId, actor: Actor) {
    const [row] = yield* sql<{ version: number }>`
      SELECT r.version FROM recipes r WHERE r.id = ${id} AND r.discarded_at IS NULL
        AND ${visibleTo(sql, actor, "r", "manage_recipes")} FOR NO KEY UPDATE OF r`
    return row ?? (yield* new RecipeNotFound({}))
  })
  const counted = (id: RecipeId) =>
    sql`
      UPDATE recipes SET (rating_count, average_taste, average_convenience) = (
        SELECT count(*), avg(taste), avg(convenience) FROM recipe_ratings WHERE recipe_id = ${id}
      ) WHERE id = ${id}`
  const changeOf = (id: RecipeId, version: number) => ({
    target: { type: "recipe", id },
    versionBefore: version,
    versionAfter: version,
    changedFields: ["rating"]
  })

  const handlers: Handlers<RateRecipe | WithdrawRating> = {
    "recipes/RateRecipe": Effect.fnUntraced(function*({ id, input }, actor) {
      const userId = yield* ownerOf(actor)
      const { version } = yield* held(id, actor)
      const [row] = yield* sql<RatingRow>`
        INSERT INTO recipe_ratings (recipe_id, user_id, taste, convenience, comment)
        VALUES (${id}, ${userId}, ${input.taste}, ${input.convenience}, ${input.comment ?? null})
        ON CONFLICT (recipe_id, user_id) DO UPDATE SET taste = excluded.taste, convenience = excluded.convenience,
          comment = excluded.comment, updated_at = now()
        RETURNING user_id, taste, convenience, comment, created_at, updated_at`
      if (row === undefined) return yield* Effect.die("nothing was inserted")
      yield* counted(id)
      const names = yield* users.names([userId])
      const { convenience, taste } = row
      return {
        answer: {
          ...row,
          userName: names.get(userId) ?? null,
          createdAt: DateTime.makeUnsafe(row.createdAt),
          updatedAt: DateTime.makeUnsafe(row.updatedAt)
        },
        change: changeOf(id, version),
        events: [eventOf(RecipeRated, new RecipeRated({ recipeId: id, userId, rating: { taste, convenience } }))]
      }
    }),

    "recipes/WithdrawRating": Effect.fnUntraced(function*({ id }, actor) {
      const userId = yield* ownerOf(actor)
      const { version } = yield* held(id, actor)
      const deleted = yield* sql`
        DELETE FROM recipe_ratings WHERE recipe_id = ${id} AND user_id = ${userId} RETURNING recipe_id`
      if (deleted.length === 0) return yield* new RatingNotFound({})
      yield* counted(id)
      return {
        answer: undefined,
        change: changeOf(id, version),
        events: [eventOf(RecipeRated, new RecipeRated({ recipeId: id, userId, rating: null }))]
      }
    })
  }
  return handlers
})
