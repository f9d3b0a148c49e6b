import type * as Stream from "effect/Stream"
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
  /** Records per batch, 1,000 unless given; a batch also ends when it has passed 8 MiB. */
  readonly batchSize?: number | undefined
  readonly resumeAt?: Checkpoint | undefined
}

/** A source whose header was found good. `batches` reads it once, inside the scope in which it was opened. */
export interface OpenedImport {
  /** Size of the file as it lies there; undefined for a pipe. */
  readonly totalBytes: number | undefined
  readonly batches: Stream.Stream<ImportBatch, ImportSourceFailed>
}
