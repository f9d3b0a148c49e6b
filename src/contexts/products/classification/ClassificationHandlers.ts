import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import { matches, VersionMismatch } from "../../../kernel/contract/Concurrency.ts"
import { eventOf } from "../../../kernel/contract/Event.ts"
import { InvalidRequest } from "../../../kernel/contract/Problems.ts"
import { faultsOf } from "../../../kernel/faults.ts"
import { mergePatch } from "../../../kernel/mergePatch.ts"
import {
  ClassificationId,
  ClassificationInput,
  ClassificationInUse,
  type ClassificationKind,
  ClassificationNotFound,
  defaultRank,
  SourceInput,
  SourceIsBuiltIn,
  type SourcePatch
} from "../contract/Classification.ts"
import type { ClassificationCommand } from "../contract/ClassificationCommands.ts"
import { ClassificationChanged, ProductChanged } from "../contract/ProductEvents.ts"
import { ReferenceUnknown } from "../contract/ProductProblems.ts"
import { changedItem } from "../product/changedItem.ts"
import { itemEvents } from "../product/itemEvents.ts"
import { type ClassificationRecord, ClassificationRepo } from "./ClassificationRepo.ts"
import { classificationAnswers, type ClassificationRow } from "./ClassificationRow.ts"

const options = { errors: "all", onExcessProperty: "error", reportInput: true } as const
const decodeSource = Schema.decodeUnknownEffect(SourceInput, options)
const decodeOther = Schema.decodeUnknownEffect(ClassificationInput, options)

const recordOf = (input: SourceInput): ClassificationRecord => ({
  name: input.name,
  description: input.description ?? null,
  rank: input.rank ?? defaultRank,
  licence: input.licence ?? null,
  attribution: input.attribution ?? null,
  url: input.url ?? null
})

const recordFields = ["name", "description", "rank", "licence", "attribution", "url"] as const

/** The body that would create it: what a merge patch changes. */
const documentOf = (kind: ClassificationKind, row: ClassificationRow) => {
  const { attribution, description, licence, name, rank, url } = row
  return kind === "source" ? { name, description, rank, licence, attribution, url } : { name, description }
}

const patched = (kind: ClassificationKind, row: ClassificationRow, patch: SourcePatch) => {
  const document = mergePatch(documentOf(kind, row), patch)
  return (kind === "source" ? decodeSource(document) : decodeOther(document)).pipe(
    Effect.mapBoth({
      onSuccess: recordOf,
      onFailure: ({ issue }) => new InvalidRequest({ errors: faultsOf(issue, "pointer") })
    })
  )
}

/** The change as the audit log tells it. */
const changeOf = (
  kind: ClassificationKind,
  { id, version }: ClassificationRow,
  versionBefore: number | null,
  changedFields: ReadonlyArray<string>
) => ({ target: { type: kind, id }, versionBefore, versionAfter: version, changedFields })

type Told = (typeof ClassificationChanged.Type)["items"][number]

const told = (item: Told) => eventOf(ClassificationChanged, new ClassificationChanged({ items: [item] }))

export const classificationHandlers = Effect.gen(function*() {
  const classifications = yield* ClassificationRepo
  const answered = yield* classificationAnswers

  const answer = (row: ClassificationRow) =>
    Effect.flatMap(
      answered([row]),
      ([found]) => found === undefined ? Effect.die("an answer is missing") : Effect.succeed(found)
    )

  const checked = Effect.fnUntraced(function*(row: ClassificationRow | undefined, ifMatch: string | undefined) {
    if (row === undefined) return yield* new ClassificationNotFound({})
    if (!matches(ifMatch, row.version)) return yield* new VersionMismatch({ currentVersion: row.version })
    return row
  })
  const locked = (kind: ClassificationKind, id: ClassificationId, ifMatch: string | undefined) =>
    Effect.flatMap(classifications.lock(kind, id), (row) => checked(row, ifMatch))

  /** Moves the products to another one of the kind, which must be live; the events that tell of them, and how many are live. */
  const reassigned = Effect.fnUntraced(function*(
    kind: ClassificationKind,
    from: ClassificationId,
    to: ClassificationRow | undefined
  ) {
    if (to === undefined || to.discarded || to.id === from) {
      const detail = `leads to no other live ${kind}`
      return yield* new ReferenceUnknown({ errors: [{ parameter: "reassignTo", code: "reference_unknown", detail }] })
    }
    const moved = yield* classifications.reassign(kind, from, to.id)
    const changed = moved.map(({ id, version }) => changedItem(id, version, [kind]))
    return {
      count: moved.filter(({ discarded }) => !discarded).length,
      moved: moved.length,
      events: itemEvents(changed, (items) => eventOf(ProductChanged, new ProductChanged({ items })))
    }
  })

  const unused = Effect.fnUntraced(function*(kind: ClassificationKind, id: ClassificationId) {
    const count = yield* classifications.uses(kind, id)
    return count > 0 ? yield* new ClassificationInUse({ count }) : { count, moved: 0, events: [] }
  })

  const handlers: Handlers<ClassificationCommand> = {
    "products/CreateClassification": Effect.fnUntraced(function*({ input, kind }, actor) {
      const id = ClassificationId.make(SecureRandom.uuidV7Unsafe())
      const row = yield* classifications.insert(kind, id, recordOf(input), actor.userId)
      const events = [told({ kind, id, change: "created", productCount: row.productCount })]
      return { answer: yield* answer(row), change: changeOf(kind, row, null, Object.keys(input)), events }
    }),

    "products/UpdateClassification": Effect.fnUntraced(function*({ id, ifMatch, kind, patch }) {
      const row = yield* locked(kind, id, ifMatch)
      if (row.discarded) return yield* new ClassificationNotFound({ detail: "It was deleted: restore it first." })
      const record = yield* patched(kind, row, patch)
      const before = recordOf(row)
      const fields = recordFields.filter((field) => before[field] !== record[field])
      if (fields.length === 0) return { answer: yield* answer(row) }
      const updated = yield* classifications.update(kind, row, record)
      const events = [told({ kind, id, change: "updated", productCount: updated.productCount })]
      return { answer: yield* answer(updated), change: changeOf(kind, updated, row.version, fields), events }
    }),

    "products/DeleteClassification": Effect.fnUntraced(function*({ id, ifMatch, kind, reassignTo }) {
      const ids = reassignTo === undefined ? [id] : [id, reassignTo]
      const rows = yield* classifications.lockForDeletion(kind, ids)
      const row = yield* checked(rows.find((each) => each.id === id), ifMatch)
      if (row.discarded) return yield* new ClassificationNotFound({ detail: "It is deleted already." })
      if (row.key !== null) return yield* new SourceIsBuiltIn({})
      const { count, events, moved } = reassignTo === undefined
        ? yield* unused(kind, id)
        : yield* reassigned(kind, id, rows.find((each) => each.id === reassignTo))
      const deleted = yield* classifications.delete(kind, row)
      const change = { kind, id, change: "deleted", productCount: count } as const
      return {
        answer: undefined,
        change: changeOf(kind, deleted, row.version, ["discarded", ...moved === 0 ? [] : [`${moved} products`]]),
        events: [told(reassignTo === undefined ? change : { ...change, reassignedTo: reassignTo }), ...events]
      }
    }),

    "products/RestoreClassification": Effect.fnUntraced(function*({ id, ifMatch, kind }) {
      const row = yield* locked(kind, id, ifMatch)
      if (!row.discarded) return { answer: yield* answer(row) }
      const restored = yield* classifications.restore(kind, row)
      const events = [told({ kind, id, change: "restored", productCount: restored.productCount })]
      return { answer: yield* answer(restored), change: changeOf(kind, restored, row.version, ["discarded"]), events }
    })
  }
  return handlers
})
