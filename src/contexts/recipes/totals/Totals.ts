import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, requirePermission, type Unauthenticated } from "../../../kernel/Actors.ts"
import type { PermissionMissing } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import type { CheckedTotals } from "../contract/CheckedTotals.ts"
import { batchSize } from "../contract/RecipesEvents.ts"
import type { ComposedRow } from "../meal/MealRepo.ts"
import { differingMeals } from "../meal/recomputeMeals.ts"
import { menuColumns, type MenuRow } from "../menu/MenuRow.ts"
import { differingMenus, menuBatch } from "../menu/recomputeMenus.ts"
import type { ComputedRow } from "../recipe/RecipeRepo.ts"
import { differingRecipes, productsIn } from "../recipe/recomputeRecipes.ts"

type Checking = Effect.Effect<CheckedTotals, Unauthenticated | PermissionMissing, CurrentCredential>

/** Compares what is stored with what is computed from scratch, and changes nothing. */
export class Totals extends Context.Service<Totals, {
  checkRecipes(after: string | undefined): Checking
  checkMeals(after: string | undefined): Checking
  checkMenus(after: string | undefined): Checking
}>()("cardapio/contexts/recipes/totals/Totals") {
  static readonly layer: Layer.Layer<Totals, never, Reads | Actors | ProductLookup> = Layer.effect(
    Totals,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor
      const products = yield* ProductLookup
      const first = "00000000-0000-0000-0000-000000000000"
      const managing = Effect.flatMap(actor, (reader) => requirePermission(reader, "recipes", "manage_recipes"))
      const found = (
        rows: ReadonlyArray<{ readonly id: string }>,
        differing: ReadonlyArray<{ readonly id: string }>
      ): CheckedTotals => ({ count: rows.length, differing: differing.map(({ id }) => id), last: rows.at(-1)?.id })

      return Totals.of({
        checkRecipes: Effect.fn("Totals.checkRecipes")(function*(after = first) {
          yield* managing
          const rows = yield* Effect.orDie(
            sql<ComputedRow>`
              SELECT id, ingredients, yield_grams, servings, computed FROM recipes
              WHERE id > ${after} AND discarded_at IS NULL ORDER BY id LIMIT ${batchSize}`
          )
          return found(rows, differingRecipes(rows, yield* products.facts(productsIn(rows))))
        }),
        checkMeals: Effect.fn("Totals.checkMeals")(function*(after = first) {
          yield* managing
          const rows = yield* Effect.orDie(
            sql<ComposedRow>`
              SELECT id, author_id, privacy, kept, components, computed, product_ids, total_minutes FROM meals
              WHERE id > ${after} AND discarded_at IS NULL ORDER BY id LIMIT ${batchSize}`
          )
          return found(rows, yield* Effect.orDie(differingMeals(sql, rows)))
        }),
        checkMenus: Effect.fn("Totals.checkMenus")(function*(after = first) {
          yield* managing
          const rows = yield* Effect.orDie(
            sql<MenuRow>`
              SELECT ${menuColumns(sql)} FROM menus n
              WHERE n.id > ${after} AND n.discarded_at IS NULL ORDER BY n.id LIMIT ${menuBatch}`
          )
          return found(rows, yield* Effect.orDie(differingMenus(sql, products, rows)))
        })
      })
    })
  )
}
