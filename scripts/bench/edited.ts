import type { picker } from "./recombinedFoods.ts"

const letters = [..."abcdefghijklmnopqrstuvwxyz"]

/** The name with one letter more, one less, or another one in a word of at least five; itself where it has none. */
export const edited = (name: string, { below, pick }: Pick<ReturnType<typeof picker>, "below" | "pick">) => {
  const words = name.split(" ")
  const long = [...words.keys()].filter((index) => /^\p{L}{5,}/u.test(words[index] ?? ""))
  const index = pick(long, -1)
  const word = words[index]
  if (word === undefined) return name
  const [length = 0] = /^\p{L}+/u.exec(word)?.map((run) => run.length) ?? []
  const at = 1 + below(length - 1)
  const kind = below(3)
  const letter = kind === 0 ? "" : pick(letters, "x")
  words[index] = `${word.slice(0, at)}${letter}${word.slice(kind === 1 ? at : at + 1)}`
  return words.join(" ")
}
