import { Effect } from "effect"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { manualSource } from "../contract/Classification.ts"
import type { Product, ProductId } from "../contract/Product.ts"
import type { CreateProduct, DiscardProduct, RestoreProduct, UpdateProduct } from "../contract/ProductCommands.ts"
import { ProductChanged, ProductCreated, ProductDiscarded, ProductRestored } from "../contract/ProductEvents.ts"
import { ProductNotFound, ReferenceUnknown } from "../contract/ProductProblems.ts"
import { changedItem } from "./changedItem.ts"
import { namedItem } from "./namedItem.ts"
import { patched } from "./ProductDocument.ts"
import { differences, recordOf } from "./ProductRecord.ts"
import { given, type Reference, referencesOf, unknownReferences } from "./ProductReferences.ts"
import { ProductRepo } from "./ProductRepo.ts"
import { toProduct } from "./ProductRow.ts"

/** The change of a product as the audit log tells it. */
const changeOf = (
  { id, version }: Pick<Product, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "product", id }, versionBefore, versionAfter: version, changedFields })

export const productHandlers = Effect.gen(function*() {
  const products = yield* ProductRepo

  const checkReferences = Effect.fnUntraced(function*(references: ReadonlyArray<Reference>) {
    const ids = given(references).map(({ id }) => id)
    if (ids.length === 0) return
    const errors = unknownReferences(references, yield* products.referables(ids))
    if (errors.length > 0) return yield* new ReferenceUnknown({ errors })
  })

  const locked = Effect.fnUntraced(function*(id: ProductId, ifMatch: string | undefined) {
    const row = yield* products.lock(id)
    if (row === undefined) return yield* new ProductNotFound({})
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })

  const handlers: Handlers<CreateProduct | UpdateProduct | DiscardProduct | RestoreProduct> = {
    "products/CreateProduct": Effect.fnUntraced(function*({ input }, actor) {
      const references = referencesOf(input)
      const record = recordOf(input, input.sourceId ?? manualSource, actor.userId)
      const answer = yield* products.insert(record, given(references))
      if (answer === undefined) return yield* Effect.andThen(checkReferences(references), products.obstacle(record))
      const events = [eventOf(ProductCreated, new ProductCreated({ items: [namedItem(answer)] }))]
      return { answer, change: changeOf(answer, null, answer.manualFields), events }
    }),

    "products/UpdateProduct": Effect.fnUntraced(function*({ id, ifMatch, patch }) {
      const row = yield* locked(id, ifMatch)
      if (row.discarded) return yield* new ProductNotFound({ detail: "It was discarded: restore it first." })
      const { after, before } = yield* patched(row, patch)
      const old = recordOf(before, row.sourceId, row.createdBy, id)
      const record = recordOf(after, after.sourceId ?? manualSource, row.createdBy, id)
      const { columns, fields } = differences(old, record)
      if (fields.length === 0) return { answer: toProduct(row) }
      const previous = new Map(referencesOf(before).map(({ id, pointer }) => [pointer, id]))
      yield* checkReferences(referencesOf(after).filter(({ id, pointer }) => previous.get(pointer) !== id))
      const manualFields = [...new Set([...row.manualFields, ...fields])]
      const answer = yield* products.update({ ...record, manual_fields: manualFields }, row.version, [
        ...columns,
        "manual_fields"
      ])
      const events = [
        eventOf(ProductChanged, new ProductChanged({ items: [changedItem(answer.id, answer.version, fields)] }))
      ]
      return { answer, change: changeOf(answer, row.version, fields), events }
    }),

    "products/DiscardProduct": Effect.fnUntraced(function*({ id, ifMatch }) {
      const row = yield* locked(id, ifMatch)
      if (row.discarded) return yield* new ProductNotFound({ detail: "It is discarded already." })
      const discarded = yield* Effect.catchTag(products.setDiscarded(row, true), "BarcodeTaken", Effect.die)
      const events = [eventOf(ProductDiscarded, new ProductDiscarded({ items: [namedItem(discarded)] }))]
      return { answer: undefined, change: changeOf(discarded, row.version, ["discarded"]), events }
    }),

    "products/RestoreProduct": Effect.fnUntraced(function*({ id, ifMatch }) {
      const row = yield* locked(id, ifMatch)
      if (!row.discarded) return { answer: toProduct(row) }
      yield* checkReferences(referencesOf(row))
      const answer = yield* products.setDiscarded(row, false)
      const events = [eventOf(ProductRestored, new ProductRestored({ items: [namedItem(answer)] }))]
      return { answer, change: changeOf(answer, row.version, ["discarded"]), events }
    })
  }
  return handlers
})
