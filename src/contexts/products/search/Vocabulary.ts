/** The trigrams of a word, as pg_trgm cuts them: two blanks before each of its runs of letters and digits, and one after it. */
export const trigramsOf = (word: string): ReadonlyArray<string> =>
  word.split(".").filter((part) => part !== "").flatMap((part) => {
    const characters = [" ", " ", ...part, " "]
    return characters.slice(2).map((character, index) => `${characters[index]}${characters[index + 1]}${character}`)
  })

/** The words of names out of `normaliseName` by number, with their trigrams by number. */
export class Vocabulary {
  readonly #words: Array<string> = []
  readonly #numbers = new Map<string, number>()
  /** By word: its trigrams in their order. */
  readonly #trigrams: Array<ReadonlyArray<number>> = []
  readonly #trigramNumbers = new Map<string, number>()
  /** By trigram: the words that hold it, each once. */
  readonly #holders: Array<Array<number>> = []

  /** How many words there are. */
  get size(): number {
    return this.#words.length
  }

  /** How many trigrams there are. */
  get trigrams(): number {
    return this.#holders.length
  }

  add(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    const number = this.#words.push(word) - 1
    this.#numbers.set(word, number)
    const trigrams = trigramsOf(word).map((trigram) => {
      const known = this.#trigramNumbers.get(trigram)
      if (known !== undefined) return known
      const made = this.#holders.push([]) - 1
      this.#trigramNumbers.set(trigram, made)
      return made
    })
    this.#trigrams.push(trigrams)
    for (const trigram of new Set(trigrams)) this.#holders[trigram]?.push(number)
    return number
  }

  numberOf(word: string): number | undefined {
    return this.#numbers.get(word)
  }

  wordOf(number: number): string {
    return this.#words[number] ?? ""
  }

  trigramsIn(number: number): ReadonlyArray<number> {
    return this.#trigrams[number] ?? []
  }

  trigramOf(trigram: string): number | undefined {
    return this.#trigramNumbers.get(trigram)
  }

  holdersOf(trigram: number): ReadonlyArray<number> {
    return this.#holders[trigram] ?? []
  }

  /** The words that begin with a text. */
  startingWith(text: string): ReadonlyArray<number> {
    const [first = "", second] = text.split(".", 1).join("")
    const trigram = this.#trigramNumbers.get(second === undefined ? `  ${first}` : ` ${first}${second}`)
    return trigram === undefined
      ? []
      : this.holdersOf(trigram).filter((number) => this.wordOf(number).startsWith(text))
  }
}
