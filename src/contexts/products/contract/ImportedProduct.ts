import type { NutrientBasis, NutrientMap } from "./NutrientRules.ts"

/** Part of every record's hash: a format's number goes up with its mapping, and old records are read again. */
export const mappingVersion = { "usda-sr28": 1, taco: 1, ciqual: 1, off: 1, ndjson: 1 } as const

export type ImportFormat = keyof typeof mappingVersion

/** Why a value was left out or changed; its record is imported all the same. */
export const warningCodes = [
  "value_unreadable",
  "value_out_of_range",
  "barcode_invalid",
  "barcode_taken",
  "text_cut",
  "value_conflict",
  "portion_repeated"
] as const
export type WarningCode = (typeof warningCodes)[number]

/** Why a record was not imported. */
export const rejectReasons = ["malformed", "missing_ref", "missing_name", "name_too_long", "too_large"] as const
export type RejectReason = (typeof rejectReasons)[number]

export interface ImportWarning {
  readonly code: WarningCode
  readonly field: string
  readonly detail: string
}

export interface ImportedAlias {
  readonly language: string
  readonly name: string
  readonly kind: "translation" | "synonym" | "scientific"
}

export interface ImportedPortion {
  readonly name: string
  /** Grams of one. */
  readonly grams: number
}

/** What one good record says about a food, in our terms; null where it says nothing. */
export interface ImportedProduct {
  readonly _tag: "ImportedProduct"
  readonly sourceRef: string
  readonly name: string
  readonly language: string
  readonly aliases: ReadonlyArray<ImportedAlias>
  readonly barcode: string | null
  readonly isFood: boolean | null
  /** Classifications are names here; the importer finds or makes them. */
  readonly brand: string | null
  readonly category: string | null
  readonly parentCategory: string | null
  readonly foodGroup: string | null
  readonly processType: string | null
  readonly nutrientBasis: NutrientBasis
  /** Given values only, in canonical units. */
  readonly nutrients: NutrientMap
  /** Edible mass / bought mass. */
  readonly edibleYield: number | null
  readonly portions: ReadonlyArray<ImportedPortion>
  readonly warnings: ReadonlyArray<ImportWarning>
}

export interface RejectedRecord {
  readonly _tag: "RejectedRecord"
  /** Line of the (decompressed) file on which the record begins, from 1. */
  readonly line: number
  readonly sourceRef: string | null
  readonly reason: RejectReason
  readonly detail: string
  /** At most 4 KiB of the record. */
  readonly raw: string
}

export interface ImportElement {
  readonly record: ImportedProduct | RejectedRecord
  readonly line: number
  /** Bytes of the decompressed file up to the end of the record, its line end included. */
  readonly endOffset: number
  /** SHA-256 (hex) of the raw record, of what was joined to it, and of the mapping version. */
  readonly hash: string
}

/** A place between two records, and what the file was up to there. */
export interface Checkpoint {
  readonly offset: number
  /** SHA-256 (hex) of the decompressed bytes before `offset`. */
  readonly sha256: string
}

/** One run of an importer over one source. */
export interface ImportRun {
  readonly id: string
  readonly format: ImportFormat
  readonly path: string
  /** Whether fields that a person set are overwritten as well. */
  readonly overwrite: boolean
}

/** What became of the records: `read` is the sum of created, updated, unchanged, merged and all rejected. */
export interface ImportReport {
  readonly read: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly merged: number
  readonly rejected: { readonly [R in RejectReason]?: number }
  readonly warnings: { readonly [W in WarningCode]?: number }
}

export const emptyReport: ImportReport = {
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  merged: 0,
  rejected: {},
  warnings: {}
}

/** How many records of a report were rejected, whatever the reason. */
export const rejectedCount = ({ rejected }: Pick<ImportReport, "rejected">): number =>
  Object.values(rejected).reduce((sum, count) => sum + count, 0)
