import type { ProductIndex } from "./ProductIndex.ts"

/** The words of a query, held against those of products. */
export class WantedWords {
  /** How many different ones there are. */
  readonly size: number
  readonly #index: ProductIndex
  /** By their order in the query: their numbers, where a product holds them. */
  readonly #numbers: ReadonlyArray<number | undefined>
  /** By word of a product: whether it begins with the last one. */
  readonly #continuing: ReadonlySet<number>
  /** By word of a product: with which of the different ones it begins, each by its number among them. */
  readonly #begun = new Map<number, Array<number>>()
  readonly #isBegun: Uint8Array
  /** By word of a product: which of the different ones it is. */
  readonly #whole = new Map<number, number>()
  readonly #seen: Uint32Array
  readonly #seenWhole: Uint32Array
  #stamp = 0

  constructor(index: ProductIndex, text: string) {
    const { vocabulary } = index
    const words = text.split(" ")
    const different = [...new Set(words)]
    this.#index = index
    this.size = different.length
    this.#numbers = words.map((word) => vocabulary.numberOf(word))
    this.#continuing = new Set(vocabulary.startingWith(words.at(-1) ?? ""))
    this.#isBegun = new Uint8Array(vocabulary.size)
    for (const [at, word] of different.entries()) {
      const number = vocabulary.numberOf(word)
      if (number !== undefined) this.#whole.set(number, at)
      for (const begun of vocabulary.startingWith(word)) {
        this.#isBegun[begun] = 1
        const known = this.#begun.get(begun)
        if (known === undefined) this.#begun.set(begun, [at])
        else known.push(at)
      }
    }
    this.#seen = new Uint32Array(different.length)
    this.#seenWhole = new Uint32Array(different.length)
  }

  /** The tier of a product that holds all words, or their starts. */
  tierOf(place: number): 2 | 3 | 4 | 5 | undefined {
    const { words } = this.#index
    const stamp = ++this.#stamp
    const end = this.#index.endOf(place)
    let whole = 0
    let begun = 0
    for (let from = this.#index.startOf(place); from < end; from++) {
      const word = words[from] ?? 0
      if (this.#isBegun[word] !== 1) continue
      for (const at of this.#begun.get(word) ?? []) {
        if (this.#seen[at] === stamp) continue
        this.#seen[at] = stamp
        begun++
      }
      const at = this.#whole.get(word)
      if (at === undefined || this.#seenWhole[at] === stamp) continue
      this.#seenWhole[at] = stamp
      whole++
    }
    if (begun < this.size) return undefined
    return this.#nameTierOf(this.#index.wordsOf(place)) ?? (whole === this.size ? 4 : 5)
  }

  /** Whether a name is that of the query, or begins with it. */
  #nameTierOf(words: Uint32Array): 2 | 3 | undefined {
    const last = this.#numbers.length - 1
    let found: 3 | undefined
    for (let from = 0; from + last < words.length;) {
      let same = 0
      while (same < last && words[from + same] === this.#numbers[same]) same++
      const end = words[from + last] ?? 0
      if (same === last && this.#continuing.has(end)) {
        const next = words[from + last + 1]
        if (end === this.#numbers[last] && (next === undefined || this.#index.isMark(next))) return 2
        found = 3
      }
      while (from < words.length && !this.#index.isMark(words[from] ?? 0)) from++
      if (this.#index.isBrand(words[from] ?? 0)) break
      from++
    }
    return found
  }
}
