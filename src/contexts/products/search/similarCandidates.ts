import type { ProductIndex } from "./ProductIndex.ts"
import { leastShared, type TrigramScorer } from "./TrigramScorer.ts"

const mostCandidates = 200
const leastSimilarity = 0.3

/** The products with the highest similarity; of equal ones those with the smaller ids. */
const mostAlike = (index: ProductIndex, scorer: TrigramScorer, isWanted: (product: number) => boolean) => {
  const { size } = scorer
  let found: Array<{ readonly product: number; readonly similarity: number }> = []
  let enough = leastSimilarity
  const sort = () => {
    found.sort((a, b) => b.similarity - a.similarity || index.places.compare(a.product, b.product))
    found = found.slice(0, mostCandidates)
    if (found.length === mostCandidates) enough = Math.max(enough, found.at(-1)?.similarity ?? 0)
  }
  const least = leastShared(leastSimilarity, size)
  const near = index.near(scorer, least, isWanted)
  for (let sum = size; sum >= least && sum / size >= enough; sum--) {
    for (const product of near(sum)) {
      const all = index.trigramsOf(product)
      const most = Math.min(sum, all)
      if (most / (size + all - most) < enough) continue
      const from = index.startOf(product)
      const shared = scorer.sharedIn(index.words, from, from + index.namedOf(product))
      const similarity = shared / (size + all - shared)
      if (similarity < enough) continue
      found.push({ product, similarity })
      if (found.length >= 2 * mostCandidates) sort()
    }
  }
  sort()
  return found.map(({ product }) => product)
}

/** The products with the shortest names that hold a word; of equally long ones those with the smaller ids. */
const shortestHolding = (index: ProductIndex, word: string, isWanted: (product: number) => boolean) => {
  const number = index.vocabulary.numberOf(word)
  if (number === undefined) return []
  const holding: Array<number> = []
  const counts: Array<number> = []
  const seen = new Uint8Array(index.places.size)
  for (const product of index.holding(number)) {
    if (seen[product] === 1) continue
    seen[product] = 1
    if (!isWanted(product) || !index.isNamed(product, number)) continue
    const length = index.lengthOf(product)
    holding.push(product)
    counts[length] = (counts[length] ?? 0) + 1
  }
  let longest = 0
  for (let sum = 0; longest < counts.length && sum < mostCandidates; longest++) sum += counts[longest] ?? 0
  return holding.filter((product) => index.lengthOf(product) <= longest)
    .toSorted((a, b) => index.lengthOf(a) - index.lengthOf(b) || index.places.compare(a, b)).slice(0, mostCandidates)
}

/** The products whose names may be like that of a query with this first word. */
export const similarCandidates = (
  index: ProductIndex,
  firstWord: string,
  scorer: TrigramScorer,
  isWanted: (product: number) => boolean
): ReadonlySet<number> =>
  new Set([...mostAlike(index, scorer, isWanted), ...shortestHolding(index, firstWord, isWanted)])
