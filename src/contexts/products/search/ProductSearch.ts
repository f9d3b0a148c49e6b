import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
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
import { isNamed, visible } from "../product/productSelection.ts"
import { mostSimilar, productsOf, readSearched, type SearchedProduct, similarWordsOf } from "./SearchedProducts.ts"
import { groupsOf, inBuckets, levelsOfLikeness, levelsOfStarts, levelsOfWords, shortStart } from "./searchLevels.ts"
import { type Rank, rankOf } from "./searchRank.ts"
import { TrigramScorer } from "./TrigramScorer.ts"

/** So many products are looked at: those that hold all words, and those that hold words like them. */
const mostHolding = mostHits + 200
const mostAlike = 2500

/** The shares of the query's trigrams for which products are looked for, down to the least that is a hit. */
const shares = [0.85, 0.7, 0.57, 0.45]

interface Hit extends Rank {
  readonly id: string
  readonly length: number
}

const compare = (a: Hit, b: Hit) => a.tier - b.tier || b.score - a.score || a.length - b.length

const hitsOf = (text: string, scorer: TrigramScorer, products: ReadonlyArray<SearchedProduct>): ReadonlyArray<Hit> =>
  products.flatMap((product) => {
    const rank = rankOf(text, scorer, product)
    return rank === undefined ? [] : [{ ...rank, id: product.id, length: product.name.length }]
  }).toSorted(compare)

/** Hits with their places: those that nothing but source, name and id tells apart have the same one. */
const placed = (hits: ReadonlyArray<Hit>) => {
  let place = 0
  return hits.map((hit, index) => {
    const previous = hits[index - 1]
    if (previous !== undefined && compare(previous, hit) !== 0) place = index
    return { ...hit, place }
  })
}
type Placed = ReturnType<typeof placed>

/** The products that a search finds, from the best on, until there are enough of them: at most two statements. */
const found = Effect.fnUntraced(function*(sql: SqlClient.SqlClient, query: ProductQuery, q: string) {
  const text = normaliseName(q)
  const words = text.split(" ")
  const scorer = new TrigramScorer(text)
  const filters = conditions(sql, filterColumns, query)
  const where = [...visible(sql, query, "x"), ...filters]
  const tables = filters.length === 0
    ? undefined
    : productTables(sql, "products", (alias) => isNamed(query, alias))
  const digits = q.trim()
  const last = shortStart(words)
  const held = last === undefined ? [] : [sql`
    concat_ws(' ', '', x.name, array_to_string(x.aliases, ' '), x.shopping_name, x.brand) LIKE ${`% ${last}%`}`]
  const [holding] = yield* readSearched(sql, {
    queries: inBuckets(levelsOfWords(words)),
    atMost: mostHolding,
    where: [...where, ...held],
    tables,
    gtin14: isGtinLength(digits) ? toGtin14(digits) : undefined,
    words,
    enough: mostHits
  })
  if (holding === undefined) return []
  const near = productsOf([holding])
  if (near.length >= mostHits) return hitsOf(text, scorer, near)
  const known = similarWordsOf(holding)
  const groups = groupsOf(words, known, scorer)
  const starts = levelsOfStarts(words, known, mostSimilar)
  const queries = inBuckets([...starts, ...levelsOfLikeness(groups, scorer.size, shares, words.length === 1)])
  const alike = yield* readSearched(sql, { queries, atMost: mostAlike, where, tables })
  return hitsOf(text, scorer, productsOf([holding, ...alike]))
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

/** A page of the best products for a search: at most three statements. */
export const search = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  query: ProductQuery,
  q: string
): Effect.fn.Return<Page<ListedProduct>, SqlError.SqlError | CursorMismatch | PageTooDeep | InvalidRequest> {
  const { limit, offset, page } = yield* placeOf(query)
  const hits = placed(yield* found(sql, query, q))
  const total = Math.min(hits.length, mostHits)
  const end = Math.min(offset + limit, total)
  const wanted = query.sort === undefined ? around(hits, offset, end) : { hits, before: 0 }
  const rows = offset >= total ? [] : yield* readHits(sql, wanted.hits, {
    sort: query.sort,
    limit: end - offset,
    offset: offset - wanted.before
  })
  const matches = new Map(hits.map(({ field, id, score, tier }) => [id, { tier, field, score: round(score) }]))
  const nextCursor = end < total ? readOn(query, end) : null
  return {
    data: rows.map((row) => ({ ...toProduct(row), ...matched(matches.get(row.id)) })),
    pagination: page === null
      ? { page, limit, total: null, pages: null, nextCursor }
      : { page, limit, total, pages: Math.ceil(total / limit), nextCursor }
  }
})

const round = (score: number) => Math.round(score * 10_000) / 10_000

const matched = (match: ListedProduct["match"]) => match === undefined ? {} : { match }
