import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { orConflict } from "../../../kernel/orConflict.ts"
import { recordsetOf } from "../access/recordsetOf.ts"
import type { Component, MealId, MealInput } from "../contract/Meal.ts"
import type { RecipeId } from "../contract/Recipe.ts"
import type { Computed } from "../nutrition/Computed.ts"
import { derivedOf, derivedTypes } from "../nutrition/derivedColumns.ts"
import type { composeMeal, KeptComponent } from "./MealComponents.ts"
import { mealColumns, type MealRow } from "./MealRow.ts"

const plainTypes = {
  name: "text",
  description: "text",
  notes: "text",
  image_url: "text",
  privacy: "text",
  liked: "boolean",
  kept: "jsonb",
  recipe_ids: "uuid[]"
} as const
const followingTypes = {
  ...derivedTypes,
  components: "jsonb",
  product_ids: "uuid[]",
  total_minutes: "integer"
} as const
const following = recordsetOf(followingTypes)
const all = recordsetOf({ ...plainTypes, ...followingTypes })

type Composed = ReturnType<typeof composeMeal>

/** What a computation needs of a meal, and what it came to. */
export interface ComposedRow {
  readonly id: MealId
  readonly authorId: UserId
  readonly privacy: "private" | "public"
  readonly kept: ReadonlyArray<KeptComponent>
  readonly components: ReadonlyArray<Component>
  readonly computed: Computed
  readonly productIds: ReadonlyArray<string>
  readonly totalMinutes: number | null
}

export interface MealRecord {
  readonly input: MealInput
  readonly kept: ReadonlyArray<KeptComponent>
  readonly composed: Composed
}

const followingOf = ({ components, computed, productIds, totalMinutes }: Composed) => ({
  ...derivedOf(computed, null),
  components,
  product_ids: productIds,
  total_minutes: totalMinutes
})

const recordOf = (id: MealId, { composed, input, kept }: MealRecord) => ({
  id,
  name: input.name,
  description: input.description ?? null,
  notes: input.notes ?? null,
  image_url: input.imageUrl ?? null,
  privacy: input.privacy ?? "private",
  liked: input.like ?? null,
  kept,
  recipe_ids: [...new Set(kept.map(({ recipeId }) => recipeId))],
  ...followingOf(composed)
})

export class MealRepo extends Context.Service<MealRepo, {
  /** Held until the end of the transaction; discarded ones too. */
  lock(id: MealId): Effect.Effect<MealRow | undefined, SqlError.SqlError>
  find(id: MealId): Effect.Effect<MealRow | undefined, SqlError.SqlError>
  insert(id: MealId, author: UserId, record: MealRecord): Effect.Effect<MealRow, SqlError.SqlError>
  /** Writes the record as the version after that of the row. */
  update(row: MealRow, record: MealRecord): Effect.Effect<MealRow, SqlError.SqlError | VersionConflict>
  setDiscarded(row: MealRow, discarded: boolean): Effect.Effect<MealRow, SqlError.SqlError | VersionConflict>
  /** Meals to compute anew, held, in the order of their ids. */
  lockAll(ids: ReadonlyArray<MealId>): Effect.Effect<ReadonlyArray<ComposedRow>, SqlError.SqlError>
  /** Writes what was computed anew; versions stay. */
  updateComposed(
    rows: ReadonlyArray<{ readonly id: MealId; readonly composed: Composed }>
  ): Effect.Effect<void, SqlError.SqlError>
  /** Live meals with any of these recipes. */
  using(recipes: ReadonlyArray<RecipeId>): Effect.Effect<ReadonlyArray<MealId>, SqlError.SqlError>
}>()("cardapio/contexts/recipes/meal/MealRepo") {
  static readonly layer = Layer.effect(
    MealRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const recordset = sql.literal(all.as)

      return MealRepo.of({
        lock: (id) =>
          Effect.map(
            sql<MealRow>`SELECT ${mealColumns(sql)} FROM meals m WHERE m.id = ${id} FOR UPDATE OF m`,
            ([row]) => row
          ),
        find: (id) =>
          Effect.map(sql<MealRow>`SELECT ${mealColumns(sql)} FROM meals m WHERE m.id = ${id}`, ([row]) => row),
        insert: (id, author, record) =>
          Effect.flatMap(
            sql<MealRow>`
              WITH m AS (
                INSERT INTO meals (id, author_id, ${sql.literal(all.names)})
                SELECT id, ${author}::uuid, ${sql.literal(all.values)}
                FROM jsonb_to_recordset(${JSON.stringify([recordOf(id, record)])}::jsonb) ${recordset} RETURNING *
              )
              SELECT ${mealColumns(sql)} FROM m`,
            ([row]) => row === undefined ? Effect.die("nothing was inserted") : Effect.succeed(row)
          ),
        update: ({ id, version }, record) =>
          orConflict(sql<MealRow>`
            WITH m AS (
              UPDATE meals w SET ${sql.literal(all.assignments)}, version = w.version + 1, updated_at = now()
              FROM jsonb_to_recordset(${JSON.stringify([recordOf(id, record)])}::jsonb) ${recordset}
              WHERE w.id = r.id AND w.version = ${version} RETURNING w.*
            )
            SELECT ${mealColumns(sql)} FROM m`),
        setDiscarded: ({ id, version }, discarded) =>
          orConflict(sql<MealRow>`
            WITH m AS (
              UPDATE meals SET discarded_at = CASE WHEN ${discarded} THEN now() END, version = version + 1, updated_at = now()
              WHERE id = ${id} AND version = ${version} RETURNING *
            )
            SELECT ${mealColumns(sql)} FROM m`),
        lockAll: (ids) =>
          sql<ComposedRow>`
            SELECT id, author_id, privacy, kept, components, computed, product_ids, total_minutes FROM meals
            WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY id FOR UPDATE`,
        updateComposed: (rows) =>
          rows.length === 0
            ? Effect.void
            : Effect.asVoid(sql`
                UPDATE meals w SET ${sql.literal(following.assignments)}
                FROM jsonb_to_recordset(
                  ${JSON.stringify(rows.map(({ composed, id }) => ({ id, ...followingOf(composed) })))}::jsonb
                ) ${sql.literal(following.as)}
                WHERE w.id = r.id`),
        using: (recipes) =>
          Effect.map(
            sql<{ id: MealId }>`
              SELECT id FROM meals WHERE recipe_ids && ${[...recipes]}::uuid[] AND discarded_at IS NULL ORDER BY id`,
            (rows) => rows.map(({ id }) => id)
          )
      })
    })
  )
}
