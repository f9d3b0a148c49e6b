import { Effect } from "effect"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { ClassificationId, type ClassificationKind, manualSource } from "../contract/Classification.ts"
import type { Product, ProductId } from "../contract/Product.ts"
import type { CreateProduct, DiscardProduct, RestoreProduct, UpdateProduct } from "../contract/ProductCommands.ts"
import { ProductChanged, ProductCreated, ProductDiscarded, ProductRestored } from "../contract/ProductEvents.ts"
import { ProductNotFound, ReferenceUnknown } from "../contract/ProductProblems.ts"
import { changedItem } from "./changedItem.ts"
import { patched } from "./ProductDocument.ts"
import { differences, recordOf } from "./ProductRecord.ts"
import { ProductRepo, type Referable } from "./ProductRepo.ts"
import { toProduct } from "./ProductRow.ts"

interface Reference {
  readonly member: string
  readonly kind: ClassificationKind
  readonly id: string | null | undefined
}

type Referring = {
  readonly [M in "sourceId" | "brandId" | "categoryId" | "parentCategoryId" | "foodGroupId" | "processTypeId"]?:
    | string
    | null
}

const referencesOf = (input: Referring): ReadonlyArray<Reference> => [
  { member: "sourceId", kind: "source", id: input.sourceId },
  { member: "brandId", kind: "brand", id: input.brandId },
  { member: "categoryId", kind: "category", id: input.categoryId },
  { member: "parentCategoryId", kind: "parentCategory", id: input.parentCategoryId },
  { member: "foodGroupId", kind: "foodGroup", id: input.foodGroupId },
  { member: "processTypeId", kind: "processType", id: input.processTypeId }
]

const given = (references: ReadonlyArray<Reference>) =>
  references.flatMap(({ id, kind }) => typeof id === "string" ? [{ id: ClassificationId.make(id), kind }] : [])

/** A fault for each reference that does not lead to a live classification of its kind. */
const unknownReferences = (references: ReadonlyArray<Reference>, found: ReadonlyArray<Referable>) =>
  references.flatMap(({ id, kind, member }) =>
    typeof id !== "string" || found.some((each) => each.id === id && each.kind === kind)
      ? []
      : [{ pointer: `/${member}`, code: "reference_unknown", detail: `leads to no live ${kind}` }]
  )

/** The change of a product as the audit log tells it. */
const changeOf = (
  { id, version }: Pick<Product, "id" | "version">,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: "product", id }, versionBefore, versionAfter: version, changedFields })

const named = ({ barcode, id, name, source }: Product) => ({ id, source: source.key ?? source.id, name, barcode })

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
      const events = [eventOf(ProductCreated, new ProductCreated({ items: [named(answer)] }))]
      return { answer, change: changeOf(answer, null, answer.manualFields), events }
    }),

    "products/UpdateProduct": Effect.fnUntraced(function*({ id, ifMatch, patch }) {
      const row = yield* locked(id, ifMatch)
      if (row.discarded) return yield* new ProductNotFound({ detail: "It was discarded: restore it first." })
      const { after, before } = yield* patched(row, patch)
      const old = recordOf(before, row.sourceId, row.createdBy, id)
      const record = recordOf(after, after.sourceId ?? row.sourceId, row.createdBy, id)
      const { columns, fields } = differences(old, record)
      if (fields.length === 0) return { answer: toProduct(row) }
      const previous = new Map(referencesOf(before).map((reference) => [reference.member, reference.id]))
      yield* checkReferences(referencesOf(after).filter((reference) => previous.get(reference.member) !== reference.id))
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
      const events = [eventOf(ProductDiscarded, new ProductDiscarded({ items: [named(discarded)] }))]
      return { answer: undefined, change: changeOf(discarded, row.version, ["discarded"]), events }
    }),

    "products/RestoreProduct": Effect.fnUntraced(function*({ id, ifMatch }) {
      const row = yield* locked(id, ifMatch)
      if (!row.discarded) return { answer: toProduct(row) }
      yield* checkReferences(referencesOf(row))
      const answer = yield* products.setDiscarded(row, false)
      const events = [eventOf(ProductRestored, new ProductRestored({ items: [named(answer)] }))]
      return { answer, change: changeOf(answer, row.version, ["discarded"]), events }
    })
  }
  return handlers
})
