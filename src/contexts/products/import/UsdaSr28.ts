import { Effect, Stream } from "effect"
import { openRecords } from "./DelimitedRecords.ts"
import { findColumns } from "./findColumns.ts"
import { openSource } from "./ImportSource.ts"
import type { Open } from "./OpenedImport.ts"
import { filesOf } from "./SideTable.ts"
import { abbrevColumns, makeMapper } from "./UsdaSr28Mapping.ts"
import { readSideTables, sideTables } from "./UsdaSr28Tables.ts"

/** Opens USDA SR28: the ABBREV file, or the folder that also has food_des, fd_group and weight, which are read into memory. */
export const open: Open = Effect.fn("UsdaSr28.open")(function*(path, options = {}) {
  const files = yield* filesOf(path, ["abbrev", ...sideTables])
  const tables = files === undefined ? undefined : yield* readSideTables(files)
  const source = yield* openSource(files?.abbrev ?? path)
  const { batches, columns } = yield* openRecords(source, { delimiter: ",", quoted: true }, options)
  yield* findColumns(source, columns, abbrevColumns)
  const map = makeMapper(columns, tables)
  return {
    totalBytes: source.totalBytes,
    batches: Stream.map(batches, ({ records, ...batch }) => ({ ...batch, elements: records.map(map) }))
  }
})
