import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { SimilarProduct, SimilarQuery } from "../contract/ProductSearch.ts"
import { productColumns, type ProductRow, productTables, toProduct } from "../product/ProductRow.ts"
import { productsOf, readSearched, type SearchedProduct, similarWordsOf } from "./SearchedProducts.ts"
import { groupsOf, inBuckets, levelsOfLikeness, levelsOfWord } from "./searchLevels.ts"
import { isCookedOtherwise, rankOf, wordsOf } from "./similarRank.ts"
import { TrigramScorer } from "./TrigramScorer.ts"

const mostCandidates = 200
const leastSimilarity = 0.3

/** So many products are looked at for those with the highest similarity. */
const mostAlike = 2500

/** The shares of the query's trigrams for which products are looked for, down to the least that is a candidate. */
const shares = [0.75, 0.55, 0.4, 0.3]

interface Candidate {
  readonly id: string
  readonly name: string
  readonly rank: ReadonlyArray<number>
}

const compare = (a: Candidate, b: Candidate) => {
  for (const [index, number] of a.rank.entries()) {
    const difference = (b.rank[index] ?? 0) - number
    if (difference !== 0) return difference
  }
  return a.name.length - b.name.length
}

const byId = (a: { readonly id: string }, b: { readonly id: string }) => a.id < b.id ? -1 : Number(a.id > b.id)

/** Those with the highest similarity, and those that hold the first word. */
const candidatesOf = (
  words: ReadonlyArray<string>,
  scorer: TrigramScorer,
  alike: ReadonlyArray<SearchedProduct>,
  holding: ReadonlyArray<SearchedProduct>
): ReadonlyArray<Candidate> => {
  const scored = alike.map(({ id, name }) => ({ id, name, similarity: scorer.similarity(name) }))
  const best = scored.filter(({ similarity }) => similarity >= leastSimilarity)
    .toSorted((a, b) => b.similarity - a.similarity || byId(a, b)).slice(0, mostCandidates)
  const names = new Map([...best, ...holding].map(({ id, name }) => [id, name]))
  return [...names].flatMap(([id, name]) => {
    const target = name.split(" ")
    return isCookedOtherwise(words, target) ? [] : [{ id, name, rank: rankOf(words, target, scorer.similarity(name)) }]
  }).toSorted(compare)
}

/** The best with so many different names, with all that rank as the last of them. */
const bestOf = (candidates: ReadonlyArray<Candidate>, limit: number) => {
  const names = new Set<string>()
  let place = 0
  const best: Array<{ readonly id: string; readonly place: number; readonly rank: ReadonlyArray<number> }> = []
  for (const [index, candidate] of candidates.entries()) {
    const previous = candidates[index - 1]
    if (previous !== undefined && compare(previous, candidate) !== 0) {
      if (names.size >= limit) break
      place = index
    }
    names.add(candidate.name)
    best.push({ id: candidate.id, place, rank: candidate.rank })
  }
  return best
}

/** Foods whose names are like one, one product for each name: three statements. */
export const similar = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  { includeBarcoded = false, limit = 20, name }: SimilarQuery
) {
  const words = wordsOf(name)
  const text = words.join(" ")
  const [firstWord = ""] = words
  const scorer = new TrigramScorer(text)
  const where = [sql`x.food`, sql`NOT x.discarded`, ...includeBarcoded ? [] : [sql`NOT x.barcoded`]]
  const [holding] = yield* readSearched(sql, {
    queries: inBuckets(levelsOfWord(firstWord)),
    atMost: mostCandidates,
    where: [...where, sql`' ' || x.name || ' ' LIKE ${`% ${firstWord} %`}`],
    words
  })
  if (holding === undefined) return []
  const groups = groupsOf(words, similarWordsOf(holding), scorer)
  const alike = yield* readSearched(sql, {
    queries: inBuckets(
      levelsOfLikeness(groups, scorer.size, shares, words.length === 1),
      leastSimilarity * scorer.size - 1,
      scorer.size / leastSimilarity * 1.3
    ),
    atMost: mostAlike,
    where
  })
  const near = productsOf([holding])
  const best = bestOf(candidatesOf(words, scorer, productsOf([...alike, holding]), near), limit)
  if (best.length === 0) return []
  const ranks = new Map(best.map(({ id, rank }) => [id, rank]))
  const rows = yield* sql<ProductRow>`
    WITH best AS MATERIALIZED (
      SELECT DISTINCT ON (p.normalised_name) p.id, r.place, s.rank, p.name
      FROM unnest(${best.map(({ id }) => id)}::uuid[], ${best.map(({ place }) => place)}::integer[]) AS r(id, place),
        products p, classifications s
      WHERE p.id = r.id AND s.id = p.source_id ORDER BY p.normalised_name, s.rank, p.name, p.id
    )
    SELECT ${productColumns(sql)} FROM best CROSS JOIN ${productTables(sql)} WHERE p.id = best.id
    ORDER BY best.place, best.rank, best.name, best.id LIMIT ${sql.literal(`${limit}`)}`
  return rows.map((row): SimilarProduct => ({ ...toProduct(row), rank: ranks.get(row.id) ?? [] }))
})
