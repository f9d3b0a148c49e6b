import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { SimilarProduct, SimilarQuery } from "../contract/ProductSearch.ts"
import { productColumns, type ProductRow, productTables, toProduct } from "../product/ProductRow.ts"
import type { SearchIndex } from "../SearchIndex.ts"
import { similarCandidates } from "./similarCandidates.ts"
import { isCookedOtherwise, rankOf, wordsOf } from "./similarRank.ts"
import { TrigramScorer } from "./TrigramScorer.ts"

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

/** Foods whose names are like one, one product for each name: two statements. */
export const similar = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  products: SearchIndex["Service"],
  { includeBarcoded = false, limit = 20, name }: SimilarQuery
) {
  const words = wordsOf(name)
  const [firstWord = ""] = words
  const { index } = yield* products.current()
  const scorer = new TrigramScorer(words.join(" "), index.vocabulary)
  const isWanted = index.having({ food: true, discarded: false, ...includeBarcoded ? {} : { barcoded: false } })
  const candidates = [...similarCandidates(index, firstWord, scorer, isWanted)].flatMap((product): Array<Candidate> => {
    const { name } = index.textsOf(product)
    const target = name.split(" ")
    return isCookedOtherwise(words, target)
      ? []
      : [{ id: index.places.idOf(product), name, rank: rankOf(words, target, scorer.similarity(name)) }]
  })
  const best = bestOf(candidates.toSorted(compare), limit)
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
