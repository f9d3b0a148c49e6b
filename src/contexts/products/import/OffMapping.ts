import { isGtin } from "../contract/Gtin.ts"
import type { ImportElement } from "../contract/ImportedProduct.ts"
import type { AllergenCode } from "../contract/Product.ts"
import type { DelimitedRecord, MalformedRecord } from "./DelimitedReader.ts"
import { cleanText, hasLetterOrDigit, readDecimal } from "./ImportedText.ts"
import { isObject, type JsonObject, readObject } from "./JsonRecord.ts"
import { type FindValue, inDocument, readNutrients } from "./OffNutrients.ts"
import { AliasList, classificationOf, elementOf, type Mapped, PortionList, unfit, type Warn } from "./RecordMapping.ts"

/** A record of any shape: its members by name, and its nutrients. */
interface OffRecord {
  readonly get: (member: string) => unknown
  readonly members: ReadonlyArray<string>
  readonly find: FindValue
}

const allergens: ReadonlyMap<string, AllergenCode> = new Map([
  ["en:gluten", "gluten"],
  ["en:crustaceans", "crustaceans"],
  ["en:eggs", "eggs"],
  ["en:fish", "fish"],
  ["en:peanuts", "peanuts"],
  ["en:soybeans", "soybeans"],
  ["en:milk", "milk"],
  ["en:nuts", "nuts"],
  ["en:celery", "celery"],
  ["en:mustard", "mustard"],
  ["en:sesame-seeds", "sesame"],
  ["en:sulphur-dioxide-and-sulphites", "sulphites"],
  ["en:lupin", "lupin"],
  ["en:molluscs", "molluscs"],
  ["en:latex", "latex"]
])

const textOfValue = (value: unknown): string => {
  const text = typeof value === "string" ? cleanText(value) : typeof value === "number" ? String(value) : ""
  return text === "null" ? "" : text
}

/** The items of a list, or of a text with commas. */
const itemsOf = (value: unknown): ReadonlyArray<string> =>
  (Array.isArray(value) ? value : textOfValue(value).split(",")).map(textOfValue).filter((item) => item !== "")

interface Named {
  readonly language: string
  readonly text: string
}

/** A language as BCP 47 writes it; `und` where it is none. */
const languageOf = (code: unknown): string => {
  if (typeof code !== "string" || code === "" || code === "xx") return "und"
  try {
    return Intl.getCanonicalLocales(code)[0] ?? "und"
  } catch {
    return "und"
  }
}

const listedNames = (value: unknown): ReadonlyArray<Named> =>
  (Array.isArray(value) ? value : []).flatMap((item) => {
    const text = isObject(item) ? textOfValue(item["text"]) : ""
    return isObject(item) && hasLetterOrDigit(text) ? [{ language: String(item["lang"]), text }] : []
  })

/** The text of a member that is a text, or a list of texts by language: `main`, then any. */
const mainText = (value: unknown): string => {
  if (!Array.isArray(value)) return textOfValue(value)
  const names = listedNames(value)
  return (names.find(({ language }) => language === "main") ?? names[0])?.text ?? ""
}

/** Every name of the product with its language. */
const namesOf = ({ get, members }: OffRecord): ReadonlyArray<Named> => [
  ...listedNames(get("product_name")).filter(({ language }) => language !== "main"),
  ...members.flatMap((member) => {
    const [, language] = /^product_name_([a-z]{2,3})$/.exec(member) ?? []
    const text = language === undefined ? "" : textOfValue(get(member))
    return language === undefined || !hasLetterOrDigit(text) ? [] : [{ language, text }]
  })
]

/** The product's name, and its language where that is known. */
const nameOf = (record: OffRecord, names: ReadonlyArray<Named>): Named | undefined => {
  const told = record.get("lang") ?? record.get("lc")
  const main = ["product_name", "generic_name", "abbreviated_product_name"]
    .map((member) => mainText(record.get(member))).find(hasLetterOrDigit)
  if (main === undefined) {
    const [first] = names
    return first === undefined ? undefined : { language: languageOf(first.language), text: first.text }
  }
  return { language: languageOf(told ?? names.find(({ text }) => text === main)?.language), text: main }
}

const readAliases = (names: ReadonlyArray<Named>, name: Named, warn: Warn) => {
  const list = new AliasList(warn)
  for (const { language, text } of names) {
    const tag = languageOf(language)
    if (tag !== name.language) list.add(text, tag, "translation")
  }
  return list.aliases
}

type Declarations = {
  [C in AllergenCode]?: { readonly state: "contains" | "mayContain" | "free"; readonly evidence: string }
}

/** A label says `free`, only of gluten, and only if nothing says otherwise; silence says nothing. */
const readAllergens = ({ get }: OffRecord): Declarations => {
  const declared: Declarations = {}
  const declare = (code: AllergenCode | undefined, state: "contains" | "mayContain" | "free", evidence: string) => {
    if (code !== undefined) declared[code] ??= { state, evidence }
  }
  for (const tag of [...itemsOf(get("allergens_tags")), ...itemsOf(get("allergens"))]) {
    declare(allergens.get(tag), "contains", tag)
  }
  for (const tag of itemsOf(get("traces_tags"))) declare(allergens.get(tag), "mayContain", tag)
  for (const tag of itemsOf(get("labels_tags"))) if (tag === "en:no-gluten") declare("gluten", "free", tag)
  return declared
}

const readPortions = ({ get }: OffRecord, warn: Warn) => {
  const list = new PortionList(warn)
  const text = textOfValue(get("serving_quantity"))
  const grams = readDecimal(text)
  if (text !== "" && grams !== 0) list.add("serving", grams, `serving_quantity is ${JSON.stringify(text)}`)
  return list.portions
}

const volume = /(?:(?<![a-z])[mcd]?l|fl\.?\s*oz)\.?$/i

const mapProduct = (record: OffRecord, warn: Warn): Mapped => {
  const { find, get } = record
  const code = textOfValue(get("code"))
  const names = namesOf(record)
  const name = nameOf(record, names)
  const fault = unfit({ called: "code", text: code }, { called: "every name", text: name?.text })
  if (fault !== undefined || name === undefined) return fault ?? { sourceRef: code, reason: "missing_name", detail: "" }
  const categories = itemsOf(get("categories"))
  const group = textOfValue(get("pnns_groups_1"))
  const nova = textOfValue(get("nova_group"))
  const nutrientBasis = volume.test(textOfValue(get("quantity"))) ? "per100ml" : "per100g"
  return {
    sourceRef: code,
    name: name.text,
    language: name.language,
    aliases: readAliases(names, name, warn),
    barcode: isGtin(code) ? code : null,
    isFood: true,
    brand: classificationOf(itemsOf(get("brands"))[0], "brand", warn),
    category: classificationOf(categories.at(-1), "category", warn),
    parentCategory: classificationOf(categories[0], "parentCategory", warn),
    foodGroup: group === "unknown" ? null : classificationOf(group, "foodGroup", warn),
    processType: /^[1-4]$/.test(nova) ? `NOVA ${nova}` : null,
    nutrientBasis,
    nutrients: readNutrients(find, nutrientBasis, warn),
    edibleYield: null,
    portions: readPortions(record, warn),
    allergens: readAllergens(record)
  }
}

const ofDocument = (body: JsonObject): OffRecord => ({
  get: (member) => body[member],
  members: Object.keys(body),
  find: inDocument(body)
})

/** What a document says: `nutriments` may be a list or a map, names texts or lists by language. */
export const mapDocument = (record: DelimitedRecord | MalformedRecord): ImportElement =>
  elementOf("off", record, [], (good, warn) => {
    const read = readObject(good)
    return "rejection" in read ? read.rejection : mapProduct(ofDocument(read.body), warn)
  })

/** What a record of an export with these columns says. */
export const makeMapper = (columns: ReadonlyArray<string>) => {
  const places = new Map(columns.map((column, index) => [column, index]))
  return (record: DelimitedRecord | MalformedRecord): ImportElement =>
    elementOf("off", record, [], ({ fields }, warn) => {
      const get = (member: string) => fields[places.get(member) ?? -1]
      return mapProduct({ get, members: columns, find: (key) => ({ value: get(`${key}_100g`) }) }, warn)
    })
}
