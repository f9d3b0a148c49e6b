import { isObject, type Json, type JsonObject, listOf, textIn } from "./jsonValues.ts"
import { oneLine, plainText, tidy, unescaped } from "./plainText.ts"

/** How the texts of a recipe are read. */
export interface TextReader {
  readonly block: (text: string) => string
  readonly line: (text: string) => string
  readonly lines: (text: string) => ReadonlyArray<string>
  readonly steps: (text: string) => ReadonlyArray<string>
  readonly keywords: (text: string) => ReadonlyArray<string>
}

const numbering = /^\s*(?:(?:step|passo|etapa)?\s*\d{1,3}\s*[.):-]\s*(?!\d)|[-*•▢]\s+)/iu
const isText = (text: string) => text !== ""

/** Of pages: HTML, and what people write into one text is split. */
const ofPages: TextReader = {
  block: plainText,
  line: oneLine,
  lines: (text) => plainText(text).split("\n").map(oneLine).filter(isText),
  steps: (text) =>
    plainText(text).split(/\r\n|[\n\r]/u).map((line) => tidy(line.replace(numbering, ""))).filter(isText),
  keywords: (text) => plainText(text).split(/[\n,]/u).map(oneLine).filter(isText)
}

const all = (text: string) => [unescaped(text)].filter(isText)

/** Of our own exports: as they stand. */
const ofExports: TextReader = { block: unescaped, line: unescaped, lines: all, steps: all, keywords: all }

/** Who made a description of a recipe, as our exports say. */
export const publisher = { "@type": "Organization", name: "Cardápio" } as const

/** Whether a description is one of our exports. */
export const isExport = (node: JsonObject): boolean => textIn(node["sdPublisher"]) === publisher.name

export const readerOf = (node: JsonObject): TextReader => isExport(node) ? ofExports : ofPages

/** Every text in a value, or of what it names, read; lists may hold lists. */
export const textsIn = (
  value: Json | undefined,
  read: (text: string) => ReadonlyArray<string>
): ReadonlyArray<string> =>
  listOf(value).flatMap((each) => {
    if (Array.isArray(each)) return each.flatMap((inner: Json) => typeof inner === "string" ? read(inner) : [])
    const text = typeof each === "string" ? each : isObject(each) || typeof each === "number" ? textIn(each) : undefined
    return text === undefined ? [] : read(text)
  })
