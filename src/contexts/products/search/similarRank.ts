import { normaliseName } from "../contract/normaliseName.ts"

const participles = (stem: string) => ["o", "a", "os", "as"].map((ending) => stem + ending)

/** The words by which a name tells how it was cooked. */
const cookingMethods: ReadonlyArray<ReadonlySet<string>> = [
  [...participles("frit"), "fried"],
  [...participles("assad"), "roasted", "roast", "baked"],
  [...participles("cozid"), "cooked", "boiled"],
  [...participles("grelhad"), "grilled", "broiled"],
  ["vapor", "steamed"]
].map((words) => new Set(words))

const methodsOf = (words: ReadonlyArray<string>) =>
  cookingMethods.filter((method) => words.some((word) => method.has(word)))

/** Whether the target is cooked in a way that the query does not name. */
export const isCookedOtherwise = (query: ReadonlyArray<string>, target: ReadonlyArray<string>): boolean => {
  const wanted = methodsOf(query)
  return methodsOf(target).some((method) => !wanted.includes(method))
}

const lettersOf = (words: ReadonlyArray<string>) => words.reduce((sum, word) => sum + [...word].length, 0)

const isIn = (word: string, other: string) => word === other || ([...word].length >= 3 && other.includes(word))

const counted = (words: ReadonlyArray<string>) => [words.length, lettersOf(words)]

/**
 * The numbers by which a target ranks, the first one first and more is better: whether the first words are equal, and whether
 * the query's is in the target's; then how many words, and letters of them, are equal at the same place, in the word at the
 * same place, equal anywhere, in any word; then the trigram similarity.
 */
export const rankOf = (
  query: ReadonlyArray<string>,
  target: ReadonlyArray<string>,
  similarity: number
): ReadonlyArray<number> => {
  const [first = ""] = query
  const [other = ""] = target
  const different = [...new Set(query)]
  const targets = new Set(target)
  return [
    Number(first === other),
    Number(isIn(first, other)),
    ...counted(query.filter((word, index) => word === target[index])),
    ...counted(query.filter((word, index) => isIn(word, target[index] ?? ""))),
    ...counted(different.filter((word) => targets.has(word))),
    ...counted(different.filter((word) => target.some((each) => isIn(word, each)))),
    Math.round(similarity * 10_000) / 10_000
  ]
}

/** The words of a name in the form in which names are compared. */
export const wordsOf = (name: string): ReadonlyArray<string> =>
  normaliseName(name).split(" ").filter((word) => word !== "")
