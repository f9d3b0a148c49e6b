import { Context, DateTime, Effect, Layer } from "effect"
import type { Statement } from "effect/sql"
import { type Actors, readingActor, type Unauthenticated, type User } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential, UserId } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { columnsOf } from "../../../kernel/Filters.ts"
import { list } from "../../../kernel/Listing.ts"
import { UserLookup } from "../../iam/contract/UserLookup.ts"
import { type NutrientCode, unitOf } from "../../products/contract/Nutrients.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { menuConditions, productConditions, tagConditions } from "../access/dishConditions.ts"
import { figureConditions } from "../access/figureColumns.ts"
import { foodsNamed } from "../access/foodsNamed.ts"
import { searchedTable } from "../access/searchedTable.ts"
import { visibleTo } from "../access/visibility.ts"
import type { Explanation, Nutrition, NutritionOverride, perWhat } from "../contract/Nutrition.ts"
import type { RatingQuery } from "../contract/RatingQuery.ts"
import type { Rating, Recipe, RecipeId } from "../contract/Recipe.ts"
import { RecipeNotFound } from "../contract/RecipeProblems.ts"
import type { RecipeQuery } from "../contract/RecipeQuery.ts"
import type { JsonObject } from "../import/jsonValues.ts"
import { nutritionMembers } from "../import/nutritionIn.ts"
import { toSchemaOrg } from "../import/toSchemaOrg.ts"
import { answerNutrition, totalOf } from "../nutrition/answerNutrition.ts"
import type { Computed } from "../nutrition/Computed.ts"
import { computeRecipe } from "../nutrition/computeRecipe.ts"
import { explainRecipe } from "../nutrition/explainRecipe.ts"
import { roundedIn } from "../nutrition/rounded.ts"
import { figures, filterColumns, idColumn, sortColumns } from "./recipeFilterColumns.ts"
import { recipeColumns, type RecipeRow, toRecipe, toRecipeFor } from "./RecipeRow.ts"

type Failure = Unauthenticated | RecipeNotFound

interface NutritionRow extends Pick<Recipe, "id" | "version" | "name" | "servings" | "ingredients" | "yieldGrams"> {
  readonly computed: Computed
  readonly nutritionOverride: NutritionOverride | null
}

interface RatingRow extends Omit<Rating, "userName" | "createdAt" | "updatedAt"> {
  readonly createdAt: Date
  readonly updatedAt: Date
}

const ratingSorts = columnsOf({ updatedAt: { expression: "m.updated_at", type: "timestamptz", nullable: false } })

type ListFailure = Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest

export class RecipeQueries extends Context.Service<RecipeQueries, {
  listRecipes(query: RecipeQuery): Effect.Effect<Page<Recipe>, ListFailure, CurrentCredential>
  getRecipe(id: RecipeId): Effect.Effect<Recipe, Failure, CurrentCredential>
  nutritionOfRecipe(
    id: RecipeId,
    wanted: ReadonlyArray<NutrientCode> | undefined,
    fresh: boolean
  ): Effect.Effect<Nutrition, Failure, CurrentCredential>
  /** How a total comes about, from the products as they are. */
  explainRecipe(
    id: RecipeId,
    nutrient: NutrientCode,
    per: (typeof perWhat)[number]
  ): Effect.Effect<Explanation, Failure, CurrentCredential>
  /** The recipe as schema.org has it, with its nutrition per serving where that is complete. */
  schemaOrg(id: RecipeId): Effect.Effect<JsonObject, Failure, CurrentCredential>
  ratings(
    id: RecipeId,
    query: RatingQuery
  ): Effect.Effect<Page<Rating>, ListFailure | RecipeNotFound, CurrentCredential>
  /** Nothing but that the caller is an active user. */
  readonly signedIn: Effect.Effect<void, Unauthenticated, CurrentCredential>
}>()("cardapio/contexts/recipes/recipe/RecipeQueries") {
  static readonly layer: Layer.Layer<RecipeQueries, never, Reads | Actors | ProductLookup | UserLookup> = Layer.effect(
    RecipeQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor
      const products = yield* ProductLookup
      const users = yield* UserLookup

      const visible = (reader: User) => sql`r.discarded_at IS NULL AND ${visibleTo(sql, reader, "r", "manage_recipes")}`

      const recipeRow = Effect.fnUntraced(function*(id: RecipeId, reader: User, more: Statement.Fragment = sql``) {
        const [row] = yield* Effect.orDie(
          sql<RecipeRow & { readonly computed: Computed }>`
            SELECT ${recipeColumns(sql, reader.userId)}${more} FROM recipes r WHERE r.id = ${id} AND ${visible(reader)}`
        )
        return row ?? (yield* new RecipeNotFound({}))
      })
      const nutritionRow = Effect.fnUntraced(function*(id: RecipeId) {
        const reader = yield* actor
        const [row] = yield* Effect.orDie(
          sql<NutritionRow>`
            SELECT r.id, r.version, r.name, r.servings, r.ingredients, r.yield_grams, r.computed, r.nutrition_override
            FROM recipes r WHERE r.id = ${id} AND ${visible(reader)}`
        )
        return row ?? (yield* new RecipeNotFound({}))
      })
      const factsOf = ({ ingredients }: Pick<Recipe, "ingredients">) =>
        products.facts(ingredients.flatMap(({ productId }) => productId === null ? [] : [productId]))

      return RecipeQueries.of({
        signedIn: Effect.asVoid(actor),
        listRecipes: Effect.fn("RecipeQueries.listRecipes")(function*(query) {
          const reader = yield* actor
          const rated =
            sql`EXISTS (SELECT FROM recipe_ratings m WHERE m.recipe_id = r.id AND m.user_id = ${reader.userId})`
          const page = yield* list<RecipeRow>(sql, {
            query,
            select: recipeColumns(sql, reader.userId),
            from: yield* Effect.orDie(searchedTable(sql, "recipes", "r", "folded_searched", query.q, visible(reader))),
            filters: filterColumns,
            where: [
              visible(reader),
              ...figureConditions(sql, figures, "r", query),
              ...tagConditions(sql, "recipe", "r", query),
              ...productConditions(sql, "r", query),
              ...menuConditions(sql, reader, "recipe", "r", query),
              ...yield* foodsNamed(sql, products, "r", query.productName),
              ...query.mealId === undefined ? [] : [sql`r.id IN (
                SELECT unnest(m.recipe_ids) FROM meals m WHERE m.id = ANY(${[...query.mealId]}::uuid[])
                  AND m.discarded_at IS NULL AND ${visibleTo(sql, reader, "m", "manage_meals")})`],
              ...query.ratedByMe === undefined ? [] : [query.ratedByMe ? rated : sql`NOT ${rated}`]
            ],
            sortable: sortColumns,
            defaultSort: { field: query.q === undefined ? "createdAt" : "rank", descending: true },
            id: idColumn
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toRecipeFor(reader)) }
        }),
        getRecipe: Effect.fn("RecipeQueries.getRecipe")(function*(id) {
          const reader = yield* actor
          return toRecipeFor(reader)(yield* recipeRow(id, reader))
        }),
        schemaOrg: Effect.fn("RecipeQueries.schemaOrg")(function*(id) {
          const { computed, servings, ...row } = yield* recipeRow(id, yield* actor, sql`, r.computed`)
          const values = Object.fromEntries(nutritionMembers.flatMap(([, code]) => {
            const { complete, value } = totalOf(computed, code)
            return complete && value !== null ? [[code, roundedIn(value / servings, unitOf(code)) ?? 0]] : []
          }))
          return toSchemaOrg(toRecipe({ ...row, servings }), values)
        }),
        nutritionOfRecipe: Effect.fn("RecipeQueries.nutritionOfRecipe")(function*(id, wanted, fresh) {
          const row = yield* nutritionRow(id)
          const computed = fresh ? computeRecipe(row, yield* factsOf(row)) : row.computed
          return answerNutrition(row, computed, row.nutritionOverride, wanted)
        }),
        explainRecipe: Effect.fn("RecipeQueries.explainRecipe")(function*(id, nutrient, per) {
          const row = yield* nutritionRow(id)
          return explainRecipe(row, yield* factsOf(row), nutrient, per)
        }),
        ratings: Effect.fn("RecipeQueries.ratings")(function*(id, query) {
          const reader = yield* actor
          const [found] = yield* Effect.orDie(sql`SELECT FROM recipes r WHERE r.id = ${id} AND ${visible(reader)}`)
          if (found === undefined) return yield* new RecipeNotFound({})
          const page = yield* list<RatingRow>(sql, {
            query,
            select: sql`m.user_id, m.taste, m.convenience, m.comment, m.created_at, m.updated_at`,
            from: sql`recipe_ratings m`,
            filters: () => undefined,
            where: [sql`m.recipe_id = ${id}`],
            sortable: ratingSorts,
            defaultSort: { field: "updatedAt", descending: true },
            id: { expression: "m.user_id", type: "uuid", nullable: false }
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          const names: ReadonlyMap<UserId, string | null> = yield* users.names(page.data.map(({ userId }) => userId))
          return {
            ...page,
            data: page.data.map(({ createdAt, updatedAt, ...row }) => ({
              ...row,
              userName: names.get(row.userId) ?? null,
              createdAt: DateTime.makeUnsafe(createdAt),
              updatedAt: DateTime.makeUnsafe(updatedAt)
            }))
          }
        })
      })
    })
  )
}
