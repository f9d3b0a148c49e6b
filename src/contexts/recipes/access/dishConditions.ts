import type { SqlClient, Statement } from "effect/sql"
import type { Actor } from "../../../kernel/Actors.ts"
import { openTo } from "./isOpen.ts"

interface DishQuery {
  readonly tag?: ReadonlyArray<string>
  readonly "tag[nin]"?: ReadonlyArray<string>
  readonly productId?: ReadonlyArray<string>
  readonly "productId[nin]"?: ReadonlyArray<string>
  readonly allergenFree?: ReadonlyArray<string>
}

const parsed = (tag: string) => {
  const colon = tag.indexOf(":")
  return { key: tag.slice(0, colon), value: tag.slice(colon + 1) }
}

/** Any of those with one key, and one for each key. */
export const tagConditions = (
  sql: SqlClient.SqlClient,
  type: "recipe" | "meal" | "menu" | "client",
  alias: string,
  query: Pick<DishQuery, "tag" | "tag[nin]">
): ReadonlyArray<Statement.Fragment> => {
  const id = sql.literal(`${alias}.id`)
  const carrying = (key: string, values: ReadonlyArray<string>) =>
    sql`SELECT u.item_id FROM tags t JOIN tag_uses u ON u.tag_id = t.id
      WHERE t.type = ${type} AND t.key = ${key} AND t.value = ANY(${[...values]}::text[])`
  const byKey = [...Map.groupBy((query.tag ?? []).map(parsed), ({ key }) => key)]
    .map(([key, tags]) => carrying(key, tags.map(({ value }) => value)))
  // As one array, which is made once: joined row by row, the planner takes what carries a tag for few.
  return [
    ...byKey.length === 0 ? [] : [sql`${id} = ANY(ARRAY(${sql.join(" INTERSECT ", false)(byKey)}))`],
    ...(query["tag[nin]"] ?? []).map(parsed).map(({ key, value }) => sql`${id} NOT IN (${carrying(key, [value])})`)
  ]
}

export const productConditions = (
  sql: SqlClient.SqlClient,
  alias: string,
  query: DishQuery
): ReadonlyArray<Statement.Fragment> => {
  const column = sql.literal(`${alias}.product_ids`)
  const { allergenFree, productId } = query
  const without = query["productId[nin]"]
  return [
    ...productId === undefined ? [] : [sql`${column} && ${[...productId]}::uuid[]`],
    ...without === undefined ? [] : [sql`NOT ${column} && ${[...without]}::uuid[]`],
    ...allergenFree === undefined
      ? []
      : [sql`${sql.literal(`${alias}.allergen_free`)} @> ${[...allergenFree]}::text[]`]
  ]
}

/** Dishes in some menus, or in those of some clients, that the reader may read. */
export const menuConditions = (
  sql: SqlClient.SqlClient,
  reader: Actor,
  kind: "recipe" | "meal",
  alias: string,
  query: { readonly menuId?: ReadonlyArray<string>; readonly "clientName[like]"?: string }
): ReadonlyArray<Statement.Fragment> => {
  const { menuId } = query
  const client = query["clientName[like]"]
  if (menuId === undefined && client === undefined) return []
  const inMenus = sql`
    SELECT s.meal_id FROM menu_slots s JOIN menus n ON n.id = s.menu_id JOIN clients c ON c.id = n.client_id
    WHERE ${
    sql.and([
      sql`n.discarded_at IS NULL`,
      openTo(sql, reader, "n", "manage_menus"),
      ...menuId === undefined ? [] : [sql`n.id = ANY(${[...menuId]}::uuid[])`],
      ...client === undefined ? [] : [sql`c.folded_name LIKE like_pattern(${client})`]
    ])
  }`
  return kind === "meal"
    ? [sql`${sql.literal(`${alias}.id`)} IN (${inMenus})`]
    : [sql`${sql.literal(`${alias}.id`)} IN (SELECT unnest(k.recipe_ids) FROM meals k WHERE k.id IN (${inMenus}))`]
}
