import { Places } from "./Places.ts"
import type { SearchedTexts } from "./searchRank.ts"
import type { TrigramScorer } from "./TrigramScorer.ts"
import { Vocabulary } from "./Vocabulary.ts"

export interface Flags {
  readonly discarded: boolean
  readonly listed: boolean
  readonly food: boolean
  readonly barcoded: boolean
}

export interface IndexedProduct extends Flags {
  readonly id: string
  readonly name: string
  readonly aliases: ReadonlyArray<string>
  readonly shoppingName: string | null
  readonly brand: string | null
}

const bits: Readonly<Record<keyof Flags, number>> = { discarded: 1, listed: 2, food: 4, barcoded: 8 }
const flagNames = ["discarded", "listed", "food", "barcoded"] as const

const bitsOf = (flags: Partial<Flags>, isSet: (flag: boolean | undefined) => boolean) =>
  flagNames.reduce((sum, name) => isSet(flags[name]) ? sum | bits[name] : sum, 0)

/** Stand before the words of an alias, a shopping name and a brand: words that no text holds, without trigrams. */
const marks = [".", "..", "..."]
const [alias, shoppingName, brand] = [0, 1, 2]

const first = 1024

const larger = <A extends Uint8Array | Uint16Array | Uint32Array>(made: A, array: A): A => {
  made.set(array)
  return made
}

/** The texts of all products as numbers of words, and by word the products that hold it, in some 120 bytes for each product. */
export class ProductIndex {
  readonly places = new Places()
  readonly vocabulary = new Vocabulary()
  /** By place: where its words begin, how many they and those of its name are, the characters of its name, and its flags. */
  #starts = new Uint32Array(first)
  #counts = new Uint32Array(first)
  #named = new Uint32Array(first)
  #lengths = new Uint16Array(first)
  /** By place: how many different trigrams its name has, and how many of a text at most repeat others of it. */
  #trigrams = new Uint16Array(first)
  #repeated = new Uint16Array(first)
  #flags = new Uint8Array(first)
  /** By place, for the query that is looked at: how many trigrams of it the words share. */
  #sums = new Uint16Array(first)
  #words = new Uint32Array(16 * first)
  #end = 0
  /** How many of the words up to the end are those of a product. */
  #live = 0
  /** By word: places of products that hold it, or held it. */
  #holders: Array<Uint32Array> = []
  #held: Array<number> = []
  /** By trigram: the last text that was seen to have it. */
  readonly #stamps: Array<number> = []
  readonly #numbers: Array<number> = []
  #stamp = 0

  constructor() {
    for (const mark of marks) this.vocabulary.add(mark)
  }

  /** Takes up a product, or what has changed of it. */
  put(product: IndexedProduct) {
    const place = this.places.add(product.id)
    if (place >= this.#starts.length) this.#grow()
    this.#flags[place] = bitsOf(product, (flag) => flag === true)
    const words = this.#numbersOf(product)
    const count = this.#counts[place] ?? 0
    if (count === words.length && this.#hasAll(place, words)) return
    const before = count === 0 ? [] : Array.from(this.#words.subarray(this.startOf(place), this.endOf(place)))
    this.#lengths[place] = product.name.length
    this.#named[place] = product.name.split(" ").length
    this.#live += words.length - count
    this.#counts[place] = 0
    const held = this.#reserve(words.length) ? [] : before
    const start = this.#end
    this.#starts[place] = start
    this.#counts[place] = words.length
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? 0
      this.#words[start + at] = word
      if (!held.includes(word) && words.indexOf(word) === at) this.#hold(word, place)
    }
    this.#end += words.length
    this.#count(place)
  }

  /** The words of all products: those of one, its name's first, are from `startOf` to `endOf`. Until another one is taken up. */
  get words(): Uint32Array {
    return this.#words
  }

  startOf(place: number): number {
    return this.#starts[place] ?? 0
  }

  endOf(place: number): number {
    return this.startOf(place) + (this.#counts[place] ?? 0)
  }

  wordsOf(place: number): Uint32Array {
    return this.#words.subarray(this.startOf(place), this.endOf(place))
  }

  /** How many of them are those of its name. */
  namedOf(place: number): number {
    return this.#named[place] ?? 0
  }

  /** Whether its name holds a word. */
  isNamed(place: number, word: number): boolean {
    const from = this.startOf(place)
    const to = from + this.namedOf(place)
    for (let at = from; at < to; at++) if (this.#words[at] === word) return true
    return false
  }

  /** How many characters the name has. */
  lengthOf(place: number): number {
    return this.#lengths[place] ?? 0
  }

  /** How many different trigrams the name has. */
  trigramsOf(place: number): number {
    return this.#trigrams[place] ?? 0
  }

  /** How many trigrams of any of its texts at most repeat others of it. */
  repeatedOf(place: number): number {
    return this.#repeated[place] ?? 0
  }

  /** Whether a word is none, but says what follows it: a name, or a brand. */
  isMark(word: number): boolean {
    return word <= brand
  }

  isBrand(word: number): boolean {
    return word === brand
  }

  textsOf(place: number): Omit<SearchedTexts, "hasBarcode"> {
    const texts: Array<{ readonly mark: number | undefined; readonly words: Array<string> }> = []
    for (const word of [undefined, ...this.wordsOf(place)]) {
      if (word === undefined || this.isMark(word)) texts.push({ mark: word, words: [] })
      else texts.at(-1)?.words.push(this.vocabulary.wordOf(word))
    }
    const of = (mark: number | undefined) =>
      texts.filter((text) => text.mark === mark).map(({ words }) => words.join(" "))
    return {
      name: of(undefined).join(""),
      aliases: of(alias),
      shoppingName: of(shoppingName)[0] ?? null,
      brand: of(brand)[0] ?? null
    }
  }

  /** Whether a product has these flags. */
  having(flags: Partial<Flags>): (place: number) => boolean {
    const asked = bitsOf(flags, (flag) => flag !== undefined)
    const wanted = bitsOf(flags, (flag) => flag === true)
    return (place) => ((this.#flags[place] ?? 0) & asked) === wanted
  }

  /** Places of products that hold a word, and of some that do no longer. */
  holding(word: number): Uint32Array {
    return this.#holders[word]?.subarray(0, this.#held[word] ?? 0) ?? new Uint32Array()
  }

  /**
   * The wanted products that may hold so many different trigrams of the query, from `least` to all, until another query is looked
   * at. None holds more than that: a trigram that several words share counts for each. First letters, which very many share, are
   * taken to be held where what is left can decide.
   */
  near(scorer: TrigramScorer, least: number, isWanted: (place: number) => boolean): (shared: number) => Uint32Array {
    const { size } = scorer
    const { counts, firsts, inner, words } = scorer.sharing()
    const taken = firsts < least ? firsts : 0
    const sums = this.#sumsOf(words, taken > 0 ? inner : counts)
    const ends = new Uint32Array(size + 2)
    const needed = least - taken
    for (let place = 0; place < this.places.size; place++) {
      const sum = sums[place] ?? 0
      if (sum < needed) continue
      if (!isWanted(place)) {
        sums[place] = 0
        continue
      }
      const next = Math.min(sum + taken, size) + 1
      ends[next] = (ends[next] ?? 0) + 1
    }
    for (let sum = 1; sum < ends.length; sum++) ends[sum] = (ends[sum] ?? 0) + (ends[sum - 1] ?? 0)
    const found = new Uint32Array(ends[size + 1] ?? 0)
    for (let place = 0; place < this.places.size; place++) {
      const sum = sums[place] ?? 0
      if (sum < needed) continue
      const level = Math.min(sum + taken, size)
      const at = ends[level] ?? 0
      found[at] = place
      ends[level] = at + 1
    }
    return (shared) => found.subarray(shared === 0 ? 0 : ends[shared - 1], ends[shared])
  }

  #sumsOf(words: ReadonlyArray<number>, counts: Uint16Array): Uint16Array {
    const sums = this.#sums.fill(0)
    for (const word of words) {
      const count = counts[word] ?? 0
      const holders = this.#holders[word]
      if (count === 0 || holders === undefined) continue
      const held = this.#held[word] ?? 0
      for (let at = 0; at < held; at++) {
        const place = holders[at] ?? 0
        sums[place] = (sums[place] ?? 0) + count
      }
    }
    return sums
  }

  #hasAll(place: number, words: ReadonlyArray<number>): boolean {
    const start = this.startOf(place)
    return words.every((word, at) => word === this.#words[start + at])
  }

  #count(place: number) {
    const start = this.startOf(place)
    const end = this.endOf(place)
    const named = start + this.namedOf(place)
    let [all, distinct, repeated] = [0, 0, 0]
    let stamp = ++this.#stamp
    for (let at = start; at < end; at++) {
      const word = this.#words[at] ?? 0
      if (this.isMark(word)) {
        repeated = Math.max(repeated, all - distinct)
        all = distinct = 0
        stamp = ++this.#stamp
      }
      for (const trigram of this.vocabulary.trigramsIn(word)) {
        all++
        if (this.#stamps[trigram] !== stamp) distinct++
        this.#stamps[trigram] = stamp
      }
      if (at === named - 1) this.#trigrams[place] = distinct
    }
    this.#repeated[place] = Math.max(repeated, all - distinct)
  }

  #numbersOf({ aliases, brand: maker, name, shoppingName: shopping }: IndexedProduct): ReadonlyArray<number> {
    const numbers = this.#numbers
    numbers.length = 0
    const add = (text: string) => {
      for (const word of text.split(" ")) numbers.push(this.vocabulary.add(word))
    }
    const addAfter = (mark: number, text: string | null) => {
      if (text === null) return
      numbers.push(mark)
      add(text)
    }
    add(name)
    for (const text of aliases) addAfter(alias, text)
    addAfter(shoppingName, shopping)
    addAfter(brand, maker)
    return numbers
  }

  #hold(word: number, place: number) {
    const count = this.#held[word] ?? 0
    let holders = this.#holders[word] ?? new Uint32Array(2)
    if (count === holders.length) {
      const more = new Uint32Array(count + Math.max(2, count >> 1))
      more.set(holders)
      holders = more
    }
    holders[count] = place
    this.#holders[word] = holders
    this.#held[word] = count + 1
  }

  #grow() {
    const size = 2 * this.#starts.length
    this.#starts = larger(new Uint32Array(size), this.#starts)
    this.#counts = larger(new Uint32Array(size), this.#counts)
    this.#named = larger(new Uint32Array(size), this.#named)
    this.#lengths = larger(new Uint16Array(size), this.#lengths)
    this.#trigrams = larger(new Uint16Array(size), this.#trigrams)
    this.#repeated = larger(new Uint16Array(size), this.#repeated)
    this.#flags = larger(new Uint8Array(size), this.#flags)
    this.#sums = new Uint16Array(size)
  }

  /** Makes room for words; where that takes moving all, those that no product has any more are forgotten, and it answers true. */
  #reserve(count: number): boolean {
    if (this.#end + count <= this.#words.length) return false
    if (this.#end < 2 * this.#live) {
      this.#words = larger(new Uint32Array(2 * this.#end + count), this.#words)
      return false
    }
    const words = this.#words
    this.#words = new Uint32Array(2 * this.#live + count)
    this.#end = 0
    this.#held = []
    this.#holders = []
    for (let place = 0; place < this.places.size; place++) {
      const from = this.#starts[place] ?? 0
      const own = words.subarray(from, from + (this.#counts[place] ?? 0))
      this.#starts[place] = this.#end
      this.#words.set(own, this.#end)
      this.#end += own.length
      for (const word of new Set(own)) this.#hold(word, place)
    }
    return true
  }
}
