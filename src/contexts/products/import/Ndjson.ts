import { Effect, Stream } from "effect"
import { openRecords } from "./DelimitedRecords.ts"
import { openSource } from "./ImportSource.ts"
import { makeMapper } from "./NdjsonMapping.ts"
import type { Open } from "./OpenedImport.ts"

/** Opens NDJSON: on each line the body that would create a product, with references by id or by name. */
export const open: Open = Effect.fn("Ndjson.open")(function*(path, options = {}) {
  const source = yield* openSource(path)
  const { batches } = yield* openRecords(source, { delimiter: null, quoted: false }, options)
  const map = makeMapper(options.earlierNames ?? false)
  return {
    totalBytes: source.totalBytes,
    batches: Stream.map(batches, ({ records, ...batch }) => ({ ...batch, elements: records.map(map) }))
  }
})
