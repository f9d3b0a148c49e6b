import { Effect, Stream } from "effect"
import type { DelimitedFormat } from "./DelimitedReader.ts"
import { openRecords } from "./DelimitedRecords.ts"
import { findColumns } from "./findColumns.ts"
import { openSource } from "./ImportSource.ts"
import { makeMapper, mapDocument } from "./OffMapping.ts"
import type { Open } from "./OpenedImport.ts"

/** JSONL begins with a brace; of the exports, the one with tabs is not quoted. */
const formatOf = (firstLine: Buffer): DelimitedFormat => {
  const text = firstLine.toString("utf8").replace(/^\ufeff/, "").trimStart()
  if (text.startsWith("{")) return { delimiter: null, quoted: false }
  return text.includes("\t") ? { delimiter: "\t", quoted: false } : { delimiter: ",", quoted: true }
}

/** Opens Open Food Facts: an export with tabs or commas, or documents as JSONL. */
export const open: Open = Effect.fn("Off.open")(function*(path, options = {}) {
  const source = yield* openSource(path)
  const { batches, columns, format } = yield* openRecords(source, formatOf, options)
  if (format.delimiter !== null) yield* findColumns(source, columns, ["code", "product_name"])
  const map = format.delimiter === null ? mapDocument : makeMapper(columns)
  return {
    totalBytes: source.totalBytes,
    batches: Stream.map(batches, ({ records, ...batch }) => ({ ...batch, elements: records.map(map) }))
  }
})
