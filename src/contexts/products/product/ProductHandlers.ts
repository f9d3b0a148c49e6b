import { Effect } from "effect"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import type { ClassificationKind } from "../contract/Classification.ts"
import type { ProductInput } from "../contract/Product.ts"
import type { CreateProduct } from "../contract/ProductCommands.ts"
import { ReferenceUnknown } from "../contract/ProductProblems.ts"
import { recordOf } from "./ProductRecord.ts"
import { ProductRepo, type Referable } from "./ProductRepo.ts"

interface Reference {
  readonly member: string
  readonly kind: ClassificationKind
  readonly id: string | null | undefined
}

const referencesOf = (input: ProductInput): ReadonlyArray<Reference> => [
  { member: "sourceId", kind: "source", id: input.sourceId },
  { member: "brandId", kind: "brand", id: input.brandId },
  { member: "categoryId", kind: "category", id: input.categoryId },
  { member: "parentCategoryId", kind: "parentCategory", id: input.parentCategoryId },
  { member: "foodGroupId", kind: "foodGroup", id: input.foodGroupId },
  { member: "processTypeId", kind: "processType", id: input.processTypeId }
]

/** A fault for each reference that does not lead to a live classification of its kind. */
const unknownReferences = (references: ReadonlyArray<Reference>, found: ReadonlyArray<Referable>) =>
  references.flatMap(({ id, kind, member }) =>
    typeof id !== "string" || found.some((each) => each.id === id && each.kind === kind)
      ? []
      : [{ pointer: `/${member}`, code: "reference_unknown", detail: `leads to no live ${kind}` }]
  )

export const productHandlers = Effect.gen(function*() {
  const products = yield* ProductRepo

  const handlers: Handlers<CreateProduct> = {
    "products/CreateProduct": Effect.fnUntraced(function*({ input }, actor) {
      const references = referencesOf(input)
      const found = yield* products.referables(references.flatMap(({ id }) => typeof id === "string" ? [id] : []))
      const errors = unknownReferences(references, found)
      if (errors.length > 0) return yield* new ReferenceUnknown({ errors })
      const sourceId = input.sourceId ?? found.find(({ key }) => key === "manual")?.id
      if (sourceId === undefined) return yield* Effect.die("the source `manual` is missing")
      return yield* products.insert(recordOf(input, sourceId, actor.userId))
    })
  }
  return handlers
})
