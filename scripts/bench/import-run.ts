import { Console, Duration, Effect, Layer, Logger, Option, Stream } from "effect"
import { firstAdministrator } from "../../src/contexts/iam/Accounts.ts"
import { importFormats } from "../../src/contexts/products/contract/ImportedProduct.ts"
import { ProductImports } from "../../src/contexts/products/ProductImports.ts"
import { acting, Tools } from "../Operator.ts"
import { keepHeapSmall } from "../smallHeap.ts"

keepHeapSmall()

/** Imports IMPORT_PATH as IMPORT_FORMAT, and tells how long that took from the first byte read to the last commit. */
const program = Effect.gen(function*() {
  const imports = yield* ProductImports
  const request = {
    format: importFormats.find((format) => format === process.env["IMPORT_FORMAT"]) ?? "ndjson",
    path: process.env["IMPORT_PATH"] ?? "",
    batchSize: 1000,
    earlierNames: false,
    overwrite: false,
    dryRun: false,
    resume: false
  }
  const [duration, last] = yield* Effect.timed(Stream.runLast(imports.run(request)))
  const rows = Option.match(last, { onNone: () => 0, onSome: ({ report }) => report.created })
  yield* Console.log(JSON.stringify({ rows, seconds: Duration.toSeconds(duration) }))
})

program.pipe(
  acting(Option.some(firstAdministrator)),
  Effect.provide(ProductImports.layer.pipe(Layer.provideMerge(Tools), Layer.provide(Logger.layer([])))),
  Effect.runPromise
)
