import { DateTime, Struct } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { authorDisabled, toManagers } from "../access/authorState.ts"
import { derivedTotal } from "../contract/derivedTotal.ts"
import type { Recipe } from "../contract/Recipe.ts"
import { roundedWeight, type Summary } from "../nutrition/derivedColumns.ts"
import { rounded } from "../nutrition/rounded.ts"
import { tagsOf } from "../tag/tagsOf.ts"

type Written = Omit<Recipe, "nutrition" | "weight" | "totalMinutes" | "authorDisabled" | "createdAt" | "updatedAt">

/** A recipe as it is read. */
export interface RecipeRow extends Written {
  readonly authorDisabled: boolean
  readonly givenTotalMinutes: number | null
  readonly summary: Summary
  readonly discardedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The columns of a `RecipeRow` over `recipes r`, as one user reads them. */
export const recipeColumns = (sql: SqlClient.SqlClient, reader: UserId | null): Statement.Fragment =>
  sql`r.id, r.version, r.author_id, r.name, r.description, r.notes, r.image_url, r.source_url, r.source_author, r.privacy,
    r.instructions, r.ingredients, r.servings, r.servings_assumed, r.yield_text, r.yield_grams, r.utensils, r.prep_minutes,
    r.cook_minutes, r.given_total_minutes, r.nutrition_override, r.summary, r.average_taste,
    r.average_convenience, r.rating_count, r.discarded_at, r.created_at, r.updated_at, ${authorDisabled(sql, "r")}, ${
    tagsOf(sql, "r.id")
  } AS tags, (
      SELECT jsonb_build_object('taste', m.taste, 'convenience', m.convenience, 'comment', m.comment)
      FROM recipe_ratings m WHERE m.recipe_id = r.id AND m.user_id = ${reader}
    ) AS my_rating`

/** A row as it is answered. */
export const toRecipe = (row: RecipeRow): Recipe => ({
  ...Struct.omit(row, ["authorDisabled", "discardedAt", "givenTotalMinutes", "summary"]),
  weight: roundedWeight(row.summary),
  averageTaste: row.averageTaste === null ? null : rounded(row.averageTaste, 2),
  averageConvenience: row.averageConvenience === null ? null : rounded(row.averageConvenience, 2),
  nutrition: Struct.omit(row.summary, ["weight"]),
  totalMinutes: derivedTotal(row.givenTotalMinutes, row.prepMinutes, row.cookMinutes),
  createdAt: DateTime.makeUnsafe(row.createdAt),
  updatedAt: DateTime.makeUnsafe(row.updatedAt)
})

/** The same for one who reads it: those who manage recipes are told of its author, too. */
export const toRecipeFor = (reader: Actor) => (row: RecipeRow): Recipe => ({
  ...toRecipe(row),
  ...toManagers(reader, "manage_recipes", row)
})
