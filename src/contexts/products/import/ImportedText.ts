/** Text as it is kept: trimmed, composed (NFC), and without what PostgreSQL does not store (NUL, halves of characters). */
export const cleanText = (cell: string | undefined): string => {
  const text = cell === undefined ? "" : cell.trim()
  if (/^[\t\n\r -~]*$/.test(text)) return text
  return text.replaceAll("\0", "").toWellFormed().normalize("NFC").trim()
}

/** Whether a text has more than so many characters (code points). */
export const isLonger = (text: string, length: number): boolean =>
  text.length > length && (text.length > 2 * length || [...text].length > length)

/** The text cut to so many characters. */
export const cutText = (text: string, length: number): string =>
  isLonger(text, length) ? [...text].slice(0, length).join("").trimEnd() : text

/** Whether a text can be a name. */
export const hasLetterOrDigit = (text: string): boolean => /[\p{L}\p{N}]/u.test(text)

const decimal = /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/

/** A number with a decimal point; undefined if the text is anything else. */
export const readDecimal = (text: string): number | undefined => decimal.test(text) ? Number(text) : undefined
