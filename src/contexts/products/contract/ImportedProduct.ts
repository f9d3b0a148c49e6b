import type { ClassificationId } from "./Classification.ts"
import type { NutrientBasis } from "./NutrientRules.ts"
import type { ProductInput } from "./Product.ts"
import type { GivenNutrients } from "./ProductNutrients.ts"

/** The formats that can be imported. */
export const importFormats = ["usda-sr28", "taco", "ciqual", "off", "ndjson"] as const
export type ImportFormat = (typeof importFormats)[number]

/** Part of every record's hash: a format's number goes up with its mapping, and old records are read again. */
export const mappingVersion: { readonly [F in ImportFormat]: number } = {
  "usda-sr28": 1,
  taco: 1,
  ciqual: 1,
  off: 1,
  ndjson: 2
}

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

/** A classification by its name, which is found or made, or by its id, which must be there. */
export type ImportedReference = string | { readonly id: ClassificationId }

/** Facts of which not every format speaks; an import leaves those alone that its format does not know. */
type SpokenFacts = Pick<
  ProductInput,
  | "attribution"
  | "shoppingName"
  | "storeDepartmentName"
  | "recommendedBrandsAndProducts"
  | "substitutes"
  | "kgPerUnit"
  | "litersPerKg"
  | "cookingFactor"
  | "conservationDays"
  | "nutritionGroup"
  | "allergens"
  | "packageSize"
  | "packageSizeUnit"
  | "ingredients"
  | "imageUrl"
  | "score"
>

/** What one good record says about a food, in our terms; null where it says nothing. */
export interface ImportedProduct extends SpokenFacts {
  readonly _tag: "ImportedProduct"
  /** The source's key or name, or its id; the format's own unless given. */
  readonly source?: ImportedReference
  readonly sourceRef: string
  readonly name: string
  readonly language: string
  readonly aliases: ReadonlyArray<ImportedAlias>
  readonly barcode: string | null
  readonly isFood: boolean | null
  readonly brand: ImportedReference | null
  readonly category: ImportedReference | null
  readonly parentCategory: ImportedReference | null
  readonly foodGroup: ImportedReference | null
  readonly processType: ImportedReference | null
  readonly nutrientBasis: NutrientBasis
  readonly nutrients: GivenNutrients
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
  /** The record as it stands, where only the import can tell whether it leads anywhere. */
  readonly raw?: string
}

/** What became of a batch. */
export interface ImportedBatch {
  /** The report of the run so far. */
  readonly report: ImportReport
  /** The batch's elements, with what the catalogue made of them: further warnings, and rejects. */
  readonly elements: ReadonlyArray<ImportElement>
}

/** What earlier batches of a dry run would have left in the catalogue, as texts that name it. */
export interface TriedImport {
  has(text: string): boolean
  add(text: string): void
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
