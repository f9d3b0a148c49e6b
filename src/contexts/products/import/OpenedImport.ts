import type { Effect, FileSystem, Path, Scope, Stdio, Stream } from "effect"
import type { Checkpoint, ImportElement } from "../contract/ImportedProduct.ts"
import type { ImportSourceFailed } from "./ImportSource.ts"

interface ImportBatch {
  readonly elements: ReadonlyArray<ImportElement>
  /** Where the next batch begins. */
  readonly checkpoint: Checkpoint
  /** Bytes read of the file as it lies there (compressed), for progress against `totalBytes`. */
  readonly bytesRead: number
}

export interface ImportOptions {
  /** Records per batch, 1,000 unless given; a batch also ends when it has passed 4 MiB. */
  readonly batchSize?: number | undefined
  readonly resumeAt?: Checkpoint | undefined
  /** Whether names and units are those of the earlier system, and 0 is unknown (ndjson only). */
  readonly earlierNames?: boolean | undefined
}

/** A source whose header was found good. `batches` reads it once, inside the scope in which it was opened. */
interface OpenedImport {
  /** Size of the file as it lies there; undefined for a pipe. */
  readonly totalBytes: number | undefined
  readonly batches: Stream.Stream<ImportBatch, ImportSourceFailed>
}

/** Opens a source of one format. Fails for what can be seen at once; what comes later fails in the stream. */
export type Open = (
  path: string,
  options?: ImportOptions
) => Effect.Effect<
  OpenedImport,
  ImportSourceFailed,
  FileSystem.FileSystem | Path.Path | Stdio.Stdio | Scope.Scope
>
