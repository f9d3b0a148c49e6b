/** The trigrams of a text in their order, as pg_trgm cuts them. */
export const trigramsOf = (text: string): ReadonlyArray<string> =>
  text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "").flatMap((word) => {
    const padded = [..."  ", ...word, " "]
    return padded.slice(2).map((_, index) => padded.slice(index, index + 3).join(""))
  })

/** What pg_trgm calls `similarity`. */
export const similarityOf = (query: ReadonlySet<string>, text: string): number => {
  const trigrams = new Set(trigramsOf(text))
  const shared = [...trigrams].filter((trigram) => query.has(trigram)).length
  return shared / (query.size + trigrams.size - shared || 1)
}

/** What pg_trgm calls `word_similarity`: of the best run of trigrams, which grows to the right and is cut on the left. */
export const wordSimilarityOf = (query: ReadonlySet<string>, text: string): number => {
  let run: Array<string> = []
  let best = 0
  for (const trigram of trigramsOf(text)) {
    if (run.length === 0 && !query.has(trigram)) continue
    run.push(trigram)
    if (!query.has(trigram)) continue
    const times = new Map<string, number>()
    for (const each of run) times.set(each, (times.get(each) ?? 0) + 1)
    let shared = 0
    for (const each of times.keys()) shared += query.has(each) ? 1 : 0
    let greatest = shared / (query.size + times.size - shared)
    let from = 0
    for (const [index, leaving] of run.entries()) {
      const score = shared / (query.size + times.size - shared)
      if (score > greatest) [greatest, from] = [score, index]
      const left = (times.get(leaving) ?? 1) - 1
      if (left > 0) times.set(leaving, left)
      else {
        times.delete(leaving)
        if (query.has(leaving)) shared--
      }
    }
    run = run.slice(from)
    best = Math.max(best, greatest)
  }
  return best
}
