/** Words, and numbers, in lower case without accents; a capital after a small letter begins another one. */
export const wordsOf = (text: string): ReadonlyArray<string> =>
  text.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .match(/[a-z]+|[0-9]+/g) ?? []
