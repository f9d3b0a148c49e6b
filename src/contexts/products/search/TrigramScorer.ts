import { trigramsOf, Vocabulary } from "./Vocabulary.ts"

const vocabularyOf = (query: string) => {
  const vocabulary = new Vocabulary()
  for (const word of query.split(" ")) vocabulary.add(word)
  return vocabulary
}

const bitsIn = (number: number) => {
  const pairs = number - ((number >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const lengthened = (run: Int32Array<ArrayBuffer>) => {
  const longer = new Int32Array(2 * run.length)
  longer.set(run)
  return longer
}

/** More than sums of fractions are off, and less than two scores differ. */
const rounding = 1e-9

/** How many of the query's trigrams a text has to hold for such a similarity. */
export const leastShared = (similarity: number, size: number) => Math.ceil(similarity * size - rounding)

interface Sharing {
  /** The words that hold any of the query's trigrams. */
  readonly words: ReadonlyArray<number>
  /** By word: how many different ones. */
  readonly counts: Uint16Array
  /** By word: how many of them are not the first letter of a word alone. */
  readonly inner: Uint16Array
  /** How many of the query's are. */
  readonly firsts: number
  /** By word: from which place on, counted in widths, its bits say which ones. */
  readonly rows: Uint32Array
  readonly masks: Int32Array
  readonly width: number
}

/**
 * Compares texts with one query as pg_trgm does (`similarity`, `word_similarity`), for texts out of `normaliseName`, as texts or
 * as numbers of the words of a vocabulary. Made for many texts that share their words: each word is cut once.
 */
export class TrigramScorer {
  /** How many different trigrams the query has. */
  readonly size: number
  readonly #vocabulary: Vocabulary
  /** Those of them that words of the vocabulary hold. */
  readonly #known: ReadonlyArray<number>
  /** Those of them that are the first letter of a word alone. */
  readonly #firsts: ReadonlySet<number>
  /** By trigram: whether the query has it. */
  #wanted = new Uint8Array()
  /** By trigram: the last text that held it. */
  #texts = new Uint32Array()
  /** By trigram: its last place in the run. */
  #places = new Int32Array()
  #run = new Int32Array(256)
  #text = 0
  #sharing: Sharing | undefined

  constructor(query: string, vocabulary = vocabularyOf(query)) {
    const trigrams = new Set(query.split(" ").flatMap(trigramsOf))
    this.size = trigrams.size
    this.#vocabulary = vocabulary
    const knownOf = (some: ReadonlyArray<string>) => some.flatMap((trigram) => vocabulary.trigramOf(trigram) ?? [])
    this.#known = knownOf([...trigrams])
    this.#firsts = new Set(knownOf([...trigrams].filter((trigram) => trigram.startsWith("  "))))
    this.#fit()
  }

  /** What the words of the vocabulary share with the query. */
  sharing(): Sharing {
    if (this.#sharing !== undefined) return this.#sharing
    const vocabulary = this.#vocabulary
    const counts = new Uint16Array(vocabulary.size)
    const inner = new Uint16Array(vocabulary.size)
    const rows = new Uint32Array(vocabulary.size)
    const words: Array<number> = []
    for (const trigram of this.#known) {
      for (const word of vocabulary.holdersOf(trigram)) {
        if (counts[word] === 0) rows[word] = words.push(word)
        counts[word] = (counts[word] ?? 0) + 1
        if (!this.#firsts.has(trigram)) inner[word] = (inner[word] ?? 0) + 1
      }
    }
    const width = Math.ceil(this.#known.length / 32)
    const masks = new Int32Array(width * (words.length + 1))
    for (const [bit, trigram] of this.#known.entries()) {
      for (const word of vocabulary.holdersOf(trigram)) {
        const at = width * (rows[word] ?? 0) + (bit >>> 5)
        masks[at] = (masks[at] ?? 0) | 1 << (bit & 31)
      }
    }
    return this.#sharing = { counts, firsts: this.#firsts.size, inner, masks, rows, width, words }
  }

  /** How many different trigrams of the query words hold. */
  sharedIn(words: Uint32Array, from: number, to: number): number {
    const { masks, rows, width } = this.sharing()
    let sum = 0
    for (let column = 0; column < width; column++) {
      let all = 0
      for (let at = from; at < to; at++) all |= masks[width * (rows[words[at] ?? 0] ?? 0) + column] ?? 0
      sum += bitsIn(all)
    }
    return sum
  }

  similarity(text: string): number {
    const words = this.#wordsOf(text)
    return this.similarityOf(words, 0, words.length)
  }

  wordSimilarity(text: string): number {
    const words = this.#wordsOf(text)
    return this.wordSimilarityOf(words, 0, words.length)
  }

  /** How many different trigrams of the query a text holds. */
  shared(text: string): number {
    const trigrams = new Set(this.#wordsOf(text).flatMap((word) => this.#vocabulary.trigramsIn(word)))
    return this.#known.filter((trigram) => trigrams.has(trigram)).length
  }

  /** The share of the trigrams of both that they have in common, from 0 to 1. */
  similarityOf(words: ArrayLike<number>, from: number, to: number): number {
    const texts = this.#texts
    const stamp = ++this.#text
    let distinct = 0
    let shared = 0
    for (let at = from; at < to; at++) {
      for (const trigram of this.#vocabulary.trigramsIn(words[at] ?? -1)) {
        if (texts[trigram] === stamp) continue
        texts[trigram] = stamp
        distinct++
        if (this.#wanted[trigram] === 1) shared++
      }
    }
    return shared === 0 ? 0 : shared / (this.size + distinct - shared)
  }

  /**
   * The greatest similarity of the query and a run of the text's trigrams, found as `iterate_word_similarity` of pg_trgm finds
   * it: the run grows to the right, and is cut on the left where that helps.
   */
  wordSimilarityOf(words: ArrayLike<number>, from: number, to: number): number {
    const places = this.#places
    let run = this.#run
    const isWanted = this.#wanted
    const { size } = this
    let length = 0
    for (let at = from; at < to; at++) {
      const trigrams = this.#vocabulary.trigramsIn(words[at] ?? -1)
      while (length + trigrams.length > run.length) this.#run = run = lengthened(run)
      for (const trigram of trigrams) {
        run[length++] = trigram
        places[trigram] = -1
      }
    }
    let lower = -1
    let shared = 0
    let distinct = 0
    let greatest = 0
    for (let upper = 0; upper < length; upper++) {
      const trigram = run[upper] ?? 0
      const wanted = isWanted[trigram] === 1
      if (!wanted && lower < 0) continue
      if (places[trigram] === -1) {
        distinct++
        if (wanted) shared++
      }
      places[trigram] = upper
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
        const leaving = run[left] ?? 0
        if (places[leaving] === left) {
          lessDistinct--
          if (isWanted[leaving] === 1) lessShared--
        }
      }
      if (best > greatest) greatest = best
      for (let left = previous; left < lower; left++) {
        const leaving = run[left] ?? 0
        if (places[leaving] === left) places[leaving] = -1
      }
    }
    return greatest
  }

  /**
   * Whether a text can have so great a word similarity, of whose trigrams so many repeat others: a run takes in whole words but the
   * first and the last one, of which it may take what is shared alone.
   */
  mayReach(words: ArrayLike<number>, from: number, to: number, repeated: number, least: number): boolean {
    const { counts } = this.sharing()
    const needed = least * (this.size - repeated) - rounding
    let open = -Infinity
    for (let at = from; at < to; at++) {
      const word = words[at] ?? 0
      const gain = counts[word] ?? 0
      if (gain >= needed || open + gain >= needed) return true
      open = Math.max(gain, open + gain - least * (this.#vocabulary.trigramsIn(word).length - gain))
    }
    return false
  }

  #wordsOf(text: string): ReadonlyArray<number> {
    const words = text.split(" ").map((word) => this.#vocabulary.add(word))
    if (this.#vocabulary.trigrams > this.#wanted.length) this.#fit()
    return words
  }

  /** Has room for all trigrams of the vocabulary. */
  #fit() {
    const size = this.#vocabulary.trigrams
    this.#wanted = new Uint8Array(size)
    this.#texts = new Uint32Array(size)
    this.#places = new Int32Array(size)
    for (const trigram of this.#known) this.#wanted[trigram] = 1
  }
}
