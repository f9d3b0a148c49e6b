import { plain } from "./readAnswer.ts"

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"]

/** What has a code, and is no country. */
const none = /^(?:EU|EZ|QO|UN|X[AB]|ZZ)$/

const otherNames: Readonly<Record<string, string>> = {
  usa: "US",
  "u s a": "US",
  eua: "US",
  america: "US",
  "united states of america": "US",
  "estados unidos da america": "US",
  england: "GB",
  inglaterra: "GB",
  scotland: "GB",
  escocia: "GB",
  "great britain": "GB",
  "gra bretanha": "GB",
  holland: "NL",
  holanda: "NL"
}

const named = () => {
  const inLanguages = ["en", "pt-BR"].map((language) =>
    new Intl.DisplayNames(language, { type: "region", fallback: "none" })
  )
  const all = letters.flatMap((first) =>
    letters.flatMap((second) => {
      const code = `${first}${second}`
      const names = inLanguages.flatMap((language) => language.of(code) ?? [])
      // Codes of before lead to those of today.
      const today = Intl.getCanonicalLocales(`und-${code}`)[0]?.slice(4) ?? code
      return names.length === 0 || none.test(code) ? [] : [code, ...names].map((name) => [plain(name), today] as const)
    })
  )
  return new Map([...all, ...Object.entries(otherNames)])
}

let known: ReadonlyMap<string, string> | undefined

/** A country (ISO 3166-1 alpha-2) by its code, or by its name in English or Portuguese. */
export const countryOf = (value: string): string | undefined => (known ??= named()).get(plain(value))
