import { DateTime } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import { authorDisabled } from "../access/authorState.ts"
import type { MealId } from "../contract/Meal.ts"
import type { MenuId, MenuSummary, Slot, SlotId } from "../contract/Menu.ts"
import { tagsOf } from "../tag/tagsOf.ts"
import type { DerivedMenu } from "./composeMenu.ts"

/** A menu as it is read, without its slots. */
export interface MenuRow extends Omit<MenuSummary, "createdAt" | "updatedAt">, Derivations {
  readonly discardedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

type Derivations = Pick<DerivedMenu, "days" | "weekTotals" | "conflicts" | "productIds">

/** A slot as it is kept: Monday is 1. */
export interface KeptSlot {
  readonly id: SlotId
  readonly menuId: MenuId
  readonly week: number
  readonly weekday: number
  readonly mealType: string
  readonly hour: string | null
  readonly mealId: MealId
  /** The name that the meal was added under. */
  readonly mealName: string
  readonly portions: number
  readonly note: string | null
}

/** A slot with what its meal is now. */
export interface SlotRow extends KeptSlot {
  readonly currentName: string
  readonly mealState: Slot["mealState"]
}

const summaryColumns =
  `n.id, n.version, n.author_id, n.client_id, n.name, n.description, n.start_date::text AS start_date,
  n.weeks, n.status, n.people, n.pattern, n.targets, n.target_status, n.slot_count, n.empty_slot_count, n.conflict_count,
  n.discarded_at, n.created_at, n.updated_at`

/** The columns of a `MenuSummaryRow`, over `menus n`. */
export const menuSummaryColumns = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`${sql.literal(summaryColumns)}, ${authorDisabled(sql, "n")}, ${tagsOf(sql, "n.id")} AS tags`

/** The columns of a `MenuRow` over `menus n`. */
export const menuColumns = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`${menuSummaryColumns(sql)}, n.days, n.week_totals, n.conflicts, n.product_ids`

export type MenuSummaryRow = Omit<MenuRow, keyof Derivations>

/** Whether a meal counts in a menu of an author: `m` is the meal, or NULL. */
const stateOf = (author: string) =>
  `CASE WHEN m.id IS NULL OR m.discarded_at IS NOT NULL THEN 'discarded'
    WHEN m.privacy = 'public' OR m.author_id = ${author} THEN 'available' ELSE 'withdrawn' END`

/** Slots of menus, with what their meals are now. */
export const slotsOf = (sql: SqlClient.SqlClient, menuIds: ReadonlyArray<MenuId>) =>
  sql<SlotRow>`
    SELECT s.id, s.menu_id, s.week, s.weekday, s.meal_type, s.hour, s.meal_id, s.meal_name, s.portions, s.note,
      coalesce(m.name, s.meal_name) AS current_name, ${sql.literal(stateOf("n.author_id"))} AS meal_state
    FROM menu_slots s JOIN menus n ON n.id = s.menu_id LEFT JOIN meals m ON m.id = s.meal_id
    WHERE s.menu_id = ANY(${[...menuIds]}::uuid[])`

export const toMenuSummary = (row: MenuSummaryRow): MenuSummary => ({
  id: row.id,
  version: row.version,
  authorId: row.authorId,
  clientId: row.clientId,
  name: row.name,
  description: row.description,
  tags: row.tags,
  startDate: row.startDate,
  weeks: row.weeks,
  status: row.status,
  people: row.people,
  pattern: row.pattern,
  targets: row.targets,
  targetStatus: row.targetStatus,
  slotCount: row.slotCount,
  emptySlotCount: row.emptySlotCount,
  conflictCount: row.conflictCount,
  authorDisabled: row.authorDisabled,
  createdAt: DateTime.makeUnsafe(row.createdAt),
  updatedAt: DateTime.makeUnsafe(row.updatedAt)
})
