import type { SqlClient, Statement } from "effect/sql"

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
    sql`SELECT u.item_id FROM tag_uses u WHERE u.tag_id = ANY(ARRAY(
      SELECT t.id FROM tags t WHERE t.type = ${type} AND t.key = ${key} AND t.value = ANY(${[...values]}::text[])))`
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
