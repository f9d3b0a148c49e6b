import { Effect, FileSystem, Path, Stream } from "effect"
import { openRecords } from "./DelimitedRecords.ts"
import { findColumns } from "./findColumns.ts"
import { fromPlatform, ImportSourceFailed, openSource } from "./ImportSource.ts"
import type { Open } from "./OpenedImport.ts"
import { abbrevColumns, makeMapper } from "./UsdaSr28Mapping.ts"
import { readSideTables, type SideTablePaths } from "./UsdaSr28Tables.ts"

interface Files {
  readonly abbrev: string
  /** Only beside ABBREV in a folder. */
  readonly tables?: SideTablePaths
}

const findFiles = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<Files, ImportSourceFailed, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  if (path === "-") return { abbrev: path }
  const { type } = yield* fs.stat(path).pipe(Effect.mapError(fromPlatform(path)))
  if (type !== "Directory") return { abbrev: path }
  const names = yield* fs.readDirectory(path).pipe(Effect.mapError(fromPlatform(path)))
  const missing: Array<string> = []
  const find = (table: string) => {
    const name = names.toSorted().find((name) => [`${table}.csv`, `${table}.csv.gz`].includes(name.toLowerCase()))
    if (name === undefined) missing.push(`${table}.csv`)
    return paths.join(path, name ?? table)
  }
  const abbrev = find("abbrev")
  const tables = { food_des: find("food_des"), fd_group: find("fd_group"), weight: find("weight") }
  if (missing.length === 0) return { abbrev, tables }
  return yield* new ImportSourceFailed({
    reason: "missing_files",
    message: `${path}: the folder has no ${missing.join(", ")} (plain or .gz)`
  })
})

/**
 * Opens USDA SR28: the ABBREV file (`-` is stdin), or the folder that also has food_des, fd_group and weight, which are
 * read into memory. Fails here for what can be seen at once, and in the stream for what comes later.
 */
export const open: Open = Effect.fn("UsdaSr28.open")(function*(path, options = {}) {
  const files = yield* findFiles(path)
  const tables = files.tables === undefined ? undefined : yield* Effect.scoped(readSideTables(files.tables))
  const source = yield* openSource(files.abbrev)
  const { batches, columns } = yield* openRecords(source, { delimiter: ",", quoted: true }, options)
  yield* findColumns(source, columns, abbrevColumns)
  const map = makeMapper(columns, tables)
  return {
    totalBytes: source.totalBytes,
    batches: Stream.map(batches, ({ records, ...batch }) => ({ ...batch, elements: records.map(map) }))
  }
})
