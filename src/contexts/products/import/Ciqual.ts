import { Effect, Stream } from "effect"
import { ciqualColumns, makeMapper } from "./CiqualMapping.ts"
import type { DelimitedFormat } from "./DelimitedReader.ts"
import { openRecords } from "./DelimitedRecords.ts"
import { findColumns } from "./findColumns.ts"
import { openSource } from "./ImportSource.ts"
import type { Open } from "./OpenedImport.ts"

/** Published with commas or semicolons: the first column's name tells. */
const formatOf = (firstLine: Buffer): DelimitedFormat => ({
  delimiter: /^\W*alim_\w+"?;/.test(firstLine.toString("utf8")) ? ";" : ",",
  quoted: true
})

/** Opens the table of Ciqual. */
export const open: Open = Effect.fn("Ciqual.open")(function*(path, options = {}) {
  const source = yield* openSource(path)
  const { batches, columns } = yield* openRecords(source, formatOf, options)
  yield* findColumns(source, columns, ciqualColumns, "beginning")
  const map = makeMapper(columns)
  return {
    totalBytes: source.totalBytes,
    batches: Stream.map(batches, ({ records, ...batch }) => ({ ...batch, elements: records.map(map) }))
  }
})
