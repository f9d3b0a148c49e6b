import { hash } from "node:crypto"
import {
  type ImportedAlias,
  type ImportedPortion,
  type ImportedProduct,
  type ImportElement,
  type ImportFormat,
  type ImportWarning,
  mappingVersion,
  type RejectedRecord,
  type RejectReason,
  type WarningCode
} from "../contract/ImportedProduct.ts"
import { aliasKey, portionKey } from "../contract/normaliseName.ts"
import { convertToCanonical, type NutrientBasis, outOfRange } from "../contract/NutrientRules.ts"
import { type NutrientCode, unitOf } from "../contract/Nutrients.ts"
import type { GivenNutrient } from "../contract/ProductNutrients.ts"
import type { DelimitedRecord, MalformedRecord } from "./DelimitedReader.ts"
import { decodeCut } from "./DelimitedText.ts"
import { cutText, hasLetterOrDigit, isLonger } from "./ImportedText.ts"

/** Of products, aliases and classifications. */
export const NAME_LENGTH = 500
const REF_LENGTH = 100
const PORTION_NAME_LENGTH = 100
const MAX_PORTIONS = 100
const MAX_ALIASES = 50
const MAX_GRAMS = 1_000_000
const RAW_BYTES = 4_096

/** Tells of a value that was left out or changed. */
export type Warn = (code: WarningCode, field: string, detail: string) => void

/** Why a record is rejected. */
export interface Rejection {
  readonly sourceRef: string | null
  readonly reason: RejectReason
  readonly detail: string
}

/** What a record says, or why it says nothing. */
export type Mapped = Omit<ImportedProduct, "_tag" | "warnings"> | Rejection

const rejected = ({ line, raw }: { readonly line: number; readonly raw: string }, why: Rejection): RejectedRecord => ({
  _tag: "RejectedRecord",
  line,
  ...why,
  raw: decodeCut(Buffer.from(raw), RAW_BYTES)
})

/** The element as it is told of once it is known that its record leads nowhere. */
export const rejectedElement = (element: ImportElement, why: Rejection): ImportElement => ({
  ...element,
  record: rejected({ line: element.line, raw: element.raw ?? "" }, why)
})

/**
 * The element of a record. Its hash covers the format's mapping version, the record, and what `joined` adds to it; what cannot be read
 * as a record at all is rejected as it stands.
 */
export const elementOf = (
  format: ImportFormat,
  record: DelimitedRecord | MalformedRecord,
  joined: ReadonlyArray<string>,
  map: (record: DelimitedRecord, warn: Warn) => Mapped
): ImportElement => {
  const { endOffset, line, raw } = record
  const hashed = hash("sha256", [`${format} ${mappingVersion[format]}`, raw, ...joined].join("\n"))
  const element = (made: ImportElement["record"]): ImportElement => ({ record: made, line, endOffset, hash: hashed })
  if (record._tag === "Malformed") {
    return element(rejected(record, { sourceRef: null, reason: record.reason, detail: record.detail }))
  }
  const warnings: Array<ImportWarning> = []
  const mapped = map(record, (code, field, detail) => void warnings.push({ code, field, detail }))
  if ("reason" in mapped) return element(rejected(record, mapped))
  const good = element({ _tag: "ImportedProduct", ...mapped, warnings })
  return typeof mapped.source === "object" ? { ...good, raw } : good
}

/** What is wrong with a reference or a name, called as the source calls them; undefined if nothing is. */
export const unfit = (
  ref: { readonly called: string; readonly text: string },
  name: { readonly called: string; readonly text: string | undefined }
): Rejection | undefined => {
  const reject = (sourceRef: string | null, reason: RejectReason, detail: string) => ({ sourceRef, reason, detail })
  if (ref.text === "") return reject(null, "missing_ref", `${ref.called} is empty`)
  if (isLonger(ref.text, REF_LENGTH)) return reject(null, "malformed", `${ref.called} is longer than ${REF_LENGTH}`)
  if (name.text === undefined || !hasLetterOrDigit(name.text)) {
    return reject(ref.text, "missing_name", `${name.called} has no letter or digit`)
  }
  return isLonger(name.text, NAME_LENGTH)
    ? reject(ref.text, "name_too_long", `${[...name.text].length} characters, not ${NAME_LENGTH} or fewer`)
    : undefined
}

/** A text of at most so many characters; null where there is none. */
export const textOf = (text: string, length: number, field: string, warn: Warn): string | null => {
  if (text === "") return null
  const kept = cutText(text, length)
  if (kept !== text) warn("text_cut", field, `cut after ${length} characters`)
  return kept
}

/** The name of a classification; null where the text cannot be one. */
export const classificationOf = (text: string | undefined, field: string, warn: Warn): string | null =>
  text === undefined || !hasLetterOrDigit(text) ? null : textOf(text, NAME_LENGTH, field, warn)

/** A value as the source gives it, in the canonical unit unless it names another. */
export interface Amount {
  readonly value: number
  readonly unit?: string | undefined
  readonly mark?: "trace" | "below" | undefined
}

export const trace: Amount = { value: 0, mark: "trace" }

/** The nutrients of one record: those that can be kept, and a warning for each that cannot. */
export class NutrientList {
  readonly nutrients: { [C in NutrientCode]?: GivenNutrient } = {}
  private readonly basis: NutrientBasis
  private readonly warn: Warn

  constructor(basis: NutrientBasis, warn: Warn) {
    this.basis = basis
    this.warn = warn
  }

  /** Keeps an amount that `column` gives as `shown`; undefined is one that cannot be read. */
  give(code: NutrientCode, column: string, shown: unknown, amount: Amount | undefined): void {
    const { mark, unit } = amount ?? {}
    const value = amount === undefined || unit === undefined
      ? amount?.value
      : convertToCanonical(code, amount.value, unit)
    if (value === undefined) {
      const why = unit === undefined ? "" : `, which cannot be converted to ${unitOf(code)}`
      return this.warn("value_unreadable", `nutrients.${code}`, `${column} is ${JSON.stringify(shown)}${why}`)
    }
    const fault = outOfRange(code, value, this.basis)
    if (fault !== undefined) this.warn("value_out_of_range", `nutrients.${code}`, `${column} is ${shown}; it ${fault}`)
    else this.nutrients[code] = mark === undefined ? { value: value + 0 } : { value: value + 0, mark }
  }

  /** Keeps an amount unless the nutrient has one already; tells where the two differ. */
  giveAgain(code: NutrientCode, column: string, shown: unknown, amount: Amount | undefined): void {
    const known = this.nutrients[code]
    if (known === undefined) return this.give(code, column, shown, amount)
    const value = amount?.unit === undefined ? amount?.value : convertToCanonical(code, amount.value, amount.unit)
    if (value !== known.value) {
      this.warn("value_conflict", `nutrients.${code}`, `${column} is ${JSON.stringify(shown)}; ${known.value} was kept`)
    }
  }
}

/** The portions of one record, each name once. */
export class PortionList {
  readonly portions: Array<ImportedPortion> = []
  private readonly names = new Set<string>()
  private readonly warn: Warn

  constructor(warn: Warn) {
    this.warn = warn
  }

  /** Keeps a portion of `grams` (undefined: they cannot be read); `shown` is how the source gives it. */
  add(measure: string, grams: number | undefined, shown: string): void {
    if (grams === undefined || measure === "") return this.warn("value_unreadable", "portions", shown)
    if (!(grams > 0 && grams <= MAX_GRAMS)) return this.warn("value_out_of_range", "portions", shown)
    const name = cutText(measure, PORTION_NAME_LENGTH)
    const key = portionKey({ name })
    if (this.names.has(key)) return this.warn("portion_repeated", "portions", shown)
    if (this.portions.length === MAX_PORTIONS) {
      return this.warn("value_out_of_range", "portions", `more than ${MAX_PORTIONS}: ${shown}`)
    }
    if (name !== measure) this.warn("text_cut", "portions", shown)
    this.names.add(key)
    this.portions.push({ name, grams })
  }
}

/** The further names of one record, each once in a language; a text without a letter or digit is none. */
export class AliasList {
  private readonly byKey = new Map<string, ImportedAlias>()
  private readonly warn: Warn

  constructor(warn: Warn) {
    this.warn = warn
  }

  get aliases(): ReadonlyArray<ImportedAlias> {
    return [...this.byKey.values()]
  }

  add(text: string, language: string, kind: ImportedAlias["kind"]): void {
    const name = cutText(text, NAME_LENGTH)
    const key = aliasKey({ language, name })
    if (!hasLetterOrDigit(name) || this.byKey.has(key)) return
    if (this.byKey.size === MAX_ALIASES) return this.warn("text_cut", "aliases", `more than ${MAX_ALIASES}: ${name}`)
    if (name !== text) this.warn("text_cut", "aliases", name)
    this.byKey.set(key, { language, name, kind })
  }
}
