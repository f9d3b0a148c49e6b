import { type Event, eventOf } from "../../../kernel/contract/Event.ts"
import type { ClassificationId, ClassificationKind } from "../contract/Classification.ts"
import type { ImportElement, ImportReport } from "../contract/ImportedProduct.ts"
import { ClassificationChanged, ProductChanged, ProductCreated } from "../contract/ProductEvents.ts"
import { changedItem } from "../product/changedItem.ts"
import { itemEvents } from "../product/itemEvents.ts"
import { differences, type ProductRecord } from "../product/ProductRecord.ts"
import type { DecidedBatch } from "./BatchDecision.ts"
import { originKey, type Outcome, type StoredProduct } from "./ImportDecision.ts"

const counted = <K extends string>(counts: { readonly [P in K]?: number }, keys: ReadonlyArray<K>) => {
  const sums: { [P in K]?: number } = { ...counts }
  for (const key of keys) sums[key] = (sums[key] ?? 0) + 1
  return sums
}

/** The report of a run after one more batch. */
export const reportAfter = (
  before: ImportReport,
  elements: ReadonlyArray<ImportElement>,
  outcomes: ReadonlyArray<Outcome>
): ImportReport => {
  const times = (outcome: Outcome) => outcomes.filter((each) => each === outcome).length
  const records = elements.map(({ record }) => record)
  return {
    read: before.read + elements.length,
    created: before.created + times("created"),
    updated: before.updated + times("updated"),
    unchanged: before.unchanged + times("unchanged"),
    merged: before.merged + times("merged"),
    rejected: counted(
      before.rejected,
      records.flatMap((record) => record._tag === "RejectedRecord" ? [record.reason] : [])
    ),
    warnings: counted(
      before.warnings,
      records.flatMap((record) => record._tag === "RejectedRecord" ? [] : record.warnings.map(({ code }) => code))
    )
  }
}

/** What others are told of the classifications that a batch made: how many of its products carry each. */
export const classificationEvents = (
  made: ReadonlyMap<ClassificationId, ClassificationKind>,
  { created, updated }: DecidedBatch
): ReadonlyArray<Event> => {
  const counts = new Map<string | null | undefined, number>()
  for (const { fields, sourceId } of [...created, ...updated]) {
    const { brandId, categoryId, foodGroupId, parentCategoryId, processTypeId } = fields
    for (const id of [sourceId, brandId, categoryId, parentCategoryId, foodGroupId, processTypeId]) {
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
  }
  const items = [...made].map((
    [id, kind]
  ) => ({ kind, id, change: "created", productCount: counts.get(id) ?? 0 } as const))
  return itemEvents(items, (each) => eventOf(ClassificationChanged, new ClassificationChanged({ items: each })))
}

/** What others are told of a batch: of products that are new, and of those whose fields differ. */
export const eventsOf = (
  { created, updated }: DecidedBatch,
  before: ReadonlyMap<string, StoredProduct>,
  toRow: (product: StoredProduct) => ProductRecord,
  sourceNames: ReadonlyMap<ClassificationId, string>
): ReadonlyArray<Event> => {
  const named = created.map(({ fields, id, sourceId }) => ({
    id,
    source: sourceNames.get(sourceId) ?? sourceId,
    name: fields.name,
    barcode: fields.barcode ?? null
  }))
  const changed = updated.flatMap((product) => {
    const known = before.get(originKey(product))
    const fields = known === undefined ? [] : differences(toRow(known), toRow(product)).fields
    return fields.length === 0 ? [] : [changedItem(product.id, product.version + 1, fields)]
  })
  return [
    ...itemEvents(named, (items) => eventOf(ProductCreated, new ProductCreated({ items }))),
    ...itemEvents(changed, (items) => eventOf(ProductChanged, new ProductChanged({ items })))
  ]
}
