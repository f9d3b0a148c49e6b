import { definitionOf, type UnitCode } from "./contract/Units.ts"
import { type LineLanguage, type Quantity, quantityOf, spelledOut } from "./line/amount.ts"
import { lineLanguage } from "./line/lineLanguage.ts"
import { type FoundUnit, unitIn } from "./line/unitIn.ts"
import { cut } from "./text/cut.ts"

/** An ingredient line as it was understood. */
export interface ParsedLine {
  readonly fullText: string
  readonly quantity: number | null
  readonly unit: UnitCode | null
  readonly portionName: string | null
  readonly name: string
  readonly note: string | null
  /** Mass that the line states besides its amount, of all of it, g. */
  readonly grams?: number
  /** 0 to 1 */
  readonly confidence: number
}

const longestLine = 1000
const longestName = 255
const longestNote = 500
const largest = 100_000
const heaviest = 100_000_000

const tokensOf = (text: string) => text.split(" ").filter((token) => token !== "")

const sizes =
  /^(?:(?:extra-)?large|small|medium(?:-sized?|-large)?|lg|sm|md|big|thick|thin|heap(?:ed|ing)|scant|generous|good|level|rounded|fat|plump|very|healthy|about|approximately|approx\.?|around|cerca|aproximadamente|bem|grandes?|pequen[oa]s?|médi[oa]s?|chei[oa]s?|ras[oa]s?)$/iu
const preparations =
  /^(?:freshly|finely|coarsely|thinly|roughly|lightly|firmly|loosely|very|chopped|minced|diced|sliced|grated|crumbled|packed|shredded|melted|softened|peeled|toasted|crushed|beaten|sifted|cold|chilled|warm|hot|cubed|halved|drained|rinsed|mashed|torn|pitted|seeded|cooked|trimmed)[,]?$/iu
const connecting = /^(?:of|de|da|do|dos|das|d')$/iu
const trailing =
  /(?:,|\s)\s*((?:or\s+)?(?:to taste|as needed|as required|for (?:garnish(?:ing)?|serving|dusting|greasing|frying|brushing|sprinkling|decorating|drizzling|dressing|the)|to (?:garnish|serve|decorate|finish)|plus (?:more|extra|additional)|such as|preferably|at room temperature|a gosto|à gosto|o quanto baste|q\.?\s?b\.?|para (?:decorar|polvilhar|untar|fritar|servir|pincelar|a)|quanto baste)(?:[\s,].*)?)$/iu

const inBrackets = (text: string) => {
  const notes: Array<string> = []
  let depth = 0
  let plain = ""
  let inner = ""
  for (const sign of text) {
    if (sign === "(" || sign === "[") {
      if (depth++ > 0) inner += sign
    } else if ((sign === ")" || sign === "]") && depth > 0) {
      if (--depth > 0) inner += sign
      else {
        notes.push(inner.trim())
        inner = ""
        plain += " "
      }
    } else if (depth > 0) inner += sign
    else plain += sign
  }
  return {
    plain: plain.replace(/\s+/gu, " ").replace(/ ,/gu, ",").trim(),
    notes: [...notes, inner.trim()].filter((n) => n !== "")
  }
}

/** A mass in a text, in grams. */
const massIn = (text: string, language: LineLanguage): number | undefined => {
  const tokens = tokensOf(
    spelledOut(text.replaceAll("-", " ").replaceAll("/", " / ").replace(/(\d) \/ (\d)/gu, "$1/$2"))
  )
  for (let at = 0; at < Math.min(tokens.length, 30); at++) {
    if (!/^\d/.test(tokens[at] ?? "")) continue
    const quantity = quantityOf(tokens.slice(at), language)
    const unit = quantity === undefined ? undefined : unitIn(tokens.slice(at + quantity.length))
    const definition = unit === undefined ? undefined : definitionOf.get(unit.unit)
    if (quantity !== undefined && definition?.kind === "mass" && definition.factor !== null) {
      return Math.round(quantity.value * definition.factor * 100) / 100
    }
  }
  return undefined
}

const withoutAlternative = (text: string) => text.replace(/\s*\|\s*[^\s|]+(?: \([^)|]{1,20}\))?/gu, "")

/** What is said without a number where there is one of it. */
const alone: ReadonlySet<string> = new Set(
  ["handful", "bunch", "sprig", "knob", "splash", "drizzle", "punhado", "mão cheia", "ramo", "raminho", "fio", "maço"]
)
const isOnesOwn = ({ portionName, unit }: FoundUnit) =>
  unit === "pinch" || unit === "dash" || (portionName !== null && alone.has(portionName))

interface Start {
  readonly quantity: Quantity
  readonly unit: FoundUnit | undefined
  readonly rest: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
  /** Grams of one, where a package is named by its mass. */
  readonly each?: number
}

/** `150 g/5 1/4 oz`: what follows the slash says the same thing again. */
const dual = (tokens: ReadonlyArray<string>, language: LineLanguage) => {
  const [first = ""] = tokens
  if (!first.startsWith("/")) return { rest: tokens, notes: [] }
  let rest = [first.slice(1), ...tokens.slice(1)].filter((token) => token !== "")
  const said: Array<string> = []
  for (let again = 0; again < 2; again++) {
    const quantity = quantityOf(rest, language)
    const unit = quantity === undefined ? undefined : unitIn(rest.slice(quantity.length))
    if (quantity === undefined || unit === undefined) break
    const length = quantity.length + unit.length
    said.push(rest.slice(0, length).join(" "))
    rest = rest.slice(length)
  }
  return { rest, notes: said.length === 0 ? [] : [said.join(" ")] }
}

/** `2 cups plus 2 tablespoons`: the sum, in the first unit, where both measure the same. */
const plus = (tokens: ReadonlyArray<string>, first: FoundUnit | undefined, language: LineLanguage) => {
  if (first === undefined || !/^(?:plus|\+|mais)$/i.test(tokens[0] ?? "")) return { rest: tokens, more: 0 }
  const quantity = quantityOf(tokens.slice(1), language)
  const unit = quantity === undefined ? undefined : unitIn(tokens.slice(1 + quantity.length))
  const [one, other] = [definitionOf.get(first.unit), unit === undefined ? undefined : definitionOf.get(unit.unit)]
  if (quantity === undefined || unit === undefined || one?.kind !== other?.kind) return { rest: tokens, more: 0 }
  if (typeof one?.factor !== "number" || typeof other?.factor !== "number") return { rest: tokens, more: 0 }
  return { rest: tokens.slice(1 + quantity.length + unit.length), more: quantity.value * other.factor / one.factor }
}

/** `2 x 400 g cans`, `2 (14-ounce) cans`, `1 3-pound head`: so many packages of a mass each. */
const packages = (tokens: ReadonlyArray<string>, language: LineLanguage) => {
  const isTimes = /^x$/i.test(tokens[0] ?? "")
  const rest = isTimes ? tokens.slice(1) : tokens
  const size = rest[0]?.replace(/^\(|\)$/gu, "") ?? ""
  const inner = isTimes || /^\d+(?:[.,]\d+)?-/u.test(size)
    ? tokensOf(spelledOut(rest.slice(0, 3).join(" ").replace(/[()]/gu, "").replace(/(\d)-(?=\p{L})/gu, "$1 ")))
    : []
  const quantity = quantityOf(inner, language)
  const unit = quantity === undefined ? undefined : unitIn(inner.slice(quantity.length))
  const definition = unit === undefined ? undefined : definitionOf.get(unit.unit)
  if (quantity === undefined || unit === undefined || definition?.kind !== "mass" || definition.factor === null) {
    return { rest, each: undefined }
  }
  const wanted = quantity.length + unit.length
  const used = isTimes ? wanted : Math.max(1, wanted - 1)
  return { rest: rest.slice(used), each: quantity.value * definition.factor }
}

const startOf = (tokens: ReadonlyArray<string>, language: LineLanguage): Start | undefined => {
  const notes: Array<string> = []
  let rest = tokens
  while (rest.length > 1 && sizes.test(rest[0] ?? "")) {
    notes.push(rest[0] ?? "")
    rest = rest.slice(1)
  }
  const counted = quantityOf(rest, language)
  const quantity = counted ?? { value: 1, length: 0 }
  rest = rest.slice(quantity.length)
  const bundle = counted === undefined ? { rest, each: undefined } : packages(rest, language)
  rest = bundle.rest
  while (rest.length > 1 && sizes.test(rest[0] ?? "") && unitIn(rest) === undefined) {
    notes.push(rest[0] ?? "")
    rest = rest.slice(1)
  }
  const unit = unitIn(rest)
  if (counted === undefined && unit === undefined) return undefined
  if (counted === undefined && !(unit !== undefined && rest.length > unit.length && isOnesOwn(unit))) return undefined
  const { more, rest: summed } = plus(rest.slice(unit?.length ?? 0), unit, language)
  const after = dual(summed, language)
  const range = quantity.range === undefined ? [] : [quantity.range]
  return {
    quantity: { ...quantity, value: quantity.value + more },
    unit,
    rest: after.rest,
    notes: [...range, ...notes, ...after.notes],
    ...bundle.each === undefined ? {} : { each: bundle.each }
  }
}

const lastWords = /^(?:cloves?|stalks?|sprigs?|rashers?|ribs?|dentes?)$/iu

/** `8 garlic cloves`: the unit follows the name. */
const unitAfterName = (name: string): { readonly name: string; readonly unit: FoundUnit } | undefined => {
  const tokens = tokensOf(name)
  const last = tokens.at(-1) ?? ""
  const unit = tokens.length > 1 && tokens.length < 5 && lastWords.test(last) ? unitIn([last]) : undefined
  return unit === undefined ? undefined : { name: tokens.slice(0, -1).join(" "), unit }
}

/** `Cebola 1 unidade`: the amount follows the name. */
const trailingAmount = (text: string, language: LineLanguage) => {
  const tokens = tokensOf(text)
  for (let at = Math.max(1, tokens.length - 6); at < tokens.length; at++) {
    if (!/^\d/.test(tokens[at] ?? "")) continue
    const quantity = quantityOf(tokens.slice(at), language)
    if (quantity === undefined) continue
    const unit = unitIn(tokens.slice(at + quantity.length))
    if (at + quantity.length + (unit?.length ?? 0) === tokens.length && unit !== undefined) {
      return { name: tokens.slice(0, at).join(" ").replace(/[\s:,-]+$/u, ""), quantity, unit }
    }
  }
  return undefined
}

/** Words of preparation before a name, and what follows it. */
const nameAndNote = (text: string) => {
  const [, end = ""] = trailing.exec(text) ?? []
  const head = end === "" ? text : text.slice(0, text.length - end.length).replace(/[\s,]+$/u, "")
  const comma = head.search(/[,;]\s|\s-\s/u)
  const first = (comma < 0 ? head : head.slice(0, comma)).trim()
  const rest = comma < 0 ? "" : head.slice(comma + 1).replace(/^[\s,;-]+/u, "").trim()
  const tokens = tokensOf(first)
  let skipped = 0
  while (
    skipped < tokens.length - 1 && (preparations.test(tokens[skipped] ?? "") || sizes.test(tokens[skipped] ?? ""))
  ) skipped++
  return {
    name: tokens.slice(skipped).join(" "),
    notes: [tokens.slice(0, skipped).join(" "), rest, end.trim()].filter((note) => note !== "")
  }
}

const stated = /^(?:about|approximately|approx|around|each|weighing|cerca de|aproximadamente|de cerca)(?!\p{L})/iu

const round = (value: number) => Number(value.toPrecision(6))

/** Reads one line of a recipe, in English or Portuguese. It never fails: at worst all of it is the name. */
export const parseLine = (line: string, lang?: LineLanguage): ParsedLine => {
  const fullText = cut(line.normalize("NFC").replaceAll("\u0000", "").toWellFormed().trim(), longestLine)
  const whole = fullText.replace(/\s+/gu, " ")
  const language = lang ?? lineLanguage(whole)
  const text = withoutAlternative(spelledOut(whole.replace(/^[\s•*·▢☐–-]+/u, "")))
  const trailed = /^\D/u.test(text) ? trailingAmount(text, language) : undefined
  const start = trailed === undefined ? startOf(tokensOf(text), language) : undefined
  const body = trailed?.name ?? (start?.rest ?? tokensOf(text)).join(" ")
  const { notes: bracketed, plain } = inBrackets(body)
  const words = tokensOf(plain)
  const connected = start !== undefined && words.length > 1 && connecting.test(words[0] ?? "")
    ? words.slice(1).join(" ")
    : plain
  const { name: found, notes } = nameAndNote(connected)
  const after = start !== undefined && start.unit === undefined ? unitAfterName(found) : undefined
  const quantity = start?.quantity ?? trailed?.quantity
  const unit = start?.unit ?? after?.unit ?? trailed?.unit
  const amount = quantity === undefined || quantity.value <= 0 || quantity.value > largest
    ? null
    : round(quantity.value)
  const code = amount === null ? null : unit?.unit ?? "piece"
  const name = (after?.name ?? found).replace(/^[\s,.;:/-]+|[\s,;:-]+$/gu, "")
  const isMass = code !== null && definitionOf.get(code)?.kind === "mass"
  const stating = [...bracketed, ...notes.filter((each) => stated.test(each))]
  const bracket = isMass ? undefined : stating.map((note) => massIn(note, language)).find((mass) => mass !== undefined)
  const isEach = stating.some((note) => /\b(?:each|cada)\b/iu.test(note))
  const grams = start?.each !== undefined && amount !== null
    ? Math.round(start.each * amount * 100) / 100
    : bracket !== undefined && isEach && amount !== null
    ? Math.round(bracket * amount * 100) / 100
    : bracket
  const note = cut([...start?.notes ?? [], ...notes, ...bracketed].join(", "), longestNote)
  const sure = quantity?.range !== undefined
    ? 0.8
    : quantity === undefined
    ? (/gosto|taste/iu.test(fullText) ? 0.95 : 0.85)
    : 1
  return {
    fullText,
    quantity: amount,
    unit: code,
    portionName: code === "portion" ? unit?.portionName ?? null : null,
    name: cut(name === "" ? whole : name, longestName) || "?",
    note: note === "" ? null : note,
    ...grams === undefined || grams <= 0 || grams > heaviest || isMass ? {} : { grams },
    confidence: unit === undefined && amount !== null && sure === 1 ? 0.9 : sure
  }
}
