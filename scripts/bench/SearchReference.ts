import { normaliseName } from "../../src/contexts/products/contract/normaliseName.ts"
import { similarityOf, trigramsOf, wordSimilarityOf } from "./referenceTrigrams.ts"

/** A food as the reference knows it; its place in the list is the order of ids. */
export interface ReferenceFood {
  readonly name: string
  readonly aliases: ReadonlyArray<string>
  readonly brand: string
  readonly sourceRank: number
  readonly barcoded: boolean
}

interface Known extends ReferenceFood {
  readonly place: number
  readonly text: string
  readonly others: ReadonlyArray<string>
}

const collator = new Intl.Collator("und")

const byTies = (a: Known, b: Known) =>
  a.sourceRank - b.sourceRank || collator.compare(a.name, b.name) || a.place - b.place

const cooking = [
  ["frito", "frita", "fritos", "fritas", "fried"],
  ["assado", "assada", "assados", "assadas", "roasted", "roast", "baked"],
  ["cozido", "cozida", "cozidos", "cozidas", "cooked", "boiled"],
  ["grelhado", "grelhada", "grelhados", "grelhadas", "grilled", "broiled"],
  ["vapor", "steamed"]
]

const isIn = (word: string, other: string | undefined) =>
  other !== undefined && (word === other || (word.length >= 3 && other.includes(word)))

const sumOf = (words: ReadonlyArray<string>) => words.join("").length

/** The keys 1 to 11 by which similar names rank. */
const keysOf = (q: ReadonlyArray<string>, t: ReadonlyArray<string>, similarity: number) => {
  const same = q.filter((word, i) => word === t[i])
  const inSame = q.filter((word, i) => isIn(word, t[i]))
  const different = q.filter((word, i) => q.indexOf(word) === i)
  const somewhere = different.filter((word) => t.includes(word))
  const inSome = different.filter((word) => t.some((other) => isIn(word, other)))
  const counts = [same, inSame, somewhere, inSome].flatMap((words) => [words.length, sumOf(words)])
  return [
    Number(q[0] === t[0]),
    Number(isIn(q[0] ?? "", t[0])),
    ...counts,
    Number(similarity.toFixed(4))
  ]
}

const tierOf = (query: string, { brand, others, text }: Known, isSimilar: boolean): number | undefined => {
  const names = [text, ...others]
  if (names.includes(query)) return 2
  if (names.some((name) => name.startsWith(query))) return 3
  const words = [...names, brand].join(" ").split(" ")
  const wanted = query.split(" ")
  if (wanted.every((word) => words.includes(word))) return 4
  if (wanted.every((word) => words.some((other) => other.startsWith(word)))) return 5
  return isSimilar ? 6 : undefined
}

const hasKeys = (keys: ReadonlyArray<number>, other: ReadonlyArray<number>) => {
  const index = keys.findIndex((key, i) => key !== other[i])
  return index < 0 ? 0 : (other[index] ?? 0) - (keys[index] ?? 0)
}

/** Search and similar names as they are specified, over all foods, in memory: what the answers of the server are held against. */
export class SearchReference {
  readonly #foods: ReadonlyArray<Known>
  readonly #numbers = new Map<string, number>()
  /** For each food the numbers of its words, from `#starts` on; nothing else is looked at for all foods. */
  readonly #words: Uint32Array
  readonly #starts: Uint32Array

  constructor(foods: ReadonlyArray<ReferenceFood>) {
    this.#foods = foods.map((food, place) => ({
      ...food,
      place,
      text: normaliseName(food.name),
      others: food.aliases.map(normaliseName),
      brand: normaliseName(food.brand)
    }))
    this.#starts = new Uint32Array(foods.length + 1)
    const words: Array<number> = []
    for (const { brand, others, place, text } of this.#foods) {
      for (const word of [text, ...others, brand].join(" ").split(" ")) {
        const number = this.#numbers.get(word) ?? this.#numbers.size
        this.#numbers.set(word, number)
        words.push(number)
      }
      this.#starts[place + 1] = words.length
    }
    this.#words = Uint32Array.from(words)
  }

  /** Places of the best thousand. */
  search(q: string): ReadonlyArray<number> {
    const query = normaliseName(q)
    const trigrams = new Set(trigramsOf(query))
    return this.#near(query, trigrams, 0.45, (found, all) => found === all).flatMap((food) => {
      const score = Math.max(...[food.text, ...food.others].map((name) => wordSimilarityOf(trigrams, name)))
      const tier = tierOf(query, food, score >= 0.45)
      return tier === undefined ? [] : [{ food, tier, score }]
    }).toSorted((a, b) =>
      a.tier - b.tier || b.score - a.score || a.food.text.length - b.food.text.length || byTies(a.food, b.food)
    ).slice(0, 1000).map(({ food }) => food.place)
  }

  /** Places of at most so many foods. */
  similar(name: string, limit: number): ReadonlyArray<number> {
    const query = normaliseName(name)
    const trigrams = new Set(trigramsOf(query))
    const words = query.split(" ")
    const near = this.#near(query, trigrams, 0.3, (found) => (found & 1) !== 0).filter(({ barcoded }) => !barcoded)
    const alike = near.map((food) => ({ food, similarity: similarityOf(trigrams, food.text) }))
      .filter(({ similarity }) => similarity >= 0.3)
      .toSorted((a, b) => b.similarity - a.similarity || a.food.place - b.food.place).slice(0, 200)
    const holding = near.filter(({ text }) => text.split(" ").includes(words[0] ?? ""))
      .toSorted((a, b) => a.text.length - b.text.length || a.place - b.place).slice(0, 200)
    const methods = new Set(cooking.filter((group) => !group.some((word) => words.includes(word))).flat())
    const ranked = [...new Set([...alike.map(({ food }) => food), ...holding])]
      .map((food) => ({ food, target: food.text.split(" ") }))
      .filter(({ target }) => !target.some((word) => methods.has(word)))
      .map(({ food, target }) => ({ food, keys: keysOf(words, target, similarityOf(trigrams, food.text)) }))
      .toSorted((a, b) => hasKeys(a.keys, b.keys) || a.food.text.length - b.food.text.length || byTies(a.food, b.food))
    const names = new Set<string>()
    return ranked.filter(({ food }) => !names.has(food.text) && names.add(food.text))
      .slice(0, limit).map(({ food }) => food.place)
  }

  /** The foods that hold so great a share of the query's trigrams, or those starts of its words that are asked for (by bits). */
  #near(
    query: string,
    trigrams: ReadonlySet<string>,
    share: number,
    isNear: (found: number, all: number) => boolean
  ): ReadonlyArray<Known> {
    const wanted = query.split(" ").slice(0, 30)
    const all = 2 ** wanted.length - 1
    const shared = new Uint16Array(this.#numbers.size)
    const starts = new Uint32Array(this.#numbers.size)
    for (const [word, number] of this.#numbers) {
      shared[number] = new Set(trigramsOf(word).filter((trigram) => trigrams.has(trigram))).size
      starts[number] = wanted.reduce((bits, each, bit) => word.startsWith(each) ? bits + 2 ** bit : bits, 0)
    }
    return this.#foods.filter(({ place }) => {
      let found = 0
      let sum = 0
      const end = this.#starts[place + 1] ?? 0
      for (let at = this.#starts[place] ?? 0; at < end; at++) {
        const number = this.#words[at] ?? 0
        sum += shared[number] ?? 0
        found |= starts[number] ?? 0
      }
      return sum >= share * trigrams.size || isNear(found, all)
    })
  }
}
