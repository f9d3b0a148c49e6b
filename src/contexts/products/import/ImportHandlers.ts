import { Array as Arr, Effect } from "effect"
import type { Handlers } from "../../../kernel/CommandBus.ts"
import type { ImportRun } from "../contract/ImportedProduct.ts"
import type { FinishImport, ImportBatch } from "../contract/ProductCommands.ts"
import { decideBatch, type PlacedRecord } from "./BatchDecision.ts"
import { originKey, type StoredProduct, toRecord } from "./ImportDecision.ts"
import { placeRecords } from "./ImportReferences.ts"
import { ImportRepo } from "./ImportRepo.ts"
import { classificationEvents, eventsOf, reportAfter } from "./ImportReporting.ts"

const changeOf = ({ id }: ImportRun, count: number) => ({
  target: { type: "import", id },
  versionBefore: null,
  versionAfter: null,
  changedFields: [`${count} products`]
})

/** So few rows at a time that what is made of them on the way to the database is soon gone. */
const rowsAtOnce = 200

const inChunks = <A, E>(items: ReadonlyArray<A>, write: (chunk: ReadonlyArray<A>) => Effect.Effect<void, E>) =>
  Effect.forEach(Arr.chunksOf(items, rowsAtOnce), write, { discard: true })

const isPlaced = (place: object): place is PlacedRecord => "next" in place

export const importHandlers = Effect.gen(function*() {
  const imports = yield* ImportRepo

  /** What the catalogue knows of the origins and barcodes of these records, held so that one batch at a time writes to a source. */
  const known = Effect.fnUntraced(function*(placed: ReadonlyArray<PlacedRecord>) {
    yield* imports.lockSources([...new Set(placed.map(({ next }) => next.sourceId))].toSorted())
    const stored = yield* imports.stored(placed.map(({ next }) => next))
    const barcodes = placed.flatMap(({ next: { barcode, sourceId } }) =>
      typeof barcode === "string" ? [{ barcode, sourceId }] : []
    )
    return { stored, holders: barcodes.length === 0 ? [] : yield* imports.holders(barcodes) }
  })

  const handlers: Handlers<ImportBatch | FinishImport> = {
    "products/ImportBatch": Effect.fnUntraced(function*({ before, checkpoint, elements, run, tried }, actor) {
      const { made, places, sourceNames } = yield* placeRecords(imports, elements, run.format, actor.userId)
      const placed = places.filter(isPlaced)
      const stored = yield* known(placed)
      const decided = decideBatch(placed, stored, run, tried)
      const toRow = (product: StoredProduct) => toRecord(product, actor.userId)
      if (decided.released.length > 0) yield* imports.release(decided.released)
      yield* inChunks(decided.created, (chunk) => imports.create(chunk.map(toRow)))
      yield* inChunks(decided.updated, (chunk) => imports.update(chunk.map(toRow)))
      const good = decided.elements.values()
      const judged = places.flatMap((place) => isPlaced(place) ? good.next().value ?? [] : [place])
      const report = reportAfter(before, judged, decided.outcomes)
      yield* imports.saveRun(run, checkpoint, report, actor.userId)
      const answer = { report, elements: judged }
      const count = decided.created.length + decided.updated.length
      if (count === 0 && made.size === 0) return { answer }
      const storedBefore = new Map(stored.stored.map((each) => [originKey(each), each]))
      const events = [
        ...classificationEvents(made, decided),
        ...eventsOf(decided, storedBefore, toRow, sourceNames)
      ]
      return { answer, change: changeOf(run, count), events }
    }),
    "products/FinishImport": ({ run }) => Effect.as(imports.finishRun(run.id), { answer: undefined })
  }
  return handlers
})
