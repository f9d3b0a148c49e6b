/** How numbers are written: `1,000` is a thousand in English, a one in Portuguese. */
export type LineLanguage = "en" | "pt"

/** A number as it is read: a range by its mean. */
export interface Quantity {
  readonly value: number
  readonly range?: string
  /** How many tokens it takes. */
  readonly length: number
}

const vulgar = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"

/** Vulgar fractions become `n/d`, apart from the number before them; letters stand apart from numbers. */
export const spelledOut = (line: string): string =>
  line
    .replace(new RegExp(`[${vulgar}]`, "gu"), (sign) => ` ${sign.normalize("NFKD").replace("⁄", "/")} `)
    .replaceAll("⁄", "/")
    .replace(/[\u00a0\u2000-\u200b\u202f\u3000]/gu, " ")
    .replace(/[\u2010-\u2015\u2212]/gu, "-")
    .replace(/(\d)\s*-\s*(?=\d)/gu, "$1 - ")
    .replace(/(\d)\s+\/\s*(?=\d)/gu, "$1/")
    .replace(/(\d\/\d+)\s*-\s*(?=\d)/gu, "$1 - ")
    .replace(/(\d)(?=\p{L})/gu, "$1 ")
    .replace(/(\p{L})\.?\s*\/\s*(?=\d)/gu, "$1 /")
    .replace(/\s+/gu, " ")
    .trim()

const words: ReadonlyMap<string, number> = new Map([
  ["a", 1],
  ["an", 1],
  ["one", 1],
  ["two", 2],
  ["three", 3],
  ["four", 4],
  ["five", 5],
  ["six", 6],
  ["eight", 8],
  ["ten", 10],
  ["twelve", 12],
  ["dozen", 12],
  ["half", 0.5],
  ["um", 1],
  ["uma", 1],
  ["dois", 2],
  ["duas", 2],
  ["três", 3],
  ["quatro", 4],
  ["cinco", 5],
  ["seis", 6],
  ["meia", 0.5],
  ["meio", 0.5],
  ["dúzia", 12]
])

const fraction = /^(\d{1,4})\/(\d{1,4})$/

const decimalOf = (text: string, language: LineLanguage): number | undefined => {
  if (!/^\d{1,9}(?:[.,]\d{1,9})*$/.test(text)) return undefined
  const thousands = language === "pt" ? /^\d{1,3}(?:\.\d{3})+(?:,\d+)?$/ : /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/
  if (thousands.test(text)) {
    const plain = language === "pt" ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", "")
    return Number(plain)
  }
  const value = Number(text.replace(",", "."))
  return Number.isFinite(value) ? value : undefined
}

const fractionOf = (text: string): number | undefined => {
  const [, over = "", under = ""] = fraction.exec(text) ?? []
  const value = Number(over) / Number(under)
  return over !== "" && Number.isFinite(value) ? value : undefined
}

/** A number, a fraction, or a number with a fraction, at the beginning of some tokens. */
const single = (tokens: ReadonlyArray<string>, language: LineLanguage): Quantity | undefined => {
  const [first = "", second = "", third = ""] = tokens
  const part = fractionOf(first)
  if (part !== undefined) return { value: part, length: 1 }
  const whole = decimalOf(first, language)
  if (whole !== undefined) {
    const joined = fractionOf(second)
    if (joined !== undefined && joined < 1) return { value: whole + joined, length: 2 }
    if (/^(?:e|and|&)$/i.test(second)) {
      const rest = fractionOf(third) ?? (/^mei[oa]$/i.test(third) ? 0.5 : undefined)
      if (rest !== undefined && rest < 1) return { value: whole + rest, length: 3 }
    }
    return { value: whole, length: 1 }
  }
  const word = words.get(first.toLowerCase())
  if (word === undefined) return undefined
  if (/^(?:dozen|dúzia)$/i.test(second)) return { value: word * 12, length: 2 }
  if (/^(?:half)$/i.test(second)) return { value: word / 2, length: 2 }
  if (/^half$/i.test(first) && /^an?$/i.test(second)) return { value: 0.5, length: 2 }
  return { value: word, length: 1 }
}

/** The amount at the beginning of some tokens: a range is its mean. */
export const quantityOf = (tokens: ReadonlyArray<string>, language: LineLanguage): Quantity | undefined => {
  const low = single(tokens, language)
  if (low === undefined || !Number.isFinite(low.value)) return undefined
  const between = tokens[low.length] ?? ""
  if (!/^(?:-|to|or|a|ou|até)$/i.test(between)) return low
  const rest = tokens.slice(low.length + 1)
  if (!/^\d/.test(rest[0] ?? "")) return low
  const high = single(rest, language)
  if (high === undefined || high.value <= low.value) return low
  const length = low.length + 1 + high.length
  return { value: (low.value + high.value) / 2, range: tokens.slice(0, length).join(" ").replace(" - ", "-"), length }
}
