/** The trigrams of a word, as pg_trgm cuts them: two blanks before it and one after it. */
const trigramsOf = (word: string): ReadonlyArray<string> => {
  const characters = [" ", " ", ...word, " "]
  return characters.slice(2).map((character, index) => `${characters[index]}${characters[index + 1]}${character}`)
}

/**
 * Compares texts with one query as pg_trgm does (`similarity`, `word_similarity`), for texts out of `normaliseName`. Made for a
 * few thousand texts that share their words: each word is cut once.
 */
export class TrigramScorer {
  /** How many different trigrams the query has. Those have the numbers below it. */
  readonly size: number
  readonly #numbers = new Map<string, number>()
  readonly #words = new Map<string, ReadonlyArray<number>>()
  /** By trigram: the last text that held it. */
  readonly #texts: Array<number> = []
  /** By trigram: its last place in the run. */
  readonly #places: Array<number> = []
  #text = 0

  constructor(query: string) {
    this.#numbersIn(query)
    this.size = this.#numbers.size
  }

  /** The share of the trigrams of both that they have in common, from 0 to 1. */
  similarity(text: string): number {
    const stamp = ++this.#text
    let distinct = 0
    let shared = 0
    for (const number of this.#numbersIn(text)) {
      if (this.#texts[number] === stamp) continue
      this.#texts[number] = stamp
      distinct++
      if (number < this.size) shared++
    }
    return shared === 0 ? 0 : shared / (this.size + distinct - shared)
  }

  /** How many different trigrams of the query a text holds. */
  shared(text: string): number {
    return new Set(this.#numbersIn(text).filter((number) => number < this.size)).size
  }

  /**
   * The greatest similarity of the query and a run of the text's trigrams, found as `iterate_word_similarity` of pg_trgm finds
   * it: the run grows to the right, and is cut on the left where that helps.
   */
  wordSimilarity(text: string): number {
    const numbers = this.#numbersIn(text)
    const places = this.#places
    const { size } = this
    for (const number of numbers) places[number] = -1
    let lower = -1
    let shared = 0
    let distinct = 0
    let greatest = 0
    for (let upper = 0; upper < numbers.length; upper++) {
      const number = numbers[upper] ?? 0
      const wanted = number < size
      if (!wanted && lower < 0) continue
      if (places[number] === -1) {
        distinct++
        if (wanted) shared++
      }
      places[number] = upper
      if (!wanted) continue
      const previous = lower < 0 ? upper : lower
      lower = previous
      let best = shared / (size + distinct - shared)
      let lessShared = shared
      let lessDistinct = distinct
      for (let left = previous; left <= upper; left++) {
        const score = lessShared / (size + lessDistinct - lessShared)
        if (score > best) {
          best = score
          lower = left
          shared = lessShared
          distinct = lessDistinct
        }
        const leaving = numbers[left] ?? 0
        if (places[leaving] === left) {
          lessDistinct--
          if (leaving < size) lessShared--
        }
      }
      if (best > greatest) greatest = best
      for (let left = previous; left < lower; left++) {
        const leaving = numbers[left] ?? 0
        if (places[leaving] === left) places[leaving] = -1
      }
    }
    return greatest
  }

  #numbersIn(text: string): ReadonlyArray<number> {
    const numbers: Array<number> = []
    for (const word of text.split(/[ .]/)) {
      if (word !== "") { for (const number of this.#numbersOf(word)) numbers.push(number) }
    }
    return numbers
  }

  #numbersOf(word: string): ReadonlyArray<number> {
    const known = this.#words.get(word)
    if (known !== undefined) return known
    const numbers = trigramsOf(word).map((trigram) => {
      const number = this.#numbers.get(trigram) ?? this.#numbers.size
      this.#numbers.set(trigram, number)
      return number
    })
    this.#words.set(word, numbers)
    return numbers
  }
}
