const folds: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["ł", "l"],
  ["đ", "d"]
])

const abbreviations: ReadonlyMap<string, string> = new Map([
  ["c/", " com "],
  ["s/", " sem "],
  ["w/o", " without "],
  ["w/", " with "]
])

const words: ReadonlyMap<string, string> = new Map([
  ["qj", "queijo"],
  ["contra", "ct"],
  ["mus", "mozarela"],
  ["mussarela", "mozarela"],
  ["mucarela", "mozarela"],
  ["mozzarella", "mozarela"],
  ["costelinha", "costela"],
  ["suina", "porco"],
  ...["de", "da", "do", "das", "dos", "of", "the"].map((word) => [word, ""] as const)
])

const beyondAscii = /[^\0-\x7f]/
const abbreviation = /(?<![\p{L}\p{N}])(?:w\/o(?![\p{L}\p{N}])|[csw]\/)/gu
const separators = /(?:(?<![0-9])\.|\.(?![0-9])|[^a-z0-9.])+/
const separatorsBeyondAscii = /(?:(?<![0-9])\.|\.(?![0-9])|[^\p{L}\p{N}.])+/u

// Lower case comes twice and the folds last, because compatibility forms open into capitals (™) and folded letters (ǽ).
const fold = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().replace(
    /[ßæœøłđ]/g,
    (letter) => folds.get(letter) ?? letter
  )

/**
 * A food's name as it is compared: lower case without accents, punctuation, filler words and the usual abbreviations.
 * Empty when no letter or digit is left.
 */
export const normaliseName = (name: string): string => {
  let text = name.toLowerCase()
  const foreign = beyondAscii.test(text)
  if (foreign) text = fold(text)
  if (text.includes("/")) text = text.replace(abbreviation, (found) => abbreviations.get(found) ?? found)
  if (text.includes(",")) text = text.replace(/(?<=[0-9]),(?=[0-9])/g, ".")
  let result = ""
  for (const part of text.split(foreign ? separatorsBeyondAscii : separators)) {
    const word = words.get(part) ?? part
    if (word !== "") result = result === "" ? word : `${result} ${word}`
  }
  return result
}

/** How the names of portions are compared: those of filler words or symbols alone stand for themselves. */
export const portionKey = ({ name }: { readonly name: string }): string => normaliseName(name) || name

/** The same for aliases, each in its language. */
export const aliasKey = (alias: { readonly language: string; readonly name: string }): string =>
  `${alias.language} ${portionKey(alias)}`
