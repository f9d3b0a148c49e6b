import { createHash } from "node:crypto"
import { isNutrientCode } from "../../../src/contexts/products/contract/Nutrients.ts"
import { productOf, type ProductRow } from "./productOf.ts"
import * as statements from "./productStatements.ts"
import type { Query, Value } from "./Query.ts"
import { Refused } from "./Refused.ts"

/** The parameters of a list after they were decoded: the numbers are numbers. */
export type ListQuery = Readonly<Record<string, string | number>> & {
  readonly page?: number
  readonly limit?: number
  readonly sort?: string
}

const comparison: ReadonlyMap<string, string> = new Map([["gte", ">="], ["lte", "<="], ["gt", ">"], ["lt", "<"]])

const sortable: ReadonlyMap<string, string> = new Map([
  ["name", "p.name"],
  ["createdAt", "p.created_at"],
  ["updatedAt", "p.updated_at"]
])

const paging: ReadonlySet<string> = new Set(["page", "limit", "sort"])

const filtersOf = (query: ListQuery) => Object.entries(query).filter(([key]) => !paging.has(key)).toSorted()

const conditionsOf = (filters: ReadonlyArray<readonly [string, string | number]>, values: Array<Value>) => {
  const conditions = [statements.visible]
  for (const [key, value] of filters) {
    if (key === "name[like]") {
      conditions.push(`p.folded_name LIKE like_pattern($${values.push(value)})`)
      continue
    }
    const [, code = "", operator = ""] = /^nutrients\.(\w+)\[(\w+)\]$/.exec(key) ?? []
    const sign = comparison.get(operator)
    if (!isNutrientCode(code) || sign === undefined) throw new Refused(422, "invalid_request", `unknown: ${key}`)
    conditions.push(`(p.nutrients->>'${code}')::float8 ${sign} $${values.push(value)}::float8`)
  }
  return conditions.join(" AND ")
}

const orderOf = (sort: string) => {
  const keys = sort.split(",").map((part) => {
    const descending = part.startsWith("-")
    const column = sortable.get(descending ? part.slice(1) : part)
    if (column === undefined) throw new Refused(422, "invalid_request", `cannot be sorted by: ${part}`)
    return { column, descending }
  })
  return [...keys, { column: "p.id", descending: keys.at(-1)?.descending ?? false }]
}

const cursorOf = (row: Record<string, unknown>, count: number, sort: string, filters: ReadonlyArray<unknown>) => {
  const hash = createHash("sha256").update(JSON.stringify(filters)).digest("base64url").slice(0, 16)
  const keys = Array.from({ length: count }, (_, index) => {
    const value = row[`key_${index}`]
    return value instanceof Date ? value.getTime() : value
  })
  return Buffer.from(JSON.stringify({ sort, filters: hash, keys })).toString("base64url")
}

/** One page of products with the true total, and the cursor of the next one. */
export const listProducts = async (query: Query, asked: ListQuery) => {
  const { limit = 50, page = 1, sort = "-updatedAt" } = asked
  if (page * limit > 10_000) throw new Refused(422, "page_too_deep")
  const filters = filtersOf(asked)
  const values: Array<Value> = []
  const where = conditionsOf(filters, values)
  const keys = orderOf(sort)
  const statement = statements.page(
    keys.map(({ column }, index) => `${column} AS key_${index}`).join(", "),
    where,
    keys.map(({ column, descending }) => `${column} ${descending ? "DESC" : "ASC"}`).join(", "),
    `$${values.length + 1}`,
    `$${values.length + 2}`
  )
  const [rows, counts] = await Promise.all([
    query<ProductRow>(statement, [...values, limit + 1, (page - 1) * limit]),
    query<{ total: number }>(statements.total(where), values)
  ])
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  const total = counts[0]?.total ?? 0
  const nextCursor = rows.length > limit && last !== undefined ? cursorOf(last, keys.length, sort, filters) : null
  return { data: data.map(productOf), pagination: { page, limit, total, pages: Math.ceil(total / limit), nextCursor } }
}
