import type { SearchField } from "../contract/ProductSearch.ts"
import type { TrigramScorer } from "./TrigramScorer.ts"

/** The texts of a product that a search looks at, normalised. */
export interface SearchedTexts {
  readonly name: string
  readonly aliases: ReadonlyArray<string>
  readonly shoppingName: string | null
  readonly brand: string | null
  /** Whether it was found by its barcode. */
  readonly hasBarcode: boolean
}

export interface Rank {
  /** 1 is the best. */
  readonly tier: number
  readonly field: SearchField
  /** Word similarity, from 0 to 1. */
  readonly score: number
}

/** The least word similarity with which a product is found that does not hold all words. */
export const leastSimilarity = 0.45

type Text = readonly [field: SearchField, text: string]

const namesOf = ({ aliases, name, shoppingName }: SearchedTexts): ReadonlyArray<Text> => [
  ["name", name],
  ...aliases.map((alias): Text => ["alias", alias]),
  ...shoppingName === null ? [] : [["shoppingName", shoppingName] satisfies Text]
]

type Holds = (held: string, word: string) => boolean
const isWord: Holds = (held, word) => held === word
const isStart: Holds = (held, word) => held.startsWith(word)

/** Where all the words are: in one text, or else in several, and then the one with most of them. */
const holding = (texts: ReadonlyArray<Text>, words: ReadonlyArray<string>, holds: Holds): SearchField | undefined => {
  const found = texts.map(([field, text]) => {
    const held = text.split(" ")
    return [field, new Set(words.filter((word) => held.some((each) => holds(each, word))))] as const
  })
  if (!words.every((word) => found.some(([, some]) => some.has(word)))) return undefined
  return found.toSorted(([, a], [, b]) => b.size - a.size)[0]?.[0]
}

/** How well a product fits a search; nothing where it does not. */
export const rankOf = (query: string, scorer: TrigramScorer, product: SearchedTexts): Rank | undefined => {
  const names = namesOf(product)
  let similar: SearchField = "name"
  let score = 0
  for (const [field, text] of names) {
    const similarity = scorer.wordSimilarity(text)
    if (similarity <= score) continue
    similar = field
    score = similarity
  }
  if (product.hasBarcode) return { tier: 1, field: "barcode", score: 1 }
  const equal = names.find(([, text]) => text === query)
  if (equal !== undefined) return { tier: 2, field: equal[0], score }
  const starting = names.find(([, text]) => text.startsWith(query))
  if (starting !== undefined) return { tier: 3, field: starting[0], score }
  const words = query.split(" ")
  const texts = product.brand === null ? names : [...names, ["brand", product.brand] satisfies Text]
  if (words.every((word) => texts.some(([, text]) => text.includes(word)))) {
    const whole = holding(texts, words, isWord)
    if (whole !== undefined) return { tier: 4, field: whole, score }
    const begun = holding(texts, words, isStart)
    if (begun !== undefined) return { tier: 5, field: begun, score }
  }
  return score >= leastSimilarity ? { tier: 6, field: similar, score } : undefined
}
