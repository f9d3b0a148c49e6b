import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated, type User } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { list } from "../../../kernel/Listing.ts"
import type { NutrientCode } from "../../products/contract/Nutrients.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { menuConditions, productConditions, tagConditions } from "../access/dishConditions.ts"
import { figureConditions } from "../access/figureColumns.ts"
import { foodsNamed } from "../access/foodsNamed.ts"
import { searchedTable } from "../access/searchedTable.ts"
import { visibleTo } from "../access/visibility.ts"
import type { Meal, MealId } from "../contract/Meal.ts"
import { MealNotFound } from "../contract/MealProblems.ts"
import type { MealQuery } from "../contract/MealQuery.ts"
import type { Explanation, Nutrition, perWhat } from "../contract/Nutrition.ts"
import { answerNutrition } from "../nutrition/answerNutrition.ts"
import type { Computed } from "../nutrition/Computed.ts"
import { explainMeal } from "../nutrition/explainMeal.ts"
import { type FreshlyMade, freshMeals } from "./freshMeals.ts"
import { figures, filterColumns, idColumn, sortColumns } from "./mealFilterColumns.ts"
import { mealColumns, type MealRow, toMealFor } from "./MealRow.ts"

type Failure = Unauthenticated | MealNotFound

interface NutritionRow
  extends Pick<Meal, "id" | "version" | "name" | "authorId" | "privacy" | "components">, FreshlyMade
{
  readonly computed: Computed
}

export class MealQueries extends Context.Service<MealQueries, {
  listMeals(
    query: MealQuery
  ): Effect.Effect<Page<Meal>, Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest, CurrentCredential>
  getMeal(id: MealId): Effect.Effect<Meal, Failure, CurrentCredential>
  nutritionOfMeal(
    id: MealId,
    wanted: ReadonlyArray<NutrientCode> | undefined,
    fresh: boolean
  ): Effect.Effect<Nutrition, Failure, CurrentCredential>
  /** How a total comes about, from the recipes and products as they are. */
  explainMeal(
    id: MealId,
    nutrient: NutrientCode,
    per: (typeof perWhat)[number]
  ): Effect.Effect<Explanation, Failure, CurrentCredential>
}>()("cardapio/contexts/recipes/meal/MealQueries") {
  static readonly layer: Layer.Layer<MealQueries, never, Reads | Actors | ProductLookup> = Layer.effect(
    MealQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor
      const products = yield* ProductLookup

      const visible = (reader: User) => sql`m.discarded_at IS NULL AND ${visibleTo(sql, reader, "m", "manage_meals")}`

      const nutritionRow = Effect.fnUntraced(function*(id: MealId) {
        const reader = yield* actor
        const [row] = yield* Effect.orDie(
          sql<NutritionRow>`
            SELECT m.id, m.version, m.name, m.author_id, m.privacy, m.components, m.kept, m.computed FROM meals m
            WHERE m.id = ${id} AND ${visible(reader)}`
        )
        return row ?? (yield* new MealNotFound({}))
      })

      const fresh = Effect.fnUntraced(function*(row: NutritionRow) {
        const { composed, facts, recipes } = yield* freshMeals(sql, products, [row])
        const [meal] = composed
        return meal === undefined ? yield* Effect.die("nothing was composed") : { composed: meal, facts, recipes }
      })

      const overriddenOf = ({ components }: Pick<Meal, "components">) => (places: ReadonlyArray<number>) =>
        places.flatMap((place) => {
          const component = components[place]
          return component === undefined ? [] : [{ recipeId: component.recipeId, name: component.name }]
        })

      return MealQueries.of({
        listMeals: Effect.fn("MealQueries.listMeals")(function*(query) {
          const reader = yield* actor
          const { recipeId } = query
          const recipeName = query["recipeName[like]"]
          const page = yield* list<MealRow>(sql, {
            query,
            select: mealColumns(sql),
            from: yield* Effect.orDie(searchedTable(sql, "meals", "m", "folded_name", query.q, visible(reader))),
            filters: filterColumns,
            where: [
              visible(reader),
              ...figureConditions(sql, figures, "m", query),
              ...tagConditions(sql, "meal", "m", query),
              ...productConditions(sql, "m", query),
              ...menuConditions(sql, reader, "meal", "m", query),
              ...yield* foodsNamed(sql, products, "m", query.productName),
              ...recipeId === undefined ? [] : [sql`m.recipe_ids && ${[...recipeId]}::uuid[]`],
              ...recipeName === undefined
                ? []
                : [sql`EXISTS (
                    SELECT FROM jsonb_to_recordset(m.components) AS c(name text) WHERE fold(c.name) LIKE like_pattern(${recipeName})
                  )`]
            ],
            sortable: sortColumns,
            defaultSort: { field: query.q === undefined ? "createdAt" : "rank", descending: true },
            id: idColumn
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toMealFor(reader)) }
        }),
        getMeal: Effect.fn("MealQueries.getMeal")(function*(id) {
          const reader = yield* actor
          const [row] = yield* Effect.orDie(
            sql<MealRow>`SELECT ${mealColumns(sql)} FROM meals m WHERE m.id = ${id} AND ${visible(reader)}`
          )
          return row === undefined ? yield* new MealNotFound({}) : toMealFor(reader)(row)
        }),
        nutritionOfMeal: Effect.fn("MealQueries.nutritionOfMeal")(function*(id, wanted, isFresh) {
          const row = yield* nutritionRow(id)
          const { components, computed } = isFresh ? (yield* fresh(row)).composed : row
          return answerNutrition(
            { id, version: row.version, servings: null },
            computed,
            null,
            wanted,
            overriddenOf({ components })
          )
        }),
        explainMeal: Effect.fn("MealQueries.explainMeal")(function*(id, nutrient, per) {
          const row = yield* nutritionRow(id)
          const { composed, facts, recipes } = yield* fresh(row)
          return explainMeal(row, composed, recipes, facts, nutrient, per)
        })
      })
    })
  )
}
