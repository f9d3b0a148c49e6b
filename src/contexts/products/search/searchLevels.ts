import type { TrigramScorer } from "./TrigramScorer.ts"

/** What is read of `product_search`, the best first: queries of its words, in each of which `#` stands for a bucket of lengths. */
export type Levels = ReadonlyArray<string>

/** Names of at least so many characters are in the next bucket, as `search_words` has it. */
const lengths = [13, 19, 25, 33, 41, 53, 71]
const letters = "abcdefgh"

const longest = 100

/** A word as the index has it. */
const cut = (word: string) => word.length <= longest ? word : [...word].slice(0, longest).join("")

const word = (text: string) => `'#${cut(text)}'`
const start = (text: string) => `'#${cut(text)}':*`
const first = (text: string) => `'#^${cut(text)}'`
const firstStart = (text: string) => `'#^${cut(text)}':*`
const other = (text: string) => `'#=${cut(text)}'`
const firstTwo = (one: string, two: string) => first(`${cut(one)} ${cut(two)}`)

const all = (parts: ReadonlyArray<string>) => parts.join(" & ")
const any = (parts: ReadonlyArray<string>) => parts.length === 1 ? parts.join("") : `(${parts.join(" | ")})`
const butNot = (query: string, ...others: ReadonlyArray<string>) =>
  [`(${query})`, ...others.map((other) => `!(${other})`)].join(" & ")

/**
 * The last of several words where it is the start of so many that they are not looked up in the index: `levelsOfWords` leaves it
 * out, and who reads by them has to see to it.
 */
export const shortStart = (words: ReadonlyArray<string>): string | undefined => {
  const last = words.at(-1) ?? ""
  return words.length > 1 && [...last].length <= 2 ? last : undefined
}

/** Products that hold all words, the last one at least as a start: the tiers above similarity. */
export const levelsOfWords = (words: ReadonlyArray<string>): Levels => {
  const [one = "", two, ...others] = words
  const equal = other(words.join(" "))
  if (two === undefined) {
    return [
      equal,
      first(one),
      butNot(firstStart(one), first(one)),
      butNot(word(one), firstStart(one)),
      butNot(start(one), word(one), firstStart(one))
    ]
  }
  const last = others.at(-1)
  const open = shortStart(words) === undefined ? [start(words.at(-1) ?? "")] : []
  const between = others.slice(0, -1).map(word)
  const begun = last === undefined
    ? `'#^${cut(one)} ${cut(two)}':*`
    : all([firstTwo(one, two), ...between, ...open])
  const begunWhole = last === undefined ? firstTwo(one, two) : all([firstTwo(one, two), ...between, word(last)])
  const whole = all(words.map(word))
  return [
    equal,
    begunWhole,
    butNot(begun, begunWhole),
    butNot(whole, begunWhole),
    butNot(all([...words.slice(0, -1).map(word), ...open]), whole, begun)
  ]
}

/**
 * Products that hold words that begin with those of the query, not with the last one alone. `known` are the words of products that
 * resemble each, where it has so many that they may not be all.
 */
export const levelsOfStarts = (
  words: ReadonlyArray<string>,
  known: ReadonlyMap<string, ReadonlyArray<string>>,
  most: number
): Levels => {
  const parts = words.map((wanted) => {
    const all = known.get(wanted) ?? []
    const begun = all.filter((each) => each.startsWith(wanted))
    return { words: begun, query: all.length < most ? any(begun.map(word)) : start(wanted) }
  })
  const isNew = parts.slice(0, -1).some(({ words: begun }, index) => begun.some((each) => each !== words[index]))
  return isNew && parts.every(({ words: begun }) => begun.length > 0) ? [all(parts.map(({ query }) => query))] : []
}

/** Products that hold a word. */
export const levelsOfWord = (wanted: string): Levels => [word(wanted)]

/** A word of the query with the words of products that resemble it. */
export interface WordGroup {
  /** How many trigrams of the query each of the words holds. */
  readonly words: ReadonlyMap<string, number>
  /** How many of them one holds at most. */
  readonly weight: number
}

export const groupsOf = (
  words: ReadonlyArray<string>,
  similar: ReadonlyMap<string, ReadonlyArray<string>>,
  scorer: TrigramScorer
): ReadonlyArray<WordGroup> =>
  [...new Set(words)].flatMap((wanted, _, { length }) => {
    const known = similar.get(wanted) ?? []
    const most = length === 1 ? known.length : length <= 2 ? 16 : known[0] === wanted ? 2 : 8
    const shared = new Map(known.slice(0, most).map((each) => [each, scorer.shared(each)]))
    return shared.size === 0 ? [] : [{ words: shared, weight: Math.max(...shared.values()) }]
  })

const mostGroups = 6

/** So many trigrams of the query may come from words that resemble none of its. */
const strays = 5
const mostWithStrays = 25

/** Of so few groups each sum of weights is a level. */
const mostSummed = 2

/** Of one group: which words hold so many trigrams, from the most on. */
type Classes = ReadonlyArray<{ readonly weight: number; readonly query: string }>

const classesOf = ({ weight, words }: WordGroup, isFine: boolean): Classes => {
  const weights = isFine ? [...new Set(words.values())].toSorted((a, b) => b - a) : [weight]
  return weights.map((least) => ({
    weight: least,
    query: any([...words].flatMap(([each, shared]) => !isFine || shared >= least ? [word(each)] : []))
  }))
}

/** Products that hold so many of the groups that their weights reach `need`; nothing where that asks for nothing. */
const atLeast = (groups: ReadonlyArray<Classes>, need: number): string | undefined => {
  const reach = (index: number, open: number): string | true | false => {
    if (open <= 0) return true
    const classes = groups[index]
    if (classes === undefined) return false
    const left = reach(index + 1, open)
    if (left === true) return true
    const ways = left === false ? [] : [left]
    for (const { query, weight } of classes) {
      const others = reach(index + 1, open - weight)
      if (others !== false) ways.push(others === true ? query : `(${query} & ${others})`)
    }
    return ways.length > 0 && any(ways)
  }
  const query = reach(0, need)
  return typeof query === "string" ? query : undefined
}

/** Products that hold a word with so many of the query's trigrams. */
const ofOne = ([group]: ReadonlyArray<WordGroup>, need: number): string | undefined => {
  const words = [...group?.words ?? []].flatMap(([each, shared]) => shared >= need ? [word(each)] : [])
  return words.length === 0 ? undefined : any(words)
}

/** What words of some of the groups weigh together, the heaviest first. */
const sumsOf = ([classes, ...others]: ReadonlyArray<Classes>): ReadonlyArray<number> => {
  if (classes === undefined) return []
  const sums = sumsOf(others)
  const all = [...sums, ...classes.flatMap(({ weight }) => [weight, ...sums.map((sum) => sum + weight)])]
  return [...new Set(all)].toSorted((a, b) => b - a)
}

/** Those that lie so far apart, the first and the last one among them. */
const thinned = (sums: ReadonlyArray<number>, gap: number): ReadonlyArray<number> => {
  const kept: Array<number> = []
  for (const [index, sum] of sums.entries()) {
    if (index === sums.length - 1 || (kept.at(-1) ?? Infinity) - sum >= gap) kept.push(sum)
  }
  return kept
}

/** Each query once. What one before it found is found again: reading that twice costs less than telling the index to leave it out. */
const distinct = (queries: ReadonlyArray<string | undefined>): Levels => [
  ...new Set(queries.filter((query) => query !== undefined))
]

/** Products that hold words like those of the query, in the order of the share of the query's trigrams that they may hold. */
export const levelsOfLikeness = (
  groups: ReadonlyArray<WordGroup>,
  size: number,
  shares: ReadonlyArray<number>,
  isOneWord: boolean
): Levels => {
  const heaviest = groups.toSorted((a, b) => b.weight - a.weight)
  const asked = heaviest.slice(0, mostGroups)
  const free = heaviest.slice(mostGroups).reduce((sum, { weight }) => sum + weight, 0)
  const least = (shares.at(-1) ?? 0) * size - free
  // Of two words side by side that hold enough together, one holds the half.
  if (isOneWord) return distinct([...shares.map((share) => share * size), least / 2].map((need) => ofOne(asked, need)))
  const isFine = asked.length <= mostSummed
  const classes = asked.map((group) => classesOf(group, isFine))
  const sums = isFine ? thinned(sumsOf(classes).filter((sum) => sum >= least), size / 10) : []
  const needs = sums.length > 0 ? sums : shares.map((share) => share * size - free)
  return distinct([...needs, ...size <= mostWithStrays ? [least - strays] : []].map((need) => atLeast(classes, need)))
}

/** The levels for names of `least` to `most` characters, the shortest of each level first. */
export const inBuckets = (levels: Levels, least = 0, most = Infinity): ReadonlyArray<string> =>
  levels.flatMap((level) =>
    [...letters].flatMap((letter, bucket) =>
      (lengths[bucket - 1] ?? 0) > most || (lengths[bucket] ?? Infinity) <= least ? [] : [level.replaceAll("#", letter)]
    )
  )
