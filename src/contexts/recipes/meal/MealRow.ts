import { DateTime, Struct } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import { authorDisabled, toManagers } from "../access/authorState.ts"
import type { Meal } from "../contract/Meal.ts"
import { roundedWeight, type Summary } from "../nutrition/derivedColumns.ts"
import { tagsOf } from "../tag/tagsOf.ts"
import type { KeptComponent } from "./MealComponents.ts"

/** A meal as it is read. */
export interface MealRow extends Omit<Meal, "nutrition" | "weight" | "authorDisabled" | "createdAt" | "updatedAt"> {
  readonly authorDisabled: boolean
  readonly kept: ReadonlyArray<KeptComponent>
  readonly summary: Summary
  readonly discardedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The columns of a `MealRow` over `meals m`. */
export const mealColumns = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`m.id, m.version, m.author_id, m.name, m.description, m.notes, m.image_url, m.privacy, m.liked AS like, m.kept, m.components,
    m.summary, m.total_minutes, m.product_ids, m.discarded_at, m.created_at, m.updated_at, ${authorDisabled(sql, "m")},
    ${tagsOf(sql, "m.id")} AS tags, (
      SELECT coalesce(jsonb_agg(jsonb_build_object('key', d.key, 'value', d.value) ORDER BY d.key, d.value), '[]') FROM (
        SELECT DISTINCT t.key, t.value FROM jsonb_to_recordset(m.components) AS c("recipeId" uuid, state text)
        JOIN tag_uses u ON u.item_id = c."recipeId" JOIN tags t ON t.id = u.tag_id WHERE c.state = 'available'
      ) d
    ) AS recipe_tags`

/** A row as it is answered. */
export const toMeal = (row: MealRow): Meal => ({
  ...Struct.omit(row, ["authorDisabled", "discardedAt", "kept", "summary"]),
  weight: roundedWeight(row.summary),
  nutrition: Struct.omit(row.summary, ["weight"]),
  createdAt: DateTime.makeUnsafe(row.createdAt),
  updatedAt: DateTime.makeUnsafe(row.updatedAt)
})

/** The same for one who reads it: those who manage meals are told of its author, too. */
export const toMealFor = (reader: Actor) => (row: MealRow): Meal => ({
  ...toMeal(row),
  ...toManagers(reader, "manage_meals", row)
})
