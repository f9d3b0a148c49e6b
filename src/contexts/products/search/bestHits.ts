import type { ProductIndex } from "./ProductIndex.ts"
import { leastSimilarity } from "./searchRank.ts"
import { leastShared, TrigramScorer } from "./TrigramScorer.ts"
import { WantedWords } from "./WantedWords.ts"

/** A product that a search finds, by its place in the index. Hits that nothing but source, name and id tells apart are equal. */
export interface Hit {
  readonly product: number
  readonly tier: number
  readonly score: number
  readonly length: number
}

export const compareHits = (a: Hit, b: Hit) => a.tier - b.tier || b.score - a.score || a.length - b.length

/** The greatest word similarity of the query and a name of the product, or 0 where that is not so great. */
const scoreOf = (index: ProductIndex, scorer: TrigramScorer, product: number, least: number): number => {
  const { words } = index
  const end = index.endOf(product)
  const repeated = index.repeatedOf(product)
  let score = 0
  for (let from = index.startOf(product); from < end;) {
    let to = from
    while (to < end && !index.isMark(words[to] ?? 0)) to++
    if (least === 0 || scorer.mayReach(words, from, to, repeated, least)) {
      score = Math.max(score, scorer.wordSimilarityOf(words, from, to))
    }
    if (to < end && index.isBrand(words[to] ?? 0)) break
    from = to + 1
  }
  return score
}

interface Candidates {
  readonly tier: number
  /** No score of theirs is greater. */
  readonly greatest: number
  readonly products: ReadonlyArray<number>
}

/** What may be a hit, by tier and by the greatest score that is possible, the best first. */
const candidatesOf = function*(
  index: ProductIndex,
  text: string,
  scorer: TrigramScorer,
  isWanted: (product: number) => boolean
): Generator<Candidates> {
  const { size } = scorer
  const words = new WantedWords(index, text)
  // Who holds a start of each word holds all trigrams but the last one of each.
  const begun = size - words.size
  const least = Math.min(begun, leastShared(leastSimilarity, size))
  const nearest = index.near(scorer, least, isWanted)
  const found = [2, 3, 4, 5, 6].map(() => Array.from({ length: size + 1 }, (): Array<number> => []))
  const look = (products: Iterable<number>) => {
    for (const product of products) {
      const shared = scorer.sharedIn(index.words, index.startOf(product), index.endOf(product))
      if (shared < least) continue
      const tier = shared >= begun ? words.tierOf(product) ?? 6 : 6
      found[tier - 2]?.[shared]?.push(product)
    }
  }
  for (let sum = size; sum >= begun; sum--) look(nearest(sum))
  for (const tier of [2, 3, 4, 5, 6]) {
    for (let shared = size; shared >= least; shared--) {
      if (tier === 6 && shared < begun) look(nearest(shared))
      const products = found[tier - 2]?.[shared] ?? []
      if (products.length > 0) yield { tier, greatest: shared / size, products }
    }
  }
}

/** The best hits that were found so far: at least `most` where there are so many, with all that equal the last of them. */
class Best {
  #hits: Array<Hit> = []
  readonly #most: number
  /** The last of the best, of those that were sorted. */
  #last: Hit | undefined

  constructor(most: number) {
    this.#most = most
  }

  add(hit: Hit) {
    if (this.#last !== undefined && compareHits(hit, this.#last) > 0) return
    this.#hits.push(hit)
    if (this.#hits.length >= 2 * this.#most) this.sorted()
  }

  /** The least score with which one of the tier and length is among them. */
  leastOf(tier: number, length: number): number {
    const least = tier === 6 ? leastSimilarity : 0
    const last = this.#last
    if (last === undefined || tier < last.tier) return least
    if (tier > last.tier) return Infinity
    return length <= last.length ? last.score : last.score + Number.EPSILON
  }

  sorted(): ReadonlyArray<Hit> {
    this.#hits.sort(compareHits)
    const last = this.#hits[this.#most - 1]
    if (last === undefined) return this.#hits
    this.#last = last
    const end = this.#hits.findIndex((hit, at) => at >= this.#most && compareHits(hit, last) > 0)
    if (end >= 0) this.#hits.length = end
    return this.#hits
  }
}

/** The best of all products for a search, at least `most` where there are so many, with all that equal the last of them. */
export const bestHits = (index: ProductIndex, text: string, options: {
  readonly isWanted: (product: number) => boolean
  readonly most: number
}): ReadonlyArray<Hit> => {
  const scorer = new TrigramScorer(text, index.vocabulary)
  const best = new Best(options.most)
  for (const { greatest, products, tier } of candidatesOf(index, text, scorer, options.isWanted)) {
    best.sorted()
    if (greatest < best.leastOf(tier, 0)) break
    const ordered = products.length <= options.most
      ? products
      : products.toSorted((a, b) => index.lengthOf(a) - index.lengthOf(b))
    for (const product of ordered) {
      const length = index.lengthOf(product)
      const least = best.leastOf(tier, length)
      if (greatest < least) continue
      const score = scoreOf(index, scorer, product, least)
      if (score >= least) best.add({ product, tier, score, length })
    }
  }
  return best.sorted()
}
