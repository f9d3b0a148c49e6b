import * as NodeStream from "@effect/platform-node/NodeStream"
import { Data, Effect, FileSystem, type PlatformError, Pull, type Scope, Stdio, Stream } from "effect"
import { createGunzip } from "node:zlib"

export type SourceFailure =
  | "not_found"
  | "unreadable"
  | "empty"
  | "missing_files"
  | "not_delimited"
  | "wrong_header"
  | "cut_short"
  | "changed"

/** The source as a whole cannot be read (further); `message` is one line that names it. */
export class ImportSourceFailed extends Data.TaggedError("products/ImportSourceFailed")<{
  readonly reason: SourceFailure
  readonly message: string
}> {}

/** The decompressed bytes of a file or of stdin; to be read once. */
export interface ImportSource {
  readonly path: string
  readonly totalBytes: number | undefined
  readonly bytesRead: () => number
  readonly bytes: Stream.Stream<Uint8Array, ImportSourceFailed>
}

/** A failure of the platform as one that names the path. */
export const fromPlatform = (path: string) => (error: PlatformError.PlatformError): ImportSourceFailed =>
  error.reason._tag === "NotFound"
    ? new ImportSourceFailed({ reason: "not_found", message: `${path}: no such file or folder` })
    : new ImportSourceFailed({ reason: "unreadable", message: `${path}: cannot be read (${error.reason._tag})` })

const fromGunzip = (path: string) => (error: unknown): ImportSourceFailed =>
  error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR"
    ? new ImportSourceFailed({ reason: "cut_short", message: `${path}: the gzip data ends too early` })
    : new ImportSourceFailed({ reason: "not_delimited", message: `${path}: the gzip data is damaged` })

type BytesPull = Pull.Pull<ReadonlyArray<Uint8Array>, ImportSourceFailed>

/** The first chunk, of two bytes or more unless the source has fewer. */
const pullHead = Effect.fnUntraced(function*(pull: BytesPull) {
  let head = Buffer.alloc(0)
  while (head.length < 2) {
    const chunks = yield* Pull.catchDone(pull, () => Effect.undefined)
    if (chunks === undefined) break
    head = Buffer.concat([head, ...chunks])
  }
  return head
})

const rawBytes = Effect.fnUntraced(function*(path: string) {
  if (path === "-") {
    const stdio = yield* Stdio.Stdio
    return { totalBytes: undefined, raw: stdio.stdin }
  }
  const fs = yield* FileSystem.FileSystem
  const info = yield* fs.stat(path).pipe(Effect.mapError(fromPlatform(path)))
  if (info.type === "Directory") {
    return yield* new ImportSourceFailed({ reason: "unreadable", message: `${path}: is a folder, not a file` })
  }
  return { totalBytes: info.type === "File" ? Number(info.size) : undefined, raw: fs.stream(path) }
})

/** Opens a file, or stdin for `-`; gzip is told by the first two bytes. */
export const openSource = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<ImportSource, ImportSourceFailed, FileSystem.FileSystem | Stdio.Stdio | Scope.Scope> {
  const { raw, totalBytes } = yield* rawBytes(path)
  let bytesRead = 0
  const counted = raw.pipe(
    Stream.mapError(fromPlatform(path)),
    Stream.map((chunk) => {
      bytesRead += chunk.length
      return chunk
    })
  )
  const pull = yield* Stream.toPull(counted)
  const head = yield* pullHead(pull)
  const whole = Stream.concat(Stream.succeed<Uint8Array>(head), Stream.fromPull(Effect.succeed(pull)))
  const bytes = head[0] === 0x1f && head[1] === 0x8b
    ? NodeStream.pipeThroughDuplex(whole, {
      evaluate: () => createGunzip({ chunkSize: 65_536 }),
      chunkSize: 16,
      onError: fromGunzip(path)
    })
    : whole
  return { path, totalBytes, bytesRead: () => bytesRead, bytes }
})
