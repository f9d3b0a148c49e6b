import { Parser } from "htmlparser2"
import { fed } from "./fed.ts"

const blocks: ReadonlySet<string> = new Set(
  ["p", "li", "br", "div", "ol", "ul", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "dd", "dt"]
)

/** Text as it can be kept: composed, without U+0000 and halves of characters; blanks within a line are one. */
export const tidy = (text: string): string =>
  text.normalize("NFC").toWellFormed().replaceAll("\u0000", "").replace(/[\t\f\v \u00a0]+/gu, " ").trim()

/** Text of a piece of HTML: tags are gone, entities are characters, blocks begin lines. */
export const plainText = (html: string): string => {
  if (!/[<&]/.test(html)) return tidy(html)
  let text = ""
  let hidden = 0
  let depth = 0
  const parser = new Parser({
    onopentagname: (name) => {
      depth++
      if (name === "script" || name === "style") hidden++
      if (blocks.has(name)) text += "\n"
    },
    ontext: (data) => {
      if (hidden === 0) text += data
    },
    onclosetag: (name) => {
      depth--
      if (name === "script" || name === "style") hidden = Math.max(0, hidden - 1)
      if (blocks.has(name)) text += "\n"
    }
  }, { decodeEntities: true })
  fed(parser, html, () => depth)
  return tidy(text.split("\n").map(tidy).join("\n").replace(/\n{3,}/gu, "\n\n"))
}

/** Text as those expect it who read HTML: what would be taken for tags or entities is escaped. */
export const escaped = (text: string): string =>
  plainText(text) === text ? text : text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

/** What was meant by text that was escaped, or needed not be; as it can be kept. */
export const unescaped = (text: string): string =>
  text.replace(/&(amp|lt);/gu, (_, name) => name === "lt" ? "<" : "&").normalize("NFC").toWellFormed()
    .replaceAll("\u0000", "").trim()

/** The same in one line. Entities that were written twice are read twice. */
export const oneLine = (html: string): string => {
  const once = plainText(html).replace(/\s+/gu, " ")
  return /&(?:[a-z]{2,8}|#\d{1,6}|#x[\da-f]{1,5});/iu.test(once) ? plainText(once).replace(/\s+/gu, " ") : once
}
