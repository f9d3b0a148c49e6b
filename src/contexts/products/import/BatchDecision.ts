import { SecureRandom } from "effect/crypto"
import type { ClassificationId } from "../contract/Classification.ts"
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
  type StoredProduct,
  withoutBarcode
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
  /** Barcodes that stored products give to others of the batch. */
  readonly released: ReadonlyArray<{ readonly sourceId: ClassificationId; readonly barcode: string }>
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

const holdersOf = (stored: ReadonlyArray<BarcodeHolder>) =>
  new Map(stored.map(({ gtin14, sourceId, sourceRef }) => [`${sourceId} ${gtin14}`, sourceRef]))

/** Who holds the barcodes of a batch: products of the catalogue, and those of earlier records. */
const barcodesOf = (stored: ReadonlyArray<BarcodeHolder>, tried: TriedImport | undefined) => {
  const holders = holdersOf(stored)
  return {
    /** What another product has of the record's barcode, as a warning tells it. */
    conflict: ({ next: { barcode, sourceId, sourceRef }, source }: PlacedRecord): string | undefined => {
      if (typeof barcode !== "string") return undefined
      const inTried = barcodeKey(source, barcode)
      const holder = tried?.has(`free ${inTried}`) === true ? undefined : holders.get(barcodeKey(sourceId, barcode))
      const isTaken = holder === undefined
        ? tried?.has(inTried) === true && !tried.has(`${inTried} ${sourceRef}`)
        : holder !== sourceRef
      return isTaken ? `${barcode} is the barcode of ${holder ?? "a record before it"}, of the same source` : undefined
    },
    /** From `before` on, which becomes free where the product had it. */
    take: (
      { next: { sourceId, sourceRef }, source }: PlacedRecord,
      barcode: string | null | undefined,
      before: string | null | undefined
    ) => {
      if (typeof before === "string" && barcode !== before) {
        const key = barcodeKey(sourceId, before)
        if (holders.get(key) === sourceRef) holders.delete(key)
        tried?.add(`free ${barcodeKey(source, before)}`)
      }
      if (typeof barcode !== "string") return
      holders.set(barcodeKey(sourceId, barcode), sourceRef)
      tried?.add(barcodeKey(source, barcode))
      tried?.add(`${barcodeKey(source, barcode)} ${sourceRef}`)
    }
  }
}

/** What each record of a batch does, in order, to the products as they are stored. */
export const decideBatch = (
  placed: ReadonlyArray<PlacedRecord>,
  known: { readonly stored: ReadonlyArray<StoredProduct>; readonly holders: ReadonlyArray<BarcodeHolder> },
  run: ImportRun,
  tried: TriedImport | undefined
): DecidedBatch => {
  const products = new Map(known.stored.map((each) => [originKey(each), each]))
  const storedHolders = holdersOf(known.holders)
  const barcodes = barcodesOf(known.holders, tried)
  const isNew = new Set<string>()
  const changed = new Set<string>()
  const elements: Array<GoodElement> = []
  const outcomes: Array<Outcome> = []
  for (const place of placed) {
    const { element, next, source } = place
    const conflict = barcodes.conflict(place)
    const fields = conflict === undefined ? next : { ...next, barcode: null }
    const hash = conflict === undefined ? element.hash : withoutBarcode(element.hash)
    elements.push(
      warned(element, conflict === undefined ? [] : [{ code: "barcode_taken", field: "barcode", detail: conflict }])
    )
    const key = originKey(next)
    const ref = `ref ${source} ${next.sourceRef}`
    const before = products.get(key)
    const isTried = tried?.has(ref) === true && before?.importRunId !== run.id
    const hashes = isTried && tried.has(`${ref} ${hash}`) ? [hash] : []
    const { outcome, product } = decide(isTried ? asIfKept(before, fields, run, hashes) : before, hash, fields, run)
    outcomes.push(outcome)
    if (product === undefined) continue
    products.set(key, product)
    if (outcome === "created") isNew.add(key)
    changed.add(key)
    tried?.add(ref)
    tried?.add(`${ref} ${hash}`)
    barcodes.take(place, product.fields.barcode, before?.fields.barcode)
  }
  const written = (fresh: boolean) =>
    [...changed].flatMap((key) => isNew.has(key) === fresh ? products.get(key) ?? [] : [])
  const [created, updated] = [written(true), written(false)]
  const released = [...created, ...updated].flatMap(({ fields: { barcode }, sourceId, sourceRef }) => {
    const holder = typeof barcode === "string" ? storedHolders.get(barcodeKey(sourceId, barcode)) : undefined
    return typeof barcode !== "string" || holder === undefined || holder === sourceRef ? [] : [{ sourceId, barcode }]
  })
  return { elements, outcomes, created, updated, released }
}
