import { Effect, FileSystem, Path, type Scope, type Stdio, Stream } from "effect"
import type { DelimitedRecord } from "./DelimitedReader.ts"
import { openRecords } from "./DelimitedRecords.ts"
import { fromPlatform, ImportSourceFailed, openSource } from "./ImportSource.ts"

type ReadNeeds = FileSystem.FileSystem | Stdio.Stdio | Scope.Scope

/** The files of a folder by these names, plain or .gz; undefined where the path is no folder. */
export const filesOf = Effect.fnUntraced(function*<Names extends string>(
  path: string,
  wanted: ReadonlyArray<Names>
): Effect.fn.Return<
  { readonly [N in Names]: string } | undefined,
  ImportSourceFailed,
  FileSystem.FileSystem | Path.Path
> {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  if (path === "-") return undefined
  const { type } = yield* fs.stat(path).pipe(Effect.mapError(fromPlatform(path)))
  if (type !== "Directory") return undefined
  const names = (yield* fs.readDirectory(path).pipe(Effect.mapError(fromPlatform(path)))).toSorted()
  const find = (table: string) => names.find((name) => [`${table}.csv`, `${table}.csv.gz`].includes(name.toLowerCase()))
  const missing = wanted.filter((table) => find(table) === undefined)
  if (missing.length > 0) {
    return yield* new ImportSourceFailed({
      reason: "missing_files",
      message: `${path}: the folder has no ${missing.map((table) => `${table}.csv`).join(", ")} (plain or .gz)`
    })
  }
  return byName(wanted, (table) => paths.join(path, find(table) ?? table))
})

function byName<Names extends string>(
  names: ReadonlyArray<Names>,
  make: (name: Names) => string
): { readonly [N in Names]: string }
function byName(names: ReadonlyArray<string>, make: (name: string) => string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, make(name)]))
}

/** Reads a table that is joined to another; a broken line in it fails, for a food would lose facts in silence. */
export const eachRow = Effect.fnUntraced(function*<A>(
  path: string,
  begin: (columns: ReadonlyArray<string>) => Effect.Effect<A, ImportSourceFailed>,
  take: (record: DelimitedRecord, begun: A) => void
): Effect.fn.Return<A, ImportSourceFailed, ReadNeeds> {
  const source = yield* openSource(path)
  const { batches, columns } = yield* openRecords(source, { delimiter: ",", quoted: true })
  const begun = yield* begin(columns)
  yield* Stream.runForEach(batches, ({ records }) => {
    for (const record of records) {
      if (record._tag === "Malformed") {
        return new ImportSourceFailed({
          reason: "not_delimited",
          message: `${path}: line ${record.line} cannot be read (${record.detail})`
        })
      }
      take(record, begun)
    }
    return Effect.void
  })
  return begun
})
