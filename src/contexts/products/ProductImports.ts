import { Context, Effect, type FileSystem, Layer, Path, type Stdio, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import type { CommandFailure } from "../../kernel/CommandBus.ts"
import type { CurrentCredential } from "../../kernel/contract/Rights.ts"
import {
  emptyReport,
  type ImportElement,
  type ImportFormat,
  type ImportReport,
  type ImportRun,
  type TriedImport
} from "./contract/ImportedProduct.ts"
import { FinishImport, ImportBatch } from "./contract/ProductCommands.ts"
import * as Ciqual from "./import/Ciqual.ts"
import { Fingerprints } from "./import/Fingerprints.ts"
import { ImportRepo } from "./import/ImportRepo.ts"
import { ImportRunQueries } from "./import/ImportRunQueries.ts"
import type { ImportSourceFailed } from "./import/ImportSource.ts"
import * as Ndjson from "./import/Ndjson.ts"
import * as Off from "./import/Off.ts"
import type { Open } from "./import/OpenedImport.ts"
import * as Taco from "./import/Taco.ts"
import * as UsdaSr28 from "./import/UsdaSr28.ts"
import { Products } from "./Products.ts"

const openers: { readonly [F in ImportFormat]: Open } = {
  "usda-sr28": UsdaSr28.open,
  taco: Taco.open,
  ciqual: Ciqual.open,
  off: Off.open,
  ndjson: Ndjson.open
}

export interface ImportRequest {
  readonly format: ImportFormat
  /** A file, a folder where the format has several files, or `-` for stdin. */
  readonly path: string
  readonly batchSize: number
  readonly earlierNames: boolean
  readonly overwrite: boolean
  /** Everything but keeping it. */
  readonly dryRun: boolean
  /** Goes on with the last run of the same source that did not come to its end, if there is one. */
  readonly resume: boolean
}

/** What is known after each batch, once it is kept. */
export interface ImportProgress {
  /** The report of the whole run so far, what an earlier attempt had read included. */
  readonly report: ImportReport
  readonly before: ImportReport
  readonly elements: ReadonlyArray<ImportElement>
  /** Bytes read of the source as it lies there, of `totalBytes` where that is known. */
  readonly bytesRead: number
  readonly totalBytes: number | undefined
}

/** Imports records of foods, batch by batch, each in one transaction together with the place from which to go on. */
export class ProductImports extends Context.Service<ProductImports, {
  run(request: ImportRequest): Stream.Stream<ImportProgress, ImportSourceFailed | CommandFailure, CurrentCredential>
  /** The runs that there were. */
  readonly runs: ImportRunQueries["Service"]["runs"]
}>()("cardapio/contexts/products/ProductImports") {
  static readonly layerNoDeps = Layer.effect(
    ProductImports,
    Effect.gen(function*() {
      const products = yield* Products
      const imports = yield* ImportRepo
      const platform = yield* Effect.context<FileSystem.FileSystem | Path.Path | Stdio.Stdio>()
      const paths = yield* Path.Path
      const { runs } = yield* ImportRunQueries

      const start = Effect.fnUntraced(function*(request: ImportRequest) {
        const { batchSize, dryRun, earlierNames, format, overwrite, path, resume } = request
        const place = path === "-" ? path : paths.resolve(path)
        const unfinished = resume ? yield* Effect.orDie(imports.unfinished(format, place)) : undefined
        const run: ImportRun = { id: unfinished?.id ?? SecureRandom.uuidV7Unsafe(), format, path: place, overwrite }
        const options = { batchSize, earlierNames, resumeAt: unfinished?.checkpoint }
        const { batches, totalBytes } = yield* openers[format](place, options)
        const execute = (command: ImportBatch) =>
          dryRun ? Effect.map(products.dryRun(command), ({ answer }) => answer) : products.execute(command)
        let report = unfinished?.report ?? emptyReport
        const tried: TriedImport | undefined = dryRun ? new Fingerprints() : undefined
        const kept = Stream.mapEffect(batches, ({ bytesRead, checkpoint, elements }) => {
          const before = report
          return Effect.map(execute(new ImportBatch({ run, elements, checkpoint, before, tried })), (done) => {
            report = done.report
            return { ...done, before, bytesRead, totalBytes }
          })
        })
        const finish = dryRun ? Effect.void : products.execute(new FinishImport({ run }))
        return Stream.concat(kept, Stream.drain(Stream.fromEffect(finish)))
      })

      return ProductImports.of({
        runs,
        run: (request) => Stream.unwrap(start(request)).pipe(Stream.provideContext(platform))
      })
    })
  )

  static readonly layer = this.layerNoDeps.pipe(
    Layer.provide([ImportRepo.layer, ImportRunQueries.layer]),
    Layer.provideMerge(Products.layer)
  )
}
