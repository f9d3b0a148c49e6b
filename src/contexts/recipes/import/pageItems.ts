import { Parser } from "htmlparser2"
import { fed } from "./fed.ts"
import type { Json, JsonObject } from "./jsonValues.ts"

/** What a page says of itself: blocks of JSON-LD as they stand, and microdata and RDFa as the objects that they would be. */
export interface PageItems {
  readonly blocks: ReadonlyArray<string>
  readonly items: ReadonlyArray<JsonObject>
  /** Properties that stand in no item. */
  readonly loose: JsonObject
  readonly language: string | null
}

interface Item {
  readonly type: string
  readonly members: Map<string, Array<Json>>
}

interface Open {
  readonly tag: string
  readonly item: Item | undefined
  readonly properties: ReadonlyArray<string>
  text: string | undefined
}

const attributeOf: ReadonlyMap<string, string> = new Map([
  ["meta", "content"],
  ["a", "href"],
  ["link", "href"],
  ["img", "src"],
  ["time", "datetime"],
  ["data", "value"]
])

/** A type or property of schema.org, as RDFa names it: `Recipe`, `schema:Recipe`, `https://schema.org/Recipe`. */
const ofSchema = /^(?:schema:|https?:\/\/schema\.org\/)?(\w+)$/u

/** The words of an attribute that are of schema.org, as microdata names them. */
const named = (attribute = "") => attribute.split(/\s+/u).flatMap((word) => ofSchema.exec(word)?.[1] ?? [])

const lines: ReadonlySet<string> = new Set(["p", "li", "br", "div", "h2", "h3", "h4"])

const objectOf = ({ members, type }: Item): JsonObject => ({
  "@type": type,
  ...Object.fromEntries([...members].map(([name, values]) => [name, values.length === 1 ? values[0] ?? null : values]))
})

/** Reads a page once, in linear time, however deep it is nested. */
export const pageItems = (html: string): PageItems => {
  const blocks: Array<string> = []
  const roots: Array<Item> = []
  const open: Array<Open> = []
  const items: Array<Item> = []
  const loose: Item = { type: "", members: new Map() }
  const texts: Array<Open> = []
  let script: string | undefined
  let language: string | null = null
  let depth = 0

  const put = (item: Item, names: ReadonlyArray<string>, value: Json) => {
    for (const name of names) {
      const values = item.members.get(name)
      if (values === undefined) item.members.set(name, [value])
      else values.push(value)
    }
  }

  const parser = new Parser({
    onopentag: (tag, attributes) => {
      depth++
      if (tag === "html" && language === null) language = attributes["lang"] ?? null
      if (tag === "script" && /^\s*application\/ld\+json/i.test(attributes["type"] ?? "")) script = ""
      if (lines.has(tag)) { for (const each of texts) each.text += "\n" }
      const properties = attributes["itemprop"]?.split(/\s+/u).filter((name) => name !== "") ??
        named(attributes["property"])
      const outer = items.at(-1) ?? loose
      const rdfaType = attributes["itemprop"] === undefined ? named(attributes["typeof"]).join(" ") : ""
      const isItem = attributes["itemscope"] !== undefined || rdfaType !== ""
      const item = isItem
        ? { type: attributes["itemtype"] ?? rdfaType, members: new Map<string, Array<Json>>() }
        : undefined
      const given = attributes[attributeOf.get(tag) ?? ""] ?? attributes["content"]
      const isText = !isItem && properties.length > 0 && given === undefined && texts.length < 20
      if (!isItem && given !== undefined) put(outer, properties, given)
      const element: Open = { tag, item, properties: isItem || isText ? properties : [], text: isText ? "" : undefined }
      open.push(element)
      if (isText) texts.push(element)
      if (item !== undefined) {
        items.push(item)
        if (outer === loose || properties.length === 0) roots.push(item)
      }
    },
    ontext: (data) => {
      if (script !== undefined) script += data
      for (const each of texts) each.text += data
    },
    onclosetag: (tag) => {
      if (script !== undefined && tag === "script") {
        blocks.push(script)
        script = undefined
      }
      depth--
      const element = open.pop()
      if (element === undefined) return
      if (element.item !== undefined) {
        items.pop()
        if (element.properties.length > 0) put(items.at(-1) ?? loose, element.properties, objectOf(element.item))
      } else if (element.text !== undefined) {
        texts.splice(texts.indexOf(element), 1)
        put(items.at(-1) ?? loose, element.properties, element.text)
      }
      if (lines.has(tag)) { for (const each of texts) each.text += "\n" }
    }
  }, { decodeEntities: true })
  fed(parser, html, () => depth)
  return { blocks, items: roots.map(objectOf), loose: objectOf(loose), language }
}
