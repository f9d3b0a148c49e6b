import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { orConflict } from "../../../kernel/orConflict.ts"
import { recordsetOf } from "../access/recordsetOf.ts"
import type { Ingredient } from "../contract/Ingredient.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import type { Computed } from "../nutrition/Computed.ts"
import { type Derived, derivedTypes } from "../nutrition/derivedColumns.ts"
import { type RecipeRecord, recordTypes } from "./RecipeRecord.ts"
import { recipeColumns, type RecipeRow } from "./RecipeRow.ts"

const all = recordsetOf({ ...recordTypes, ...derivedTypes })
const following = recordsetOf(derivedTypes)

/** A recipe that is to be there. */
export interface NewRecipe {
  readonly id: RecipeId
  readonly record: RecipeRecord
  readonly derived: Derived
}

/** What a computation needs of a recipe. */
export interface ComputedRow {
  readonly id: RecipeId
  readonly ingredients: ReadonlyArray<Ingredient>
  readonly yieldGrams: number | null
  readonly servings: number
  readonly computed: Computed
}

export class RecipeRepo extends Context.Service<RecipeRepo, {
  /** Held until the end of the transaction, so that changes of it come one after the other; discarded ones too. */
  lock(id: RecipeId, reader: UserId | null): Effect.Effect<RecipeRow | undefined, SqlError.SqlError>
  findAll(
    ids: ReadonlyArray<RecipeId>,
    reader: UserId | null
  ): Effect.Effect<ReadonlyArray<RecipeRow>, SqlError.SqlError>
  insertAll(
    author: UserId,
    recipes: ReadonlyArray<NewRecipe>
  ): Effect.Effect<ReadonlyArray<RecipeRow>, SqlError.SqlError>
  /** Writes the record as the version after that of the row. */
  update(
    row: RecipeRow,
    reader: UserId | null,
    record: RecipeRecord,
    derived: Derived
  ): Effect.Effect<RecipeRow, SqlError.SqlError | VersionConflict>
  setDiscarded(
    row: RecipeRow,
    reader: UserId | null,
    discarded: boolean
  ): Effect.Effect<RecipeRow, SqlError.SqlError | VersionConflict>
  /** Recipes to compute anew, held, in the order of their ids. */
  lockAll(ids: ReadonlyArray<RecipeId>): Effect.Effect<ReadonlyArray<ComputedRow>, SqlError.SqlError>
  /** Writes what was computed anew; versions stay. */
  updateDerived(
    rows: ReadonlyArray<{ readonly id: RecipeId; readonly derived: Derived }>
  ): Effect.Effect<void, SqlError.SqlError>
}>()("cardapio/contexts/recipes/recipe/RecipeRepo") {
  static readonly layer = Layer.effect(
    RecipeRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      return RecipeRepo.of({
        lock: (id, reader) =>
          Effect.map(
            sql<RecipeRow>`SELECT ${recipeColumns(sql, reader)} FROM recipes r WHERE r.id = ${id} FOR UPDATE OF r`,
            ([row]) => row
          ),
        findAll: (ids, reader) =>
          sql<RecipeRow>`
            SELECT ${recipeColumns(sql, reader)} FROM recipes r WHERE r.id = ANY(${[...new Set(ids)]}::uuid[])`,
        insertAll: (author, recipes) => {
          const records = recipes.map(({ derived, id, record }) => ({ id, ...record, ...derived }))
          return sql<RecipeRow>`
            WITH r AS (
              INSERT INTO recipes (id, author_id, ${sql.literal(all.names)})
              SELECT id, ${author}::uuid, ${sql.literal(all.values)}
              FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) ${sql.literal(all.as)} RETURNING *
            )
            SELECT ${recipeColumns(sql, author)} FROM r ORDER BY r.id`
        },
        update: ({ id, version }, reader, record, derived) =>
          orConflict(sql<RecipeRow>`
            WITH written AS (
              UPDATE recipes w SET ${sql.literal(all.assignments)},
                version = w.version + 1, updated_at = now()
              FROM jsonb_to_recordset(${JSON.stringify([{ id, ...record, ...derived }])}::jsonb) ${sql.literal(all.as)}
              WHERE w.id = r.id AND w.version = ${version} RETURNING w.*
            )
            SELECT ${recipeColumns(sql, reader)} FROM written r`),
        setDiscarded: ({ id, version }, reader, discarded) =>
          orConflict(sql<RecipeRow>`
            WITH written AS (
              UPDATE recipes SET discarded_at = CASE WHEN ${discarded} THEN now() END, version = version + 1, updated_at = now()
              WHERE id = ${id} AND version = ${version} RETURNING *
            )
            SELECT ${recipeColumns(sql, reader)} FROM written r`),
        lockAll: (ids) =>
          sql<ComputedRow>`
            SELECT id, ingredients, yield_grams, servings, computed FROM recipes
            WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY id FOR UPDATE`,
        updateDerived: (rows) =>
          rows.length === 0
            ? Effect.void
            : Effect.asVoid(sql`
                UPDATE recipes w SET ${sql.literal(following.assignments)}
                FROM jsonb_to_recordset(${
              JSON.stringify(rows.map(({ derived, id }) => ({ id, ...derived })))
            }::jsonb) ${sql.literal(following.as)}
                WHERE w.id = r.id`)
      })
    })
  )
}
