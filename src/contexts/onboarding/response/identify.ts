import type { MappingSuggestion } from "../contract/Form.ts"
import type { FoundIdentifier, IdentifierKind, NormalisedAnswer } from "../contract/FormResponse.ts"
import { identifierKinds } from "../contract/FormResponse.ts"
import { comparable } from "./comparable.ts"
import { foods, keywords, meant, noFoods, others, stopPhrases } from "./keywords.ts"
import { wordsOf } from "./wordsOf.ts"

/** A question as it is looked at. */
interface Asked {
  readonly ref: string
  readonly type: string | null
  readonly question: string | null
}

interface Hit {
  readonly kind: IdentifierKind
  readonly rule: FoundIdentifier["rule"]
  readonly confidence: number
}

const padded = (words: ReadonlyArray<string>) => ` ${words.join(" ")} `

/** The kind of the longest phrase in the words, unless it belongs to a longer noun that means something else. */
const phraseIn = (words: ReadonlyArray<string>): IdentifierKind | undefined => {
  const text = padded(words)
  const stops = stopPhrases.filter((phrase) => text.includes(` ${phrase} `))
  const own = stops.flatMap((phrase) => {
    const kind = meant[phrase]
    return kind === undefined ? [] : [{ kind, phrase }]
  })
  const rest = stops.toSorted((a, b) => b.length - a.length).reduce(
    (left, phrase) => left.replaceAll(` ${phrase} `, " \u0000 "),
    text
  )
  const hits = identifierKinds.flatMap((kind) =>
    keywords[kind].filter((phrase) => rest.includes(` ${phrase} `)).map((phrase) => ({ kind, phrase }))
  )
  return [...own, ...hits].toSorted((a, b) => b.phrase.length - a.phrase.length)[0]?.kind
}

const ofType: Readonly<Record<string, IdentifierKind>> = { email: "email", phone_number: "phone" }

/** Types of questions that tell nothing of a person, or only in their parts. */
const closed = new Set([
  "yes_no",
  "legal",
  "boolean",
  "opinion_scale",
  "rating",
  "nps",
  "payment",
  "file_upload",
  "website",
  "url",
  "video",
  "calendly",
  "statement",
  "group",
  "matrix",
  "contact_info"
])
/** What a number, and a date, can tell. */
const ofNumber = new Set<IdentifierKind>(["phone", "postalCode"])
const ofDate = new Set<IdentifierKind>(["birthday"])
const chosen = new Set(["multiple_choice", "dropdown", "picture_choice", "choice", "choices", "ranking"])
const notChosen = new Set<IdentifierKind>([
  "company",
  "email",
  "phone",
  "fullName",
  "firstName",
  "lastName",
  "street",
  "complement",
  "postalCode"
])

const found = ({ question, ref, type }: Asked): Hit | undefined => {
  if (type !== null && closed.has(type)) return undefined
  const byType = type === null ? undefined : ofType[type]
  if (byType !== undefined) return { kind: byType, rule: "type", confidence: 0.95 }
  const refWords = wordsOf(ref)
  const asked = wordsOf(question ?? "")
  const exact = identifierKinds.find((kind) => keywords[kind].includes(refWords.join(" ")))
  const inRef = phraseIn(refWords)
  const inQuestion = phraseIn(asked)
  const hit: Hit | undefined = exact !== undefined && inRef !== undefined
    ? { kind: inRef, rule: "ref", confidence: 0.9 }
    : inRef !== undefined
    ? { kind: inRef, rule: "refPhrase", confidence: 0.8 }
    : inQuestion === undefined
    ? undefined
    : asked.length <= 6
    ? { kind: inQuestion, rule: "question", confidence: 0.7 }
    : { kind: inQuestion, rule: "longQuestion", confidence: 0.5 }
  return hit !== undefined && canTell(type, hit.kind) ? hit : undefined
}

const canTell = (type: string | null, kind: IdentifierKind) =>
  type === "number"
    ? ofNumber.has(kind)
    : type === "date"
    ? ofDate.has(kind)
    : type === null || !chosen.has(type) || !notChosen.has(kind)

/** What was asked before: a form asks the same of everybody. */
const known = new Map<string, Hit | undefined>()
const mostKnown = 10_000

const hitOf = (asked: Asked): Hit | undefined => {
  const key = JSON.stringify([asked.ref, asked.type, asked.question])
  if (known.has(key)) return known.get(key)
  if (known.size >= mostKnown) known.clear()
  const hit = weighed(found(asked), asked)
  known.set(key, hit)
  return hit
}

/** How sure it is once the question is about somebody else, or no food; a company is not, where a company is meant. */
const weighed = (hit: Hit | undefined, { question, ref }: Asked): Hit | undefined => {
  if (hit === undefined) return undefined
  const words = new Set([...wordsOf(ref), ...wordsOf(question ?? "")])
  const foreign = others.some((other) =>
    words.has(other) && !(hit.kind === "company" && ["company", "employer", "empresa"].includes(other))
  )
  const isNoFood = hit.kind === "allergy" && noFoods.some((word) => words.has(word)) &&
    !foods.some((word) => words.has(word))
  return foreign || isNoFood ? { ...hit, confidence: Math.round(hit.confidence * 400) / 1000 } : hit
}

const labelOf = (item: unknown): string | undefined => {
  if (typeof item === "string") return item
  if (typeof item !== "object" || item === null) return undefined
  const { label, other } = { label: Reflect.get(item, "label"), other: Reflect.get(item, "other") }
  return typeof other === "string" ? other : typeof label === "string" ? label : undefined
}

/** An answer as a person reads it. */
export const readable = ({ answer, type }: Pick<NormalisedAnswer, "answer" | "type">): string => {
  if (type === "unreadable" || type === "other" || type === "payment") return ""
  if (typeof answer === "boolean") return answer ? "✓" : "✗"
  if (typeof answer === "string" || typeof answer === "number") return String(answer)
  if (Array.isArray(answer)) return answer.flatMap((item) => labelOf(item) ?? []).join(", ")
  return labelOf(answer) ?? ""
}

const collapsed = (text: string) => text.normalize("NFC").trim().replace(/\s+/gu, " ")

const best = (a: FoundIdentifier, b: FoundIdentifier) => b.confidence - a.confidence

/** `name` beside a first name is the last one, and the other way round. */
const withoutName = (found: ReadonlyArray<FoundIdentifier>): ReadonlyArray<FoundIdentifier> => {
  const has = (kind: IdentifierKind) => found.some((each) => each.kind === kind && each.confidence >= 0.5)
  if (has("firstName") === has("lastName")) return found
  const missing: IdentifierKind = has("firstName") ? "lastName" : "firstName"
  return found.map((each) =>
    each.kind === "fullName" && !/\s/.test(each.value) && each.confidence >= 0.5
      ? { ...each, kind: missing, rule: "elimination" as const }
      : each
  )
}

const withParts = (found: ReadonlyArray<FoundIdentifier>): ReadonlyArray<FoundIdentifier> => {
  const full = found.find(({ confidence, kind }) => kind === "fullName" && confidence >= 0.5)
  const hasPart = found.some(({ kind }) => kind === "firstName" || kind === "lastName")
  const [, first, last] = /^(\S+)\s+(.+)$/.exec(full?.value ?? "") ?? []
  if (full === undefined || hasPart || first === undefined || last === undefined) return found
  const part = (kind: IdentifierKind, value: string): FoundIdentifier => ({
    ...full,
    kind,
    value,
    normalised: value.toLowerCase(),
    rule: "split",
    confidence: 0.5
  })
  return [...found, part("firstName", first), part("lastName", last)]
}

/** What answers tell of the person who gave them; all that is found, the surest first. */
export const identify = (answers: ReadonlyArray<NormalisedAnswer>): ReadonlyArray<FoundIdentifier> => {
  const found = answers.flatMap((given): ReadonlyArray<FoundIdentifier> => {
    const type = given.type === "email" || given.type === "phone_number" ? given.type : given.fieldType ?? given.type
    const hit = hitOf({ ref: given.ref, type, question: given.question })
    const value = collapsed(readable(given))
    if (hit === undefined || value === "" || given.type === "boolean") return []
    const normalised = comparable(hit.kind, value)
    if (normalised === undefined) return []
    return [{
      kind: hit.kind,
      value,
      normalised: hit.kind === "phone" && given.e164 !== undefined ? given.e164.replace(/\D/g, "") : normalised,
      fieldId: given.fieldId,
      ref: given.ref,
      rule: hit.rule,
      confidence: hit.confidence
    }]
  })
  return withParts(withoutName(found)).toSorted(best)
}

/** What the questions of a form seem to ask for. */
export const suggestTargets = (
  fields: ReadonlyArray<{ readonly ref: string; readonly type: string; readonly title: string }>
): ReadonlyArray<MappingSuggestion> =>
  fields.flatMap(({ ref, title, type }) => {
    const hit = hitOf({ ref, type, question: title })
    return hit === undefined || hit.confidence < 0.5
      ? []
      : [{ ref, title, target: hit.kind, confidence: hit.confidence }]
  })
