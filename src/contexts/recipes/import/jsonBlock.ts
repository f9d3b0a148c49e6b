import type { Json } from "./jsonValues.ts"
import { plainText } from "./plainText.ts"

export type ParsedBlock =
  | { readonly value: Json; readonly warnings: ReadonlyArray<string> }
  | { readonly detail: string; readonly line: number; readonly column: number }

const parse = (text: string): { readonly value: Json } | { readonly message: string } => {
  try {
    const value: Json = JSON.parse(text)
    return { value }
  } catch (error) {
    return { message: error instanceof Error ? error.message : "is not JSON" }
  }
}

/** Control characters inside strings as the escapes that they should be, and commas before a closing bracket left out. */
const repaired = (text: string): string => {
  let result = ""
  let isString = false
  let isEscaped = false
  for (const sign of text) {
    const code = sign.charCodeAt(0)
    if (!isString) {
      if (sign === "\"") isString = true
      if (code >= 0x20 || sign === "\n" || sign === "\r" || sign === "\t") result += sign
      continue
    }
    if (isEscaped) {
      isEscaped = false
      result += /["\\/bfnrtu]/.test(sign) ? sign : code < 0x20 ? "n" : `\\${sign}`
      continue
    }
    if (sign === "\\") isEscaped = true
    if (sign === "\"") isString = false
    result += code >= 0x20 ? sign : sign === "\n" ? "\\n" : sign === "\t" ? "\\t" : sign === "\r" ? "" : " "
  }
  return result.replace(/,(\s*[\]}])/gu, "$1")
}

const stripped = (text: string) =>
  text.replace(/^\uFEFF/u, "").trim().replace(/^(?:<!--|\/\*\s*<!\[CDATA\[\s*\*\/|<!\[CDATA\[|\/\/<!\[CDATA\[)/u, "")
    .replace(/(?:-->|\/\*\s*\]\]>\s*\*\/|\/\/\]\]>|\]\]>)$/u, "").replace(/;$/u, "").trim()

const placeOf = (text: string, message: string) => {
  const [, at] = /position (\d+)/.exec(message) ?? []
  const before = text.slice(0, at === undefined ? text.length : Number(at)).split("\n")
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** JSON as pages have it: raw control characters and HTML entities are repaired, with a warning. */
export const jsonBlock = (block: string): ParsedBlock => {
  const text = stripped(block)
  const first = parse(text)
  if ("value" in first) return { value: first.value, warnings: [] }
  const again = parse(repaired(text))
  if ("value" in again) return { value: again.value, warnings: ["control characters in the JSON were repaired"] }
  if (/&(?:quot|#34|#x22|amp);/iu.test(text)) {
    const decoded = parse(repaired(text.replace(/&(?:quot|#34|#x22);/giu, "\"").replace(/&amp;/giu, "&")))
    if ("value" in decoded) return { value: decoded.value, warnings: ["HTML entities in the JSON were repaired"] }
  }
  return { detail: plainText(first.message).slice(0, 200), ...placeOf(text, first.message) }
}
