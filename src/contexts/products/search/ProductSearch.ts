import { Effect } from "effect"
import type { SqlClient, SqlError, Statement } from "effect/sql"
import type { Page } from "../../../kernel/contract/Pagination.ts"
import type { CursorMismatch, InvalidRequest, PageTooDeep } from "../../../kernel/contract/Problems.ts"
import { conditions } from "../../../kernel/Filters.ts"
import { placeOf, readOn } from "../../../kernel/Listing.ts"
import { isGtinLength, toGtin14 } from "../contract/Gtin.ts"
import { normaliseName } from "../contract/normaliseName.ts"
import type { ProductQuery } from "../contract/ProductQuery.ts"
import { type ListedProduct, mostHits } from "../contract/ProductSearch.ts"
import { filterColumns, sortColumns } from "../product/productFilterColumns.ts"
import { productColumns, type ProductRow, productTables, toProduct } from "../product/ProductRow.ts"
import { isNamed, visible, visibleFlags } from "../product/productSelection.ts"
import type { Current, SearchIndex } from "../SearchIndex.ts"
import { bestHits, compareHits, type Hit } from "./bestHits.ts"
import type { ProductIndex } from "./ProductIndex.ts"
import { rankOf } from "./searchRank.ts"
import { TrigramScorer } from "./TrigramScorer.ts"

/** Hits with their places: those that nothing but source, name and id tells apart have the same one. */
const placed = (index: ProductIndex, hits: ReadonlyArray<Hit>) => {
  let place = 0
  return hits.map((hit, at) => {
    const previous = hits[at - 1]
    if (previous !== undefined && compareHits(previous, hit) !== 0) place = at
    return { ...hit, id: index.places.idOf(hit.product), place }
  })
}
type Placed = ReturnType<typeof placed>

/** So many of the best hits are held against the filters; where too few of them pass, all products are. */
const filteredAtOnce = 5000

/**
 * The best hits that the filters let through. Where too few of the first ones pass, the same statement goes on to tell which of
 * all products do: an index may lead to them, and to rank them alone takes a fraction of what it takes to rank every hit.
 */
const filtered = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  query: ProductQuery,
  index: ProductIndex,
  { filters, hitsOf }: {
    readonly filters: ReadonlyArray<Statement.Fragment>
    readonly hitsOf: (most: number, passes?: (product: number) => boolean) => ReadonlyArray<Hit>
  }
) {
  const hits = hitsOf(filteredAtOnce)
  const tables = productTables(sql, "products", (alias) => isNamed(query, alias))
  const ids = hits.map(({ product }) => index.places.idOf(product))
  const first = sql`SELECT p.id FROM ${tables} WHERE ${sql.and([sql`p.id = ANY(${ids}::uuid[])`, ...filters])}`
  const isAll = hits.length < filteredAtOnce
  const rows = yield* sql<{ id: string }>`${
    isAll ? first : sql`
      WITH first AS MATERIALIZED (${first})
      SELECT id FROM first UNION ALL
      SELECT p.id FROM ${tables} WHERE ${
      sql.and([sql`(SELECT count(*) FROM first) < ${sql.literal(`${mostHits}`)}`, ...visible(sql, query), ...filters])
    }`
  }`
  const passing = new Set(rows.flatMap(({ id }) => index.places.of(id) ?? []))
  const found = hits.filter(({ product }) => passing.has(product))
  return isAll || found.length >= mostHits ? found : hitsOf(mostHits, (product) => passing.has(product))
})

/** The products that a search finds, from the best on: the best thousand, and others of the last one's place. */
const found = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  { index, withBarcode }: Current,
  query: ProductQuery,
  text: string
) {
  const filters = conditions(sql, filterColumns, query)
  const isWanted = index.having(visibleFlags(query))
  const products = withBarcode.flatMap((id) => index.places.of(id) ?? []).filter(isWanted)
  const equal = products.map((product): Hit => ({ product, tier: 1, score: 1, length: index.lengthOf(product) }))
  const hitsOf = (most: number, passes: (product: number) => boolean = () => true) => [
    ...equal.filter(({ product }) => passes(product)).toSorted(compareHits),
    ...bestHits(index, text, {
      isWanted: (product) => isWanted(product) && passes(product) && !products.includes(product),
      most
    })
  ]
  return placed(
    index,
    filters.length === 0 ? hitsOf(mostHits) : yield* filtered(sql, query, index, { filters, hitsOf })
  )
})

/** The hits of a page as they are answered, ordered by what only the tables know. */
const readHits = (
  sql: SqlClient.SqlClient,
  hits: Placed,
  { limit, offset, sort }: { readonly limit: number; readonly offset: number; readonly sort: ProductQuery["sort"] }
) => {
  const rank = sql`r.place, s.rank, p.name, p.id`
  const ranked = sql`unnest(${hits.map(({ id }) => id)}::uuid[], ${
    hits.map(({ place }) => place)
  }::integer[]) AS r(id, place)`
  const bounds = sql.literal(`LIMIT ${limit} OFFSET ${offset}`)
  if (sort === undefined) {
    return sql<ProductRow>`
      SELECT ${productColumns(sql)} FROM ${ranked} CROSS JOIN ${productTables(sql)}
      WHERE p.id = r.id ORDER BY ${rank} ${bounds}`
  }
  const order = sort.flatMap(({ descending, field }) => {
    const column = sortColumns(field)
    return column === undefined ? [] : [sql.literal(`${column.expression} ${descending ? "DESC" : "ASC"} NULLS LAST`)]
  })
  return sql<ProductRow>`
    WITH best AS MATERIALIZED (
      SELECT p.id FROM ${ranked}, products p, classifications s WHERE p.id = r.id AND s.id = p.source_id
      ORDER BY ${rank} LIMIT ${sql.literal(`${mostHits}`)}
    )
    SELECT ${productColumns(sql)} FROM best CROSS JOIN ${productTables(sql)} WHERE p.id = best.id
    ORDER BY ${sql.csv([...order, sql.literal(`p.id ${sort.at(-1)?.descending === true ? "DESC" : "ASC"}`)])} ${bounds}`
}

/** The hits among which those of a page are: with all that have the same places as its first and its last one. */
const around = (hits: Placed, from: number, to: number) => {
  const first = hits[from]?.place ?? from
  const last = hits[to - 1]?.place ?? to
  return { hits: hits.filter(({ place }) => place >= first && place <= last), before: first }
}

/** A page of the best products for a search: two statements, and with filters three. */
export const search = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  products: SearchIndex["Service"],
  query: ProductQuery,
  q: string
): Effect.fn.Return<Page<ListedProduct>, SqlError.SqlError | CursorMismatch | PageTooDeep | InvalidRequest> {
  const { limit, offset, page } = yield* placeOf(query)
  const digits = q.trim()
  const current = yield* products.current(isGtinLength(digits) ? toGtin14(digits) : undefined)
  const text = normaliseName(q)
  const hits = yield* found(sql, current, query, text)
  const total = Math.min(hits.length, mostHits)
  const end = Math.min(offset + limit, total)
  const wanted = query.sort === undefined ? around(hits, offset, end) : { hits, before: 0 }
  const rows = offset >= total ? [] : yield* readHits(sql, wanted.hits, {
    sort: query.sort,
    limit: end - offset,
    offset: offset - wanted.before
  })
  const known = new Map(wanted.hits.map((hit) => [hit.id, hit]))
  const scorer = new TrigramScorer(text, current.index.vocabulary)
  const matchOf = (id: string) => {
    const hit = known.get(id)
    const rank = hit && rankOf(text, scorer, { ...current.index.textsOf(hit.product), hasBarcode: hit.tier === 1 })
    return rank === undefined ? {} : { match: { ...rank, score: round(rank.score) } }
  }
  const nextCursor = end < total ? readOn(query, end) : null
  return {
    data: rows.map((row) => ({ ...toProduct(row), ...matchOf(row.id) })),
    pagination: page === null
      ? { page, limit, total: null, pages: null, nextCursor }
      : { page, limit, total, pages: Math.ceil(total / limit), nextCursor }
  }
})

const round = (score: number) => Math.round(score * 10_000) / 10_000
