import { Array as Arr, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { type Event, eventOf } from "../../../kernel/contract/Event.ts"
import type { ClassificationId, ClassificationKind } from "../contract/Classification.ts"
import type {
  ImportedProduct,
  ImportElement,
  ImportReport,
  ImportRun,
  RejectedRecord
} from "../contract/ImportedProduct.ts"
import { ProductId } from "../contract/Product.ts"
import type { FinishImport, ImportProducts } from "../contract/ProductCommands.ts"
import { ProductChanged, ProductCreated } from "../contract/ProductEvents.ts"
import { changedItem } from "../product/changedItem.ts"
import { differences, type ProductRecord } from "../product/ProductRecord.ts"
import {
  type ClassificationIds,
  decide,
  fieldsOf,
  type ImportedFields,
  type Outcome,
  type StoredProduct,
  toRecord
} from "./ImportDecision.ts"
import { ImportRepo, type NamedClassification } from "./ImportRepo.ts"

const kinds = ["brand", "category", "parentCategory", "foodGroup", "processType"] as const satisfies ReadonlyArray<
  ClassificationKind
>

const namedBy = (records: ReadonlyArray<ImportedProduct>): ReadonlyArray<NamedClassification> => {
  const named = new Map<string, NamedClassification>()
  for (const record of records) {
    for (const kind of kinds) {
      const name = record[kind]
      if (name !== null) named.set(`${kind} ${name}`, { kind, name })
    }
  }
  return [...named.values()]
}

const idsBy = (found: ReadonlyArray<NamedClassification & { readonly id: ClassificationId }>): ClassificationIds => {
  const ids = new Map(found.map(({ id, kind, name }) => [`${kind} ${name}`, id]))
  return (kind, name) => name === null ? null : ids.get(`${kind} ${name}`) ?? null
}

const good = (element: ImportElement): ReadonlyArray<ImportElement & { readonly record: ImportedProduct }> =>
  element.record._tag === "ImportedProduct" ? [{ ...element, record: element.record }] : []

const bad = ({ record }: ImportElement): ReadonlyArray<RejectedRecord> =>
  record._tag === "RejectedRecord" ? [record] : []

const counted = <K extends string>(counts: { readonly [P in K]?: number }, keys: ReadonlyArray<K>) => {
  const sums: { [P in K]?: number } = { ...counts }
  for (const key of keys) sums[key] = (sums[key] ?? 0) + 1
  return sums
}

const reportAfter = (
  before: ImportReport,
  elements: ReadonlyArray<ImportElement>,
  outcomes: ReadonlyArray<Outcome>
): ImportReport => {
  const times = (outcome: Outcome) => outcomes.filter((each) => each === outcome).length
  return {
    read: before.read + elements.length,
    created: before.created + times("created"),
    updated: before.updated + times("updated"),
    unchanged: before.unchanged + times("unchanged"),
    merged: before.merged + times("merged"),
    rejected: counted(before.rejected, elements.flatMap(bad).map(({ reason }) => reason)),
    warnings: counted(
      before.warnings,
      elements.flatMap(good).flatMap(({ record }) => record.warnings).map(({ code }) => code)
    )
  }
}

/** The product as an earlier batch of a dry run would have left it. */
const asIfKept = (
  known: StoredProduct | undefined,
  { sourceRef, ...fields }: ImportedFields & { readonly sourceRef: string },
  run: ImportRun,
  recordHashes: ReadonlyArray<string>
): StoredProduct => ({
  ...known ??
    {
      id: ProductId.make(SecureRandom.uuidV7Unsafe()),
      version: 0,
      sourceRef,
      discarded: false,
      manualFields: [],
      fields
    },
  importRunId: run.id,
  recordHashes
})

const changeOf = ({ id }: ImportRun, count: number) => ({
  target: { type: "import", id },
  versionBefore: null,
  versionAfter: null,
  changedFields: [`${count} products`]
})

/** At most so many products in an event. */
const itemsAtMost = 1000

/** What others are told of a batch: of products that are new, and of those whose fields differ. */
const eventsOf = (
  written: ReadonlyArray<StoredProduct>,
  before: ReadonlyMap<string, StoredProduct>,
  toRow: (product: StoredProduct) => ProductRecord,
  source: string
): ReadonlyArray<Event> => {
  const created = written.filter(({ sourceRef }) => !before.has(sourceRef)).map(({ fields, id }) => ({
    id,
    source,
    name: fields.name,
    barcode: fields.barcode
  }))
  const changed = written.flatMap((product) => {
    const known = before.get(product.sourceRef)
    const fields = known === undefined ? [] : differences(toRow(known), toRow(product)).fields
    return fields.length === 0 ? [] : [changedItem(product.id, product.version + 1, fields)]
  })
  return [
    ...Arr.chunksOf(created, itemsAtMost).map((items) => eventOf(ProductCreated, new ProductCreated({ items }))),
    ...Arr.chunksOf(changed, itemsAtMost).map((items) => eventOf(ProductChanged, new ProductChanged({ items })))
  ]
}

export const importHandlers = Effect.gen(function*() {
  const imports = yield* ImportRepo

  const handlers: Handlers<ImportProducts | FinishImport> = {
    "products/ImportProducts": Effect.fnUntraced(function*({ before, checkpoint, elements, run, seen }, actor) {
      const records = elements.flatMap(good)
      const sourceId = yield* imports.lockSource(run.format)
      const stored = yield* imports.stored(sourceId, records.map(({ record }) => record.sourceRef))
      const named = namedBy(records.map(({ record }) => record))
      const ids = idsBy(named.length === 0 ? [] : yield* imports.classify(named, actor.userId))

      const products = new Map<string, StoredProduct>(stored.map((each) => [each.sourceRef, each]))
      const isNew = new Set<string>()
      const changed = new Set<string>()
      const outcomes: Array<Outcome> = []
      for (const element of records) {
        const { sourceRef } = element.record
        const fields = { ...fieldsOf(element.record, ids), sourceRef }
        const known = products.get(sourceRef)
        const hashes = seen.get(sourceRef)
        const { outcome, product } = decide(
          hashes === undefined || known?.importRunId === run.id ? known : asIfKept(known, fields, run, hashes),
          element,
          fields,
          run
        )
        outcomes.push(outcome)
        if (product === undefined) continue
        products.set(sourceRef, product)
        if (outcome === "created") isNew.add(sourceRef)
        changed.add(sourceRef)
      }
      const written = [...changed].flatMap((ref) => products.get(ref) ?? [])
      const toRow = (product: StoredProduct) => toRecord(product, sourceId, actor.userId)
      yield* imports.write(
        written.filter(({ sourceRef }) => isNew.has(sourceRef)).map(toRow),
        written.filter(({ sourceRef }) => !isNew.has(sourceRef)).map(toRow)
      )
      const report = reportAfter(before, elements, outcomes)
      yield* imports.saveRun(run, checkpoint, report, actor.userId)
      if (written.length === 0) return { answer: report }
      const storedBefore = new Map(stored.map((each) => [each.sourceRef, each]))
      const events = eventsOf(written, storedBefore, toRow, run.format)
      return { answer: report, change: changeOf(run, written.length), events }
    }),
    "products/FinishImport": ({ run }) => Effect.as(imports.finishRun(run.id), { answer: undefined })
  }
  return handlers
})
