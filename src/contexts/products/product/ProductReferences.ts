import { ClassificationId, type ClassificationKind } from "../contract/Classification.ts"
import type { Referable } from "./ProductRepo.ts"

/** A member of a body that names a classification. */
export interface Reference {
  readonly pointer: string
  readonly kind: ClassificationKind
  readonly id: string | null | undefined
}

type Referring = {
  readonly [M in "sourceId" | "brandId" | "categoryId" | "parentCategoryId" | "foodGroupId" | "processTypeId"]?:
    | string
    | null
}

/** What an input refers to; `at` is where it stands in the body. */
export const referencesOf = (input: Referring, at = ""): ReadonlyArray<Reference> => [
  { pointer: `${at}/sourceId`, kind: "source", id: input.sourceId },
  { pointer: `${at}/brandId`, kind: "brand", id: input.brandId },
  { pointer: `${at}/categoryId`, kind: "category", id: input.categoryId },
  { pointer: `${at}/parentCategoryId`, kind: "parentCategory", id: input.parentCategoryId },
  { pointer: `${at}/foodGroupId`, kind: "foodGroup", id: input.foodGroupId },
  { pointer: `${at}/processTypeId`, kind: "processType", id: input.processTypeId }
]

/** What is to be looked up, each thing once. */
export const given = (references: ReadonlyArray<Reference>): ReadonlyArray<Referable> => {
  const wanted = new Map<string, Referable>()
  for (const { id, kind } of references) {
    if (typeof id === "string") wanted.set(`${kind} ${id}`, { id: ClassificationId.make(id), kind })
  }
  return [...wanted.values()]
}

/** A fault for each reference that does not lead to a live classification of its kind. */
export const unknownReferences = (references: ReadonlyArray<Reference>, found: ReadonlyArray<Referable>) => {
  const live = new Set(found.map(({ id, kind }) => `${kind} ${id}`))
  return references.flatMap(({ id, kind, pointer }) =>
    typeof id !== "string" || live.has(`${kind} ${id}`)
      ? []
      : [{ pointer, code: "reference_unknown", detail: `leads to no live ${kind}` }]
  )
}
