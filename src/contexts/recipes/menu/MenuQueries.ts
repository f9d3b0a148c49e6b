import { Context, Effect, Layer } from "effect"
import { type Actors, readingActor, type Unauthenticated, type User } from "../../../kernel/Actors.ts"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import type { CurrentCredential } from "../../../kernel/contract/Rights.ts"
import { Reads } from "../../../kernel/Database.ts"
import { list } from "../../../kernel/Listing.ts"
import type { NutrientCode } from "../../products/contract/Nutrients.ts"
import { ProductLookup } from "../../products/contract/ProductLookup.ts"
import { tagConditions } from "../access/dishConditions.ts"
import { openTo } from "../access/isOpen.ts"
import { searchedTable } from "../access/searchedTable.ts"
import type { MealId } from "../contract/Meal.ts"
import type { Menu, MenuId, MenuSummary, Weekday } from "../contract/Menu.ts"
import { MenuNotFound } from "../contract/MenuProblems.ts"
import type { MenuQuery, viewParts } from "../contract/MenuQuery.ts"
import type { MenuView } from "../contract/MenuView.ts"
import type { Explanation, MenuNutrition } from "../contract/Nutrition.ts"
import { type FreshlyMade, freshMeals } from "../meal/freshMeals.ts"
import { numberOf } from "./dates.ts"
import { filterColumns, idColumn, sortColumns } from "./menuFilterColumns.ts"
import { type ComputedMeal, explainMenu, menuNutrition } from "./menuNutrition.ts"
import {
  menuColumns,
  type MenuRow,
  menuSummaryColumns,
  type MenuSummaryRow,
  type SlotRow,
  slotsOf,
  toMenuSummary
} from "./MenuRow.ts"
import { inDayOrder, toMenu } from "./planOf.ts"
import { viewOf } from "./viewOf.ts"

type Failure = Unauthenticated | MenuNotFound

/** A week or a day of a menu, or all of it. */
export interface Period {
  readonly week?: number
  readonly weekday?: Weekday
}

export class MenuQueries extends Context.Service<MenuQueries, {
  listMenus(
    query: MenuQuery
  ): Effect.Effect<
    Page<MenuSummary>,
    Unauthenticated | CursorMismatch | PageTooDeep | InvalidRequest,
    CurrentCredential
  >
  getMenu(id: MenuId): Effect.Effect<Menu, Failure, CurrentCredential>
  nutritionOfMenu(
    id: MenuId,
    query: Period & { readonly nutrient?: ReadonlyArray<NutrientCode>; readonly fresh?: boolean }
  ): Effect.Effect<MenuNutrition, Failure, CurrentCredential>
  /** How a total comes about, from the recipes and foods as they are. */
  explainMenu(
    id: MenuId,
    query: Period & { readonly nutrient: NutrientCode }
  ): Effect.Effect<Explanation, Failure, CurrentCredential>
  /** A menu with everything in it, in a constant number of statements. */
  viewMenu(
    id: MenuId,
    include: ReadonlyArray<(typeof viewParts)[number]>
  ): Effect.Effect<MenuView, Failure, CurrentCredential>
}>()("cardapio/contexts/recipes/menu/MenuQueries") {
  static readonly layer: Layer.Layer<MenuQueries, never, Reads | Actors | ProductLookup> = Layer.effect(
    MenuQueries,
    Effect.gen(function*() {
      const sql = yield* Reads
      const actor = yield* readingActor
      const products = yield* ProductLookup
      const open = (reader: User) => sql`n.discarded_at IS NULL AND ${openTo(sql, reader, "n", "manage_menus")}`

      const found = Effect.fnUntraced(function*(id: MenuId) {
        const reader = yield* actor
        const [row] = yield* Effect.orDie(
          sql<MenuRow>`SELECT ${menuColumns(sql)} FROM menus n WHERE n.id = ${id} AND ${open(reader)}`
        )
        if (row === undefined) return yield* new MenuNotFound({})
        return { reader, row, slots: yield* Effect.orDie(slotsOf(sql, [id])) }
      })

      const within = (row: MenuRow, slots: ReadonlyArray<SlotRow>, { week, weekday }: Period) =>
        slots
          .filter((slot) =>
            (week === undefined || slot.week === week) && (weekday === undefined || slot.weekday === numberOf(weekday))
          )
          .toSorted((a, b) => a.week - b.week || a.weekday - b.weekday || inDayOrder(row)(a, b))

      const mealsOf = Effect.fnUntraced(function*(slots: ReadonlyArray<SlotRow>) {
        const ids = slots.flatMap(({ mealId, mealState }) => mealState === "available" ? [mealId] : [])
        return yield* Effect.orDie(
          sql<ComputedMeal & FreshlyMade>`
            SELECT id, version, name, author_id, privacy, kept, components, computed FROM meals
            WHERE id = ANY(${[...new Set(ids)]}::uuid[])`
        )
      })

      const byId = <A extends { readonly id: MealId }>(meals: ReadonlyArray<A>) =>
        new Map(meals.map((meal) => [meal.id, meal]))

      /** The meals as the foods are now. */
      const fresh = Effect.fnUntraced(function*(meals: ReadonlyArray<ComputedMeal & FreshlyMade>) {
        const { composed, facts, recipes } = yield* freshMeals(sql, products, meals)
        return { facts, recipes, meals: meals.map((meal, index) => ({ ...meal, ...composed[index] })) }
      })

      return MenuQueries.of({
        listMenus: Effect.fn("MenuQueries.listMenus")(function*(query) {
          const reader = yield* actor
          const { hasEmptySlots, mealId, productId, targetStatus } = query
          const page = yield* list<MenuSummaryRow>(sql, {
            query,
            select: menuSummaryColumns(sql),
            from: yield* Effect.orDie(searchedTable(sql, "menus", "n", "folded_name", query.q, open(reader))),
            filters: filterColumns,
            where: [
              open(reader),
              ...tagConditions(sql, "menu", "n", query),
              ...mealId === undefined
                ? []
                : [sql`n.id IN (SELECT menu_id FROM menu_slots WHERE meal_id = ANY(${[...mealId]}::uuid[]))`],
              ...productId === undefined ? [] : [sql`n.product_ids && ${[...productId]}::uuid[]`],
              ...targetStatus === undefined ? [] : [sql`n.target_status && ${[...targetStatus]}::text[]`],
              ...hasEmptySlots === undefined ? [] : [sql`(n.empty_slot_count > 0) = ${hasEmptySlots}`]
            ],
            sortable: sortColumns,
            defaultSort: { field: query.q === undefined ? "createdAt" : "rank", descending: true },
            id: idColumn
          }).pipe(Effect.catchTag("SqlError", Effect.die))
          return { ...page, data: page.data.map(toMenuSummary) }
        }),
        getMenu: Effect.fn("MenuQueries.getMenu")(function*(id) {
          const { row, slots } = yield* found(id)
          return toMenu(row, slots)
        }),
        nutritionOfMenu: Effect.fn("MenuQueries.nutritionOfMenu")(function*(id, query) {
          const { row, slots } = yield* found(id)
          const meant = within(row, slots, query)
          const stored = yield* mealsOf(meant)
          const meals = query.fresh === true ? (yield* fresh(stored)).meals : stored
          return menuNutrition(row, meant, byId<ComputedMeal>(meals), query.nutrient)
        }),
        explainMenu: Effect.fn("MenuQueries.explainMenu")(function*(id, query) {
          const { row, slots } = yield* found(id)
          const meant = within(row, slots, query)
          const { facts, meals, recipes } = yield* fresh(yield* mealsOf(meant))
          return explainMenu(row, meant, byId<ComputedMeal>(meals), recipes, facts, query.nutrient)
        }),
        viewMenu: Effect.fn("MenuQueries.viewMenu")(function*(id, include) {
          const { reader, row, slots } = yield* found(id)
          return yield* Effect.orDie(viewOf(sql, products, reader.userId, row, slots, include))
        })
      })
    })
  )
}
