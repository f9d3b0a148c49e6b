import { Array as Arr, Effect } from "effect"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import type { Fault } from "../../../kernel/contract/Problem.ts"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import { faultsOf, mostFaults, sharedCode } from "../../../kernel/faults.ts"
import { BulkConflict, type BulkItem, UnreadableItem } from "../contract/BulkProducts.ts"
import { manualSource } from "../contract/Classification.ts"
import { toGtin14 } from "../contract/Gtin.ts"
import { ProductId } from "../contract/Product.ts"
import type { CreateProducts } from "../contract/ProductCommands.ts"
import { ProductCreated } from "../contract/ProductEvents.ts"
import { ReferenceUnknown } from "../contract/ProductProblems.ts"
import { problemOf } from "./ProductDocument.ts"
import { type ProductRecord, recordOf } from "./ProductRecord.ts"
import { given, type Reference, referencesOf, unknownReferences } from "./ProductReferences.ts"
import { type Obstacle, ProductRepo } from "./ProductRepo.ts"

/** An item that can be written unless something is in its way. */
interface Writable {
  readonly at: string
  readonly name: string
  readonly barcode: string | null
  readonly sourceRef: string | undefined
  readonly references: ReadonlyArray<Reference>
  readonly record: ProductRecord
}

const writableOf = (items: ReadonlyArray<BulkItem>, createdBy: UserId | null): ReadonlyArray<Writable> =>
  items.flatMap((item, index) => {
    if (item instanceof UnreadableItem) return []
    const { barcode = null, name, sourceId = manualSource, sourceRef } = item
    const at = `/items/${index}`
    return [{
      at,
      name,
      barcode,
      sourceRef,
      references: referencesOf(item, at),
      record: recordOf(item, sourceId, createdBy)
    }]
  })

const unreadableFaults = (items: ReadonlyArray<BulkItem>): ReadonlyArray<Fault> =>
  items.flatMap((item, index) =>
    item instanceof UnreadableItem
      ? faultsOf(item.issue, "pointer").map((fault) => ({ ...fault, pointer: `/items/${index}${fault.pointer}` }))
      : []
  )

const members = { barcode_taken: "barcode", source_ref_taken: "sourceRef" } as const

const takenFault = (at: string, code: keyof typeof members, by: string): Fault => ({
  pointer: `${at}/${members[code]}`,
  code,
  detail: `is that of ${by}`
})

/** A fault for each item that shares with an earlier one what must be unique. */
const twinFaults = (items: ReadonlyArray<Writable>): ReadonlyArray<Fault> => {
  const first = new Map<string, string>()
  const repeated = (at: string, code: keyof typeof members, value: string) => {
    const earlier = first.get(`${code} ${value}`)
    if (earlier === undefined) first.set(`${code} ${value}`, at)
    return earlier === undefined ? [] : [takenFault(at, code, earlier)]
  }
  return items.flatMap(({ at, barcode, record, sourceRef }) => [
    ...barcode === null ? [] : repeated(at, "barcode_taken", `${record.source_id} ${toGtin14(barcode)}`),
    ...sourceRef === undefined ? [] : repeated(at, "source_ref_taken", `${record.source_id} ${sourceRef}`)
  ])
}

const obstacleFaults = (
  items: ReadonlyArray<Writable>,
  obstacles: ReadonlyArray<Obstacle>
): ReadonlyArray<Fault> => {
  const places = new Map(items.map(({ at, record }) => [record.id, at]))
  return obstacles.flatMap(({ code, id, productId }) => {
    const at = places.get(id)
    return at === undefined ? [] : [takenFault(at, code, `the product ${productId}`)]
  })
}

/** Faults in the order of the items: of each bad item at least one, of few of them as many as are told of any request. */
const told = (faults: ReadonlyArray<Fault>): ReadonlyArray<Fault> => {
  const items = Map.groupBy(faults, ({ pointer = "" }) => Number(pointer.split("/", 3)[2]))
  const most = Math.max(1, Math.floor(mostFaults / items.size))
  return [...items].toSorted(([a], [b]) => a - b).flatMap(([, those]) => those.slice(0, most))
}

/** 409 where nothing but others is in the way; else 422 in the way of any other body. */
const refusal = (faults: ReadonlyArray<Fault>) => {
  const errors = told(faults)
  if (faults.every(({ code = "" }) => code in members)) return new BulkConflict({ errors })
  return sharedCode(faults) === "reference_unknown" ? new ReferenceUnknown({ errors }) : problemOf(errors)
}

const eventItem = ({ barcode, name, record }: Writable, sources: ReadonlyMap<string, string>) => ({
  id: ProductId.make(record.id),
  source: sources.get(record.id) ?? record.source_id,
  name,
  barcode
})

export const bulkHandlers = Effect.gen(function*() {
  const products = yield* ProductRepo

  const faultsOfAll = Effect.fnUntraced(function*(items: ReadonlyArray<BulkItem>, writable: ReadonlyArray<Writable>) {
    const references = writable.flatMap((item) => item.references)
    const live = yield* products.referables(given(references).map(({ id }) => id))
    const obstacles = yield* products.obstacles(writable.map(({ record }) => record))
    return [
      ...unreadableFaults(items),
      ...unknownReferences(references, live),
      ...twinFaults(writable),
      ...obstacleFaults(writable, obstacles)
    ]
  })

  const handlers: Handlers<CreateProducts> = {
    "products/CreateProducts": Effect.fnUntraced(function*({ items }, actor) {
      const writable = writableOf(items, actor.userId)
      const records = writable.map(({ record }) => record)
      const inserted = writable.length === items.length && twinFaults(writable).length === 0
        ? yield* products.insertAll(records, given(writable.flatMap(({ references }) => references)))
        : undefined
      if (inserted === undefined) return yield* refusal(yield* faultsOfAll(items, writable))
      const sources = new Map(inserted.map(({ id, source }) => [id, source]))
      const created = writable.map((item) => eventItem(item, sources))
      return {
        answer: created.map(({ id }, index) => ({ index, id })),
        change: {
          target: { type: "products", id: created[0]?.id ?? "" },
          versionBefore: null,
          versionAfter: 1,
          changedFields: [`${created.length} products`]
        },
        events: Arr.isReadonlyArrayNonEmpty(created)
          ? [eventOf(ProductCreated, new ProductCreated({ items: created }))]
          : []
      }
    })
  }
  return handlers
})
