import { Effect, Layer, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { rejectedCount } from "../src/contexts/products/contract/ImportedProduct.ts"
import { ImportRunId, ImportRunQuery, ImportRunSummary } from "../src/contexts/products/contract/ImportRuns.ts"
import { ProductImports } from "../src/contexts/products/ProductImports.ts"
import { reportLines } from "./ImportReport.ts"
import { listFlags, printList } from "./Lists.ts"
import { acting, as, CommandFailed, result, Tools } from "./Operator.ts"

const Services = ProductImports.layer.pipe(Layer.provideMerge(Tools))

const starter = ({ startedBy }: ImportRunSummary) => startedBy?.name ?? startedBy?.id ?? "-"

const line = (run: ImportRunSummary) => {
  const { format, id, path, report, startedAt, state } = run
  const { created, merged, read, unchanged, updated } = report
  const counts = { read, created, updated, unchanged, merged, rejected: rejectedCount(report) }
  const known = Object.entries(counts).filter(([name, count]) => name === "read" || count > 0)
  const told = known.map(([name, count]) => `${name} ${count.toLocaleString("en-US")}`).join(", ")
  return [id, startedAt.toJSON(), state, format, told, starter(run), path].join("\t")
}

const details = (run: ImportRunSummary) =>
  [
    `id        ${run.id}`,
    `source    ${run.format} ${run.path}`,
    `state     ${run.state === "finished" ? "finished" : "running, or stopped: --resume goes on with it"}`,
    `started   ${run.startedAt.toJSON()} by ${starter(run)}`,
    `last kept ${run.updatedAt.toJSON()} at byte ${run.checkpoint.offset.toLocaleString("en-US")}`,
    ...reportLines(run.report)
  ].join("\n")

const show = Command.make("show", {
  id: Argument.String("id").pipe(Argument.withSchema(ImportRunId), Argument.withDescription("The run's id")),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print it as JSON"), Flag.withDefault(false)),
  as
}, ({ as: email, id, json }) =>
  Effect.gen(function*() {
    const { data: [run] } = yield* (yield* ProductImports).runs({ id: [id] })
    if (run === undefined) {
      return yield* new CommandFailed({ message: `there is no import ${id}: products imports lists them` })
    }
    yield* result(json ? JSON.stringify(yield* Schema.encodeEffect(ImportRunSummary)(run)) : details(run))
  }).pipe(acting(email), Effect.provide(Services))).pipe(
    Command.withDescription("Show one run of an import")
  )

/** `products imports`: what was imported, when and by whom. */
export const imports = Command.make("imports", { ...listFlags, as }, (flags) =>
  Effect.flatMap(
    ProductImports,
    ({ runs }) => printList({ flags, query: ImportRunQuery, item: ImportRunSummary, read: runs, line })
  ).pipe(acting(flags.as), Effect.provide(Services))).pipe(
    Command.withDescription("List imports, the newest first"),
    Command.withExamples([
      { command: "products imports state=running", description: "Those that did not come to their end" }
    ]),
    Command.withSubcommands([show])
  )
