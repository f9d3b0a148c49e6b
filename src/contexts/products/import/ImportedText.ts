/** A cell as it is kept: trimmed, and without NUL, which PostgreSQL does not store. */
export const cleanText = (cell: string | undefined): string => {
  const text = cell === undefined ? "" : cell.trim()
  return text.includes("\0") ? text.replaceAll("\0", "").trim() : text
}

/** The text cut to so many UTF-16 units, between characters. */
export const cutText = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "").trimEnd()

/** Whether a text can be a name. */
export const hasLetterOrDigit = (text: string): boolean => /[\p{L}\p{N}]/u.test(text)

const decimal = /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/

/** A number with a decimal point; undefined if the text is anything else. */
export const readDecimal = (text: string): number | undefined => decimal.test(text) ? Number(text) : undefined
