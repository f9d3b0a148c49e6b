import { SecureRandom } from "effect/crypto"
import { toGtin14 } from "../contract/Gtin.ts"
import type {
  ImportedProduct,
  ImportElement,
  ImportRun,
  ImportWarning,
  TriedImport
} from "../contract/ImportedProduct.ts"
import { ProductId } from "../contract/Product.ts"
import {
  decide,
  type ImportedFields,
  type Origin,
  originKey,
  type Outcome,
  type StoredProduct
} from "./ImportDecision.ts"

/** An element whose record is good. */
export interface GoodElement extends ImportElement {
  readonly record: ImportedProduct
}

/** A good record with the ids that it leads to. */
export interface PlacedRecord {
  readonly element: GoodElement
  /** Its source as the record has it, which stays the same where a dry run makes the source anew with each batch. */
  readonly source: string
  readonly next: ImportedFields & Origin
}

/** A live product that carries a barcode. */
export interface BarcodeHolder extends Origin {
  readonly gtin14: string
}

export interface DecidedBatch {
  /** The elements, with the warnings that the catalogue adds. */
  readonly elements: ReadonlyArray<GoodElement>
  readonly outcomes: ReadonlyArray<Outcome>
  readonly created: ReadonlyArray<StoredProduct>
  readonly updated: ReadonlyArray<StoredProduct>
}

/** The element with further warnings. */
export const warned = (element: GoodElement, more: ReadonlyArray<ImportWarning>): GoodElement =>
  more.length === 0
    ? element
    : { ...element, record: { ...element.record, warnings: [...element.record.warnings, ...more] } }

/** The product as an earlier batch of a dry run would have left it. */
const asIfKept = (
  known: StoredProduct | undefined,
  { sourceId, sourceRef, ...fields }: ImportedFields & Origin,
  run: ImportRun,
  recordHashes: ReadonlyArray<string>
): StoredProduct => ({
  ...known ?? {
    id: ProductId.make(SecureRandom.uuidV7Unsafe()),
    version: 0,
    sourceId,
    sourceRef,
    discarded: false,
    manualFields: [],
    fields
  },
  importRunId: run.id,
  recordHashes
})

const barcodeKey = (source: string, barcode: string) => `${source} ${toGtin14(barcode)}`

/** What each record of a batch does, in order, to the products as they are stored. */
export const decideBatch = (
  placed: ReadonlyArray<PlacedRecord>,
  known: { readonly stored: ReadonlyArray<StoredProduct>; readonly holders: ReadonlyArray<BarcodeHolder> },
  run: ImportRun,
  tried: TriedImport | undefined
): DecidedBatch => {
  const products = new Map(known.stored.map((each) => [originKey(each), each]))
  const holders = new Map(known.holders.map(({ gtin14, sourceId, sourceRef }) => [`${sourceId} ${gtin14}`, sourceRef]))
  const isNew = new Set<string>()
  const changed = new Set<string>()
  const elements: Array<GoodElement> = []
  const outcomes: Array<Outcome> = []
  for (const { element, next, source } of placed) {
    const { barcode, sourceId, sourceRef } = next
    const holder = typeof barcode !== "string"
      ? undefined
      : holders.get(barcodeKey(sourceId, barcode)) ?? tried?.barcodes.get(barcodeKey(source, barcode))
    const isTaken = holder !== undefined && holder !== sourceRef
    const detail = `${barcode} is the barcode of ${holder}, of the same source`
    elements.push(warned(element, isTaken ? [{ code: "barcode_taken", field: "barcode", detail }] : []))
    const fields = isTaken ? { ...next, barcode: null } : next
    const key = originKey(next)
    const before = products.get(key)
    const hashes = tried?.hashes.get(`${source} ${sourceRef}`)
    const { outcome, product } = decide(
      hashes === undefined || before?.importRunId === run.id ? before : asIfKept(before, fields, run, hashes),
      element,
      fields,
      run
    )
    outcomes.push(outcome)
    if (product === undefined) continue
    products.set(key, product)
    if (outcome === "created") isNew.add(key)
    changed.add(key)
    tried?.hashes.set(`${source} ${sourceRef}`, product.recordHashes)
    if (typeof product.fields.barcode !== "string") continue
    holders.set(barcodeKey(sourceId, product.fields.barcode), sourceRef)
    tried?.barcodes.set(barcodeKey(source, product.fields.barcode), sourceRef)
  }
  const written = (fresh: boolean) =>
    [...changed].flatMap((key) => isNew.has(key) === fresh ? products.get(key) ?? [] : [])
  return { elements, outcomes, created: written(true), updated: written(false) }
}
