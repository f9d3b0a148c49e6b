import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { UserId } from "../../../kernel/contract/Rights.ts"
import type { ClassificationId, ClassificationKind } from "../contract/Classification.ts"
import type {
  ImportedProduct,
  ImportedReference,
  ImportElement,
  ImportFormat,
  ImportWarning
} from "../contract/ImportedProduct.ts"
import { type GoodElement, type PlacedRecord, warned } from "./BatchDecision.ts"
import type { FoundClassification, ImportRepo, NamedClassification } from "./ImportRepo.ts"
import { rejectedElement } from "./RecordMapping.ts"

const kinds = ["brand", "category", "parentCategory", "foodGroup", "processType"] as const satisfies ReadonlyArray<
  ClassificationKind
>

/** The source of a format's records that name none. */
const ownSource = (format: ImportFormat): string => format === "ndjson" ? "manual" : format

interface Reference {
  readonly kind: ClassificationKind
  readonly to: ImportedReference
}

const referencesOf = (record: ImportedProduct, format: ImportFormat): ReadonlyArray<Reference> => [
  { kind: "source", to: record.source ?? ownSource(format) },
  ...kinds.flatMap((kind) => {
    const to = record[kind]
    return to === null ? [] : [{ kind, to }]
  })
]

const keyOf = (kind: ClassificationKind, to: ImportedReference) =>
  typeof to === "string" ? `${kind} ${to}` : `${kind} #${to.id}`

type Found = ReadonlyMap<string, FoundClassification>

/** What the references of a batch lead to; a name that is not there yet is made, an id is not. */
const find = Effect.fnUntraced(function*(
  imports: ImportRepo["Service"],
  references: ReadonlyArray<Reference>,
  author: UserId | null
): Effect.fn.Return<Found, SqlError.SqlError> {
  const named = new Map<string, NamedClassification>()
  const ids = new Set<ClassificationId>()
  for (const { kind, to } of references) {
    if (typeof to === "string") named.set(keyOf(kind, to), { kind, name: to })
    else ids.add(to.id)
  }
  const byName = named.size === 0 ? [] : yield* imports.classify([...named.values()], author)
  const byId = ids.size === 0 ? [] : yield* imports.live([...ids])
  return new Map([
    ...byName.map((each) => [keyOf(each.kind, each.name), each] as const),
    ...byId.map((each) => [keyOf(each.kind, { id: each.id }), each] as const)
  ])
})

const place = (element: GoodElement, found: Found, format: ImportFormat): PlacedRecord | ImportElement => {
  const {
    _tag,
    brand,
    category,
    foodGroup,
    parentCategory,
    processType,
    source,
    sourceRef,
    warnings: _warnings,
    ...facts
  } = element.record
  const from = source ?? ownSource(format)
  const sourceId = found.get(keyOf("source", from))?.id
  if (sourceId === undefined) {
    const detail = "sourceId leads to no live source"
    return rejectedElement(element, { sourceRef, reason: "missing_ref", detail })
  }
  const missing: Array<ImportWarning> = []
  const idOf = (kind: ClassificationKind, to: ImportedReference | null) => {
    if (to === null) return null
    const id = found.get(keyOf(kind, to))?.id
    if (id === undefined) {
      missing.push({ code: "value_unreadable", field: `${kind}Id`, detail: `leads to no live ${kind}` })
    }
    return id ?? null
  }
  const next = {
    ...facts,
    sourceId,
    sourceRef,
    brandId: idOf("brand", brand),
    categoryId: idOf("category", category),
    parentCategoryId: idOf("parentCategory", parentCategory),
    foodGroupId: idOf("foodGroup", foodGroup),
    processTypeId: idOf("processType", processType)
  }
  return { element: warned(element, missing), source: keyOf("source", from), next }
}

const isGood = (element: ImportElement): element is GoodElement => element.record._tag === "ImportedProduct"

/** The elements in their order, the good ones placed; besides, what the sources are called elsewhere, and what was made. */
export const placeRecords = Effect.fnUntraced(function*(
  imports: ImportRepo["Service"],
  elements: ReadonlyArray<ImportElement>,
  format: ImportFormat,
  author: UserId | null
) {
  const references = elements.filter(isGood).flatMap(({ record }) => referencesOf(record, format))
  const found = yield* find(imports, references, author)
  const places = elements.map((element) => isGood(element) ? place(element, found, format) : element)
  const sourceNames = new Map([...found.values()].map(({ id, key }) => [id, key ?? id]))
  const made = new Map([...found.values()].flatMap((each) => each.made ? [[each.id, each.kind] as const] : []))
  return { places, sourceNames, made }
})
