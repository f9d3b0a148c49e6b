import { Effect, FileSystem, Layer, Option, Ref, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import {
  emptyReport,
  type ImportElement,
  importFormats,
  rejectedCount
} from "../src/contexts/products/contract/ImportedProduct.ts"
import { type ImportProgress, ProductImports } from "../src/contexts/products/ProductImports.ts"
import { exitCodes } from "./failure.ts"
import { numbered, reportLines } from "./ImportReport.ts"
import { acting, as, CommandFailed, Ends, remark, result, Tools } from "./Operator.ts"

const shownRejects = 5

/** A line that is written over itself, on a terminal only. */
const drawProgress = ({ bytesRead, report, totalBytes }: ImportProgress) =>
  Effect.sync(() => {
    if (!process.stderr.isTTY) return
    const share = totalBytes === undefined || totalBytes === 0 ? "" : `${Math.floor(100 * bytesRead / totalBytes)} %  `
    process.stderr.write(`\r\u001b[K${share}${numbered(report.read)} records`)
  })

const endProgress = Effect.sync(() => {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K")
})

/** The lines of a batch for a file: of each record, numbered from 1 in its source, what `tell` says of it. */
const linesOf = (
  { before, elements }: ImportProgress,
  tell: (record: ImportElement["record"]) => ReadonlyArray<object>
) =>
  elements.flatMap(({ line, record }, index) =>
    tell(record).map((told) =>
      JSON.stringify({ record: before.read + index + 1, line, sourceRef: record.sourceRef, ...told })
    )
  )

const rejectLines = (progress: ImportProgress) =>
  linesOf(
    progress,
    (record) =>
      record._tag === "RejectedRecord" ? [{ reason: record.reason, detail: record.detail, raw: record.raw }] : []
  )

const warningLines = (progress: ImportProgress) =>
  linesOf(progress, (record) => record._tag === "RejectedRecord" ? [] : record.warnings)

type Write = (progress: ImportProgress) => Effect.Effect<void, CommandFailed>

/** Tells the first few rejects on stderr, where there is no file for them. */
const tellRejects: Write = ({ before, elements }) =>
  Effect.forEach(
    elements.flatMap(({ record }) => record._tag === "RejectedRecord" ? [record] : [])
      .slice(0, Math.max(0, shownRejects - rejectedCount(before))),
    ({ detail, line, reason }) => remark(`line ${line}: ${reason}: ${detail}`),
    { discard: true }
  )

/** A file may be overwritten if it is one of ours: empty, or NDJSON. */
const isOurs = Effect.fnUntraced(function*(fs: FileSystem.FileSystem, path: string) {
  if (!(yield* fs.exists(path))) return true
  const { size, type } = yield* fs.stat(path)
  return type === "File" && (size === 0n || (yield* fs.readFileString(path)).startsWith("{\"record\":"))
})

/** Writes lines of each batch to a file, which is begun when the first batch has come through. */
const writer = Effect.fnUntraced(function*(
  flag: "rejects" | "warnings",
  path: string,
  append: boolean,
  lines: (progress: ImportProgress) => ReadonlyArray<string>
) {
  const fs = yield* FileSystem.FileSystem
  const unusable = (reason: string) => new CommandFailed({ message: `${path}: ${reason}` })
  const fits = yield* isOurs(fs, path).pipe(Effect.mapError((error) => unusable(error.message)))
  if (!fits) {
    return yield* unusable(`is not a file of ${flag}, and would be overwritten: name another one for --${flag}`)
  }
  let begun = append
  const write: Write = (progress) =>
    Effect.suspend(() => {
      const options = { flag: begun ? "a" : "w" } as const
      begun = true
      return fs.writeFileString(path, lines(progress).map((line) => `${line}\n`).join(""), options)
    }).pipe(Effect.mapError((error) => unusable(`cannot be written (${error.reason._tag})`)))
  return write
})

const flags = {
  path: Argument.String("path").pipe(
    Argument.withDescription("A file, a folder, or - for stdin; .gz is told by content")
  ),
  format: Flag.Literals("format", importFormats).pipe(Flag.withDescription("What the source is")),
  batch: Flag.Int("batch").pipe(
    Flag.withDescription("Records in one transaction, 1 to 10,000"),
    Flag.withDefault(1000)
  ),
  rejects: Flag.String("rejects").pipe(
    Flag.withDescription("Write rejected records to this NDJSON file"),
    Flag.optional
  ),
  warnings: Flag.String("warnings").pipe(
    Flag.withDescription("Write values that were left out or changed to this NDJSON file"),
    Flag.optional
  ),
  dryRun: Flag.Boolean("dry-run").pipe(Flag.withDescription("Do everything but keep it"), Flag.withDefault(false)),
  resume: Flag.Boolean("resume").pipe(
    Flag.withDescription("Go on where the last run over this path stopped"),
    Flag.withDefault(false)
  ),
  overwrite: Flag.Boolean("overwrite").pipe(
    Flag.withDescription("Overwrite fields that a person set, too"),
    Flag.withDefault(false)
  ),
  earlierNames: Flag.Boolean("earlier-names").pipe(
    Flag.withDescription("Take the earlier system's names and units of nutrients, and 0 as unknown (ndjson)"),
    Flag.withDefault(false)
  ),
  strict: Flag.Boolean("strict").pipe(
    Flag.withDescription("Exit with 2 if a record was rejected"),
    Flag.withDefault(false)
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print the report as JSON"), Flag.withDefault(false)),
  as
}

/** `products import`: exit 0 at the end of the source, 2 with --strict and rejects, 1 where it could not go on. */
export const importProducts = Command.make("import", flags, (options) =>
  Effect.gen(function*() {
    if (options.batch < 1 || options.batch > 10_000) {
      return yield* new CommandFailed({ message: "--batch must be from 1 to 10000" })
    }
    if (options.earlierNames && options.format !== "ndjson") {
      return yield* new CommandFailed({ message: "--earlier-names is for --format ndjson" })
    }
    const imports = yield* ProductImports
    const last = yield* Ref.make(emptyReport)
    const writeRejects = Option.isNone(options.rejects)
      ? tellRejects
      : yield* writer("rejects", options.rejects.value, options.resume, rejectLines)
    const writeWarnings = Option.isNone(options.warnings)
      ? undefined
      : yield* writer("warnings", options.warnings.value, options.resume, warningLines)
    const print = Effect.flatMap(
      Ref.get(last),
      (report) => options.json ? result(JSON.stringify(report)) : result(reportLines(report).join("\n"))
    )
    yield* imports.run({ ...options, batchSize: options.batch }).pipe(
      Stream.runForEach((progress) =>
        Effect.gen(function*() {
          if (progress.before.read > 0 && (yield* Ref.get(last)).read === 0) {
            yield* remark(`resumed after ${numbered(progress.before.read)} records`)
          }
          yield* Ref.set(last, progress.report)
          yield* endProgress
          yield* writeRejects(progress)
          if (writeWarnings !== undefined) yield* writeWarnings(progress)
          yield* drawProgress(progress)
        })
      ),
      Effect.ensuring(endProgress),
      Effect.tapCause(() =>
        Effect.gen(function*() {
          const { read } = yield* Ref.get(last)
          if (read > 0 && !options.dryRun) {
            yield* remark(`${numbered(read)} records were kept; --resume goes on after them`)
          }
        })
      )
    )
    const untold = Option.isNone(options.rejects) ? rejectedCount(yield* Ref.get(last)) - shownRejects : 0
    if (untold > 0) yield* remark(`and ${numbered(untold)} more: --rejects PATH writes all of them to a file`)
    if (options.dryRun) yield* remark("dry run: nothing was kept")
    yield* print
    if (options.strict && rejectedCount(yield* Ref.get(last)) > 0) return yield* new Ends({ code: exitCodes.rejects })
  }).pipe(
    acting(options.as),
    Effect.scoped,
    Effect.provide(ProductImports.layer.pipe(Layer.provideMerge(Tools)))
  )).pipe(
    Command.withDescription("Import foods"),
    Command.withExamples([
      {
        command: "products import --format usda-sr28 usda-sr28",
        description: "The USDA tables in a folder"
      }
    ])
  )
