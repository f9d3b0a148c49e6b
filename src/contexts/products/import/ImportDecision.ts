import { SecureRandom } from "effect/crypto"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ClassificationId } from "../contract/Classification.ts"
import type { ImportRun } from "../contract/ImportedProduct.ts"
import { aliasKey, portionKey } from "../contract/normaliseName.ts"
import { ProductId, type ProductInput } from "../contract/Product.ts"
import type { GivenNutrient, GivenNutrients } from "../contract/ProductNutrients.ts"
import { fieldOf, type ProductRecord, recordOf } from "../product/ProductRecord.ts"

/** The fields that an importer sets; what is absent its format does not speak of. Classifications are ids by now. */
export type ImportedFields = Omit<ProductInput, "sourceId" | "sourceRef">

/** What tells a product from all others: the id of its source, and its reference there. */
export interface Origin {
  readonly sourceId: ClassificationId
  readonly sourceRef: string
}

/** A text of its own for each origin. */
export const originKey = ({ sourceId, sourceRef }: Origin): string => `${sourceId} ${sourceRef}`

/** A stored product, as far as an importer needs it. */
export interface StoredProduct extends Origin {
  readonly id: ProductId
  readonly version: number
  readonly recordHashes: ReadonlyArray<string>
  readonly importRunId: string | null
  readonly discarded: boolean
  readonly manualFields: ReadonlyArray<string>
  readonly fields: ImportedFields
}

const mark = " without barcode"

/** The hash of a record whose barcode was left out: once that is free, the record is read again. */
export const withoutBarcode = (hash: string): string => hash + mark

const wholeHash = (hash: string): string => hash.endsWith(mark) ? hash.slice(0, -mark.length) : hash

export type Outcome = "created" | "updated" | "unchanged" | "merged"

const joined = <A>(
  known: ReadonlyArray<A> = [],
  more: ReadonlyArray<A> = [],
  keyOf: (item: A) => string,
  most: number
): ReadonlyArray<A> => {
  const keys = new Set(known.map(keyOf))
  return [...known, ...more.filter((item) => !keys.has(keyOf(item)))].slice(0, most)
}

/** The known fields, with those that are null or absent taken from others. */
const firstKnown = <A extends object>(known: A, more: A): A => {
  const result = { ...known }
  for (const key in more) result[key] ??= more[key]
  return result
}

/** The known fields, with what is unknown filled from another record of the same thing. */
const filled = (known: ImportedFields, more: ImportedFields): ImportedFields => ({
  ...firstKnown(known, more),
  aliases: joined(known.aliases, more.aliases, aliasKey, 50),
  nutrients: known.nutrientBasis === more.nutrientBasis
    ? { ...more.nutrients, ...known.nutrients }
    : known.nutrients ?? {},
  portions: joined(known.portions, more.portions, portionKey, 100),
  allergens: { ...more.allergens, ...known.allergens }
})

/** Fields that mean nothing without each other. */
const pairs = [["nutrients", "nutrientBasis"], ["packageSize", "packageSizeUnit"]]

const setExcept = <A extends object>(known: A, next: A, kept: ReadonlySet<string>): A => {
  const result = { ...known }
  for (const key in next) if (!kept.has(fieldOf(key))) result[key] = next[key]
  return result
}

/** The product after a newer record: what it does not speak of stays, and what a person has set, unless that is overwritten. */
const replaced = (stored: StoredProduct, next: ImportedFields, overwrite: boolean) => {
  if (overwrite) {
    const spoken = new Set(Object.keys(next).map(fieldOf))
    const manualFields = stored.manualFields.filter((field) => !spoken.has(field))
    return { manualFields, fields: setExcept(stored.fields, next, new Set()) }
  }
  const kept = new Set(stored.manualFields)
  for (const pair of pairs) if (pair.some((field) => kept.has(field))) pair.forEach((field) => kept.add(field))
  return { fields: setExcept(stored.fields, next, kept) }
}

/** Whether a record says anything of what a person has set. */
const speaksOfManual = ({ manualFields }: StoredProduct, next: ImportedFields) =>
  Object.keys(next).some((key) => manualFields.includes(fieldOf(key)))

/** What a good record does to the product of its origin, and the product afterwards (nothing where it stays as it is). */
export const decide = (
  stored: StoredProduct | undefined,
  hash: string,
  { sourceId, sourceRef, ...fields }: ImportedFields & Origin,
  run: ImportRun
): { readonly outcome: Outcome; readonly product?: StoredProduct } => {
  if (stored === undefined) {
    const product = {
      id: ProductId.make(SecureRandom.uuidV7Unsafe()),
      version: 0,
      sourceId,
      sourceRef,
      importRunId: run.id,
      discarded: false,
      manualFields: [],
      recordHashes: [hash],
      fields
    }
    return { outcome: "created", product }
  }
  const isKnown = [hash, wholeHash(hash)].some((each) => stored.recordHashes.includes(each)) &&
    !(run.overwrite && speaksOfManual(stored, fields))
  if (stored.discarded || isKnown) return { outcome: "unchanged" }
  if (stored.importRunId === run.id) {
    const recordHashes = [...stored.recordHashes, hash]
    return { outcome: "merged", product: { ...stored, recordHashes, fields: filled(stored.fields, fields) } }
  }
  const changed = replaced(stored, fields, run.overwrite)
  return { outcome: "updated", product: { ...stored, ...changed, importRunId: run.id, recordHashes: [hash] } }
}

/** The product as a row to write. */
export const toRecord = (product: StoredProduct, createdBy: UserId | null): ProductRecord => {
  const { fields, id, importRunId, manualFields, recordHashes, sourceId, sourceRef } = product
  return {
    ...recordOf({ ...fields, sourceRef }, sourceId, createdBy, id),
    manual_fields: manualFields,
    record_hashes: recordHashes,
    import_run_id: importRunId
  }
}

/** Given nutrients out of the two columns that hold them. */
export const givenNutrients = (
  values: Readonly<Record<string, number>>,
  marks: Readonly<Record<string, "trace" | "below" | "derived">>
): GivenNutrients =>
  Object.fromEntries(
    Object.entries(values).flatMap(([code, value]): ReadonlyArray<readonly [string, GivenNutrient]> => {
      const mark = marks[code]
      return mark === "derived" ? [] : [[code, mark === undefined ? { value } : { value, mark }]]
    })
  )
