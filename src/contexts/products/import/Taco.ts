import { Effect, Stream } from "effect"
import type { DelimitedRecord } from "./DelimitedReader.ts"
import { openRecords } from "./DelimitedRecords.ts"
import { findColumns } from "./findColumns.ts"
import { openSource } from "./ImportSource.ts"
import type { Open } from "./OpenedImport.ts"
import { eachRow, filesOf } from "./SideTable.ts"
import { foodColumns, type JoinedTable, makeMapper, numberColumn } from "./TacoMapping.ts"

const main = "original-cmvcol"
const joined = ["formatados-acidos-graxos", "formatados-aminoacidos"] as const

const readJoined = Effect.fnUntraced(function*(path: string) {
  const rows = new Map<string, DelimitedRecord>()
  const columns = yield* Effect.scoped(
    eachRow(
      path,
      (columns) => Effect.as(findColumns({ path }, columns, [numberColumn]), columns),
      (record, columns) => void rows.set(record.fields[columns.indexOf(numberColumn)]?.trim() ?? "", record)
    )
  )
  const table: JoinedTable = { columns, rows }
  return table
})

/** Opens TACO: its table of foods, or the folder that also has fatty acids and amino acids, which are read into memory. */
export const open: Open = Effect.fn("Taco.open")(function*(path, options = {}) {
  const files = yield* filesOf(path, [main, ...joined])
  const tables = files === undefined ? [] : yield* Effect.forEach(joined, (name) => readJoined(files[name]))
  const source = yield* openSource(files?.[main] ?? path)
  const { batches, columns } = yield* openRecords(source, { delimiter: ",", quoted: true }, options)
  yield* findColumns(source, columns, foodColumns, "beginning")
  const map = makeMapper(columns, tables)
  return {
    totalBytes: source.totalBytes,
    batches: Stream.map(batches, ({ records, ...batch }) => ({ ...batch, elements: records.map(map) }))
  }
})
