import { Context, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { VersionConflict } from "../../../kernel/contract/Concurrency.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { orConflict } from "../../../kernel/orConflict.ts"
import { recordsetOf } from "../access/recordsetOf.ts"
import type { ClientId } from "../contract/Client.ts"
import type { MenuId, MenuSummary } from "../contract/Menu.ts"
import { mealTypeKey } from "../contract/Target.ts"
import type { DerivedMenu } from "./composeMenu.ts"
import { type KeptSlot, menuColumns, type MenuRow, type SlotRow, slotsOf } from "./MenuRow.ts"

const plain = recordsetOf({
  name: "text",
  description: "text",
  start_date: "date",
  weeks: "integer",
  people: "integer",
  pattern: "jsonb",
  targets: "jsonb"
})
const derived = recordsetOf({
  days: "jsonb",
  week_totals: "jsonb",
  conflicts: "jsonb",
  target_status: "text[]",
  empty_slot_count: "integer",
  conflict_count: "integer",
  slot_count: "integer",
  product_ids: "uuid[]"
})
const slotColumns = recordsetOf({
  menu_id: "uuid",
  week: "integer",
  weekday: "integer",
  meal_type: "text",
  meal_type_key: "text",
  hour: "text",
  meal_id: "uuid",
  meal_name: "text",
  portions: "float8",
  note: "text"
})

/** What is kept of a menu besides its slots and what follows from them. */
export type MenuFields = Pick<
  MenuSummary,
  "name" | "description" | "startDate" | "weeks" | "people" | "pattern" | "targets"
>

const fieldsOf = (fields: MenuFields) => ({
  name: fields.name,
  description: fields.description,
  start_date: fields.startDate,
  weeks: fields.weeks,
  people: fields.people,
  pattern: fields.pattern,
  targets: fields.targets
})

const derivedOf = (menu: DerivedMenu) => ({
  days: menu.days,
  week_totals: menu.weekTotals,
  conflicts: menu.conflicts,
  target_status: menu.targetStatus,
  empty_slot_count: menu.emptySlotCount,
  conflict_count: menu.conflictCount,
  slot_count: menu.slotCount,
  product_ids: menu.productIds
})

const slotOf = (slot: KeptSlot) => ({
  id: slot.id,
  menu_id: slot.menuId,
  week: slot.week,
  weekday: slot.weekday,
  meal_type: slot.mealType,
  meal_type_key: mealTypeKey(slot.mealType),
  hour: slot.hour,
  meal_id: slot.mealId,
  meal_name: slot.mealName,
  portions: slot.portions,
  note: slot.note
})

type Found<A> = Effect.Effect<A, SqlError.SqlError>
type Written = Effect.Effect<MenuRow, SqlError.SqlError | VersionConflict>

export class MenuRepo extends Context.Service<MenuRepo, {
  /** Held until the end of the transaction; discarded ones too; in the order of their ids. */
  lockAll(ids: ReadonlyArray<MenuId>): Found<ReadonlyArray<MenuRow>>
  find(id: MenuId): Found<MenuRow | undefined>
  slots(ids: ReadonlyArray<MenuId>): Found<ReadonlyArray<SlotRow>>
  insert(id: MenuId, author: UserId, client: ClientId, fields: MenuFields): Found<MenuRow>
  /** Writes the fields as the version after that of the row. */
  update(row: MenuRow, fields: MenuFields): Written
  setStatus(row: MenuRow, status: MenuSummary["status"]): Written
  setDiscarded(row: MenuRow, discarded: boolean): Written
  /** The slots that are new or others, and those that are gone, in two statements. */
  writeSlots(changed: ReadonlyArray<KeptSlot>, gone: ReadonlyArray<KeptSlot["id"]>): Found<void>
  /** Writes what follows for menus; versions stay. */
  updateDerived(rows: ReadonlyArray<{ readonly id: MenuId; readonly derived: DerivedMenu }>): Found<void>
}>()("cardapio/contexts/recipes/menu/MenuRepo") {
  static readonly layer = Layer.effect(
    MenuRepo,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const recordset = sql.literal(plain.as)

      return MenuRepo.of({
        lockAll: (ids) =>
          sql<MenuRow>`
            SELECT ${menuColumns(sql)} FROM menus n WHERE n.id = ANY(${[
            ...ids
          ]}::uuid[]) ORDER BY n.id FOR UPDATE OF n`,
        find: (id) =>
          Effect.map(sql<MenuRow>`SELECT ${menuColumns(sql)} FROM menus n WHERE n.id = ${id}`, ([row]) => row),
        slots: (ids) => slotsOf(sql, ids),
        insert: (id, author, client, fields) =>
          Effect.flatMap(
            sql<MenuRow>`
              WITH n AS (
                INSERT INTO menus (id, author_id, client_id, ${sql.literal(plain.names)})
                SELECT id, ${author}::uuid, ${client}::uuid, ${sql.literal(plain.values)}
                FROM jsonb_to_recordset(${
              JSON.stringify([{ id, ...fieldsOf(fields) }])
            }::jsonb) ${recordset} RETURNING *
              )
              SELECT ${menuColumns(sql)} FROM n`,
            ([row]) => row === undefined ? Effect.die("nothing was inserted") : Effect.succeed(row)
          ),
        update: ({ id, version }, fields) =>
          orConflict(sql<MenuRow>`
            WITH n AS (
              UPDATE menus w SET ${sql.literal(plain.assignments)}, version = w.version + 1, updated_at = now()
              FROM jsonb_to_recordset(${JSON.stringify([{ id, ...fieldsOf(fields) }])}::jsonb) ${recordset}
              WHERE w.id = r.id AND w.version = ${version} RETURNING w.*
            )
            SELECT ${menuColumns(sql)} FROM n`),
        setStatus: ({ id, version }, status) =>
          orConflict(sql<MenuRow>`
            WITH n AS (
              UPDATE menus SET status = ${status}, version = version + 1, updated_at = now()
              WHERE id = ${id} AND version = ${version} RETURNING *
            )
            SELECT ${menuColumns(sql)} FROM n`),
        setDiscarded: ({ id, version }, discarded) =>
          orConflict(sql<MenuRow>`
            WITH n AS (
              UPDATE menus SET discarded_at = CASE WHEN ${discarded} THEN now() END, version = version + 1, updated_at = now()
              WHERE id = ${id} AND version = ${version} RETURNING *
            )
            SELECT ${menuColumns(sql)} FROM n`),
        writeSlots: Effect.fnUntraced(function*(changed, gone) {
          // All of them go first, so that two may exchange their keys.
          const ids = [...gone, ...changed.map(({ id }) => id)]
          if (ids.length > 0) yield* sql`DELETE FROM menu_slots WHERE id = ANY(${ids}::uuid[])`
          if (changed.length === 0) return
          yield* sql`
            INSERT INTO menu_slots (id, ${sql.literal(slotColumns.names)})
            SELECT id, ${sql.literal(slotColumns.values)}
            FROM jsonb_to_recordset(${JSON.stringify(changed.map(slotOf))}::jsonb) ${sql.literal(slotColumns.as)}`
        }),
        updateDerived: (rows) =>
          rows.length === 0
            ? Effect.void
            : Effect.asVoid(sql`
                UPDATE menus w SET ${sql.literal(derived.assignments)}
                FROM jsonb_to_recordset(
                  ${JSON.stringify(rows.map((row) => ({ id: row.id, ...derivedOf(row.derived) })))}::jsonb
                ) ${sql.literal(derived.as)}
                WHERE w.id = r.id`)
      })
    })
  )
}
