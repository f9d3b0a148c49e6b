import { Cause, Effect, Pull, type Scope, Stream } from "effect"
import type { Checkpoint } from "../contract/ImportedProduct.ts"
import {
  type DelimitedFormat,
  DelimitedReader,
  type DelimitedRecord,
  type MalformedRecord,
  MAX_RECORD_BYTES
} from "./DelimitedReader.ts"
import { type ImportSource, ImportSourceFailed } from "./ImportSource.ts"
import type { ImportOptions } from "./OpenedImport.ts"

const LF = 0x0a
const BATCH_SIZE = 1_000
const BATCH_BYTES = 4 * 1_048_576

interface DelimitedBatch {
  readonly records: ReadonlyArray<DelimitedRecord | MalformedRecord>
  /** Where the next batch begins. */
  readonly checkpoint: Checkpoint
  /** Bytes read of the source as it lies there. */
  readonly bytesRead: number
}

export interface OpenedRecords {
  /** The fields of the first record, trimmed; none where lines are not split. */
  readonly columns: ReadonlyArray<string>
  readonly format: DelimitedFormat
  /** To be run once; ends with what was complete when the source failed, then fails. */
  readonly batches: Stream.Stream<DelimitedBatch, ImportSourceFailed>
}

/** A format, or how it is told from the first line of the source (or as much of that as a record may have). */
type FormatOrTeller = DelimitedFormat | ((firstLine: Buffer) => DelimitedFormat)

interface Feed {
  readonly format: DelimitedFormat
  readonly reader: DelimitedReader
  /** Pushes what the source gives next; false when there is no more, because it ended or failed. */
  readonly more: Effect.Effect<boolean>
  /** How the source ended. */
  readonly end: () => Effect.Effect<never, ImportSourceFailed | Cause.Done>
}

type BytesPull = Pull.Pull<ReadonlyArray<Uint8Array>, ImportSourceFailed>

/** What holds the first line, that line, and how the rest is pulled. */
const pullFirstLine = Effect.fnUntraced(function*(pull: BytesPull) {
  let head = Buffer.alloc(0)
  let rest: BytesPull = pull
  while (rest === pull && !head.includes(LF) && head.length <= MAX_RECORD_BYTES) {
    const chunks = yield* Pull.catchDone(pull, () => Effect.undefined)
    if (chunks === undefined) rest = Cause.done()
    else head = Buffer.concat([head, ...chunks])
  }
  const lineEnd = head.indexOf(LF)
  return { head, line: lineEnd === -1 ? head : head.subarray(0, lineEnd), rest }
})

const makeFeed = Effect.fnUntraced(function*(source: ImportSource, told: FormatOrTeller) {
  let pull: BytesPull = yield* Stream.toPull(source.bytes)
  let chunks: Iterator<Uint8Array> = [].values()
  let format: DelimitedFormat
  if (typeof told === "function") {
    const { head, line, rest } = yield* pullFirstLine(pull)
    chunks = [head].values()
    pull = rest
    format = told(line)
  } else format = told
  const reader = new DelimitedReader(format)
  let end: Effect.Effect<never, ImportSourceFailed | Cause.Done> | undefined
  // One chunk at a time: a pull may bring thousands, and the reader's memory is bounded by one.
  const pushNext = () => {
    const chunk = chunks.next()
    if (chunk.done !== true) reader.push(chunk.value)
    return chunk.done !== true
  }
  const more: Effect.Effect<boolean> = Effect.suspend(() => {
    if (pushNext()) return Effect.succeed(true)
    if (end !== undefined) return Effect.succeed(false)
    return Pull.matchEffect(pull, {
      onSuccess: (pulled) => {
        chunks = pulled.values()
        return Effect.succeed(pushNext())
      },
      onFailure: (cause) => {
        end = Effect.failCause(cause)
        return Effect.succeed(false)
      },
      onDone: () => {
        reader.end()
        end = Cause.done()
        return Effect.succeed(true)
      }
    })
  })
  const feed: Feed = { format, reader, more, end: () => end ?? Cause.done() }
  return feed
})

/** Asks again with more bytes until there is an answer; undefined when the source ended without one. */
const until = Effect.fnUntraced(function*<A>(feed: Feed, ask: () => A | undefined) {
  for (;;) {
    const answer = ask()
    if (answer !== undefined) return answer
    if (!(yield* feed.more)) return yield* Pull.catchDone(feed.end(), () => Effect.undefined)
  }
})

const readColumns = Effect.fnUntraced(function*(feed: Feed, path: string) {
  if (feed.format.delimiter === null) return []
  const header = yield* until(feed, () => feed.reader.next())
  if (header === undefined) {
    return yield* new ImportSourceFailed({ reason: "empty", message: `${path}: the file is empty` })
  }
  if (header._tag === "Malformed") {
    return yield* new ImportSourceFailed({
      reason: "not_delimited",
      message: `${path}: the first line is no header (${header.detail})`
    })
  }
  return header.fields.map((field) => field.trim())
})

const passTo = Effect.fnUntraced(function*({ feed, path }: { feed: Feed; path: string }, place: Checkpoint) {
  const { reader } = feed
  const reached = yield* until(feed, () => {
    reader.passTo(place.offset)
    return reader.offset >= place.offset ? true : undefined
  })
  const here = reader.checkpoint()
  if (reached === undefined || here.offset !== place.offset || here.sha256 !== place.sha256) {
    return yield* new ImportSourceFailed({
      reason: "changed",
      message: `${path}: the file has changed before byte ${place.offset}, where the last run stopped`
    })
  }
})

/**
 * Reads the header and passes over what an earlier run has read; the rest comes in batches. Written beside
 * `effect/encoding/Csv` because that fails as a whole at the first bad record and does not tell byte offsets.
 */
export const openRecords = Effect.fnUntraced(function*(
  source: ImportSource,
  format: FormatOrTeller,
  options: ImportOptions = {}
): Effect.fn.Return<OpenedRecords, ImportSourceFailed, Scope.Scope> {
  const { path } = source
  const feed = yield* makeFeed(source, format)
  const columns = yield* readColumns(feed, path)
  if (options.resumeAt !== undefined) yield* passTo({ feed, path }, options.resumeAt)
  const size = options.batchSize ?? BATCH_SIZE
  const { reader } = feed
  const nextBatch = Effect.gen(function*() {
    const begin = reader.offset
    const records: Array<DelimitedRecord | MalformedRecord> = []
    while (records.length < size) {
      const record = reader.next()
      if (record !== undefined) records.push(record)
      else if (!(yield* feed.more)) break
      if (record !== undefined && reader.offset - begin >= BATCH_BYTES) break
    }
    if (records.length === 0) return yield* feed.end()
    const batch: DelimitedBatch = { records, checkpoint: reader.checkpoint(), bytesRead: source.bytesRead() }
    return [batch] as const
  })
  return { columns, format: feed.format, batches: Stream.fromPull(Effect.succeed(nextBatch)) }
})
