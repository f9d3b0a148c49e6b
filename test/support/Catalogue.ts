import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Logger, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Accounts, firstAdministrator } from "../../src/contexts/iam/Accounts.ts"
import {
  emptyReport,
  type ImportWarning,
  type RejectedRecord
} from "../../src/contexts/products/contract/ImportedProduct.ts"
import type { ProductQuery } from "../../src/contexts/products/contract/ProductQuery.ts"
import { type ImportRequest, ProductImports } from "../../src/contexts/products/ProductImports.ts"
import { Products } from "../../src/contexts/products/Products.ts"
import type { Page } from "../../src/kernel/contract/Pagination.ts"
import { CurrentCredential } from "../../src/kernel/contract/Rights.ts"
import { Infrastructure } from "../../src/server/Infrastructure.ts"
import { temporaryFolder } from "./TemporaryFolder.ts"
import { TestLocation, testSettings } from "./TestDatabase.ts"

/** What an import came to. */
interface Imported {
  readonly report: typeof emptyReport
  readonly rejects: ReadonlyArray<RejectedRecord>
  /** `line code field` of each warning. */
  readonly warnings: ReadonlyArray<string>
  readonly details: ReadonlyArray<ImportWarning>
}

const services = ProductImports.layer.pipe(
  Layer.provideMerge(Infrastructure),
  Layer.provideMerge(TestLocation),
  Layer.provideMerge(testSettings()),
  Layer.provideMerge(NodeServices.layer),
  Layer.provide(Logger.layer([]))
)

/** An empty catalogue in a database of its own, and an administrator who imports into it. */
export const catalogue = Effect.gen(function*() {
  const context = yield* Layer.build(Layer.fresh(services))
  const folder = yield* temporaryFolder
  const asAdministrator = yield* Effect.gen(function*() {
    const accounts = yield* Accounts
    yield* accounts.ensureAdministrator(firstAdministrator)
    const account = yield* accounts.findByEmail(firstAdministrator)
    if (account === undefined) return yield* Effect.die("no administrator")
    return { userId: account.id, proof: { _tag: "Operator" as const } }
  }).pipe(Effect.provideContext(context))
  const within = <A, E>(
    effect: Effect.Effect<A, E, ProductImports | Products | SqlClient.SqlClient | CurrentCredential>
  ) => effect.pipe(Effect.provideService(CurrentCredential, asAdministrator), Effect.provideContext(context))

  const run = (format: ImportRequest["format"], path: string, options: Partial<ImportRequest> = {}) =>
    within(Effect.gen(function*() {
      const imports = yield* ProductImports
      const request = {
        batchSize: 1000,
        earlierNames: false,
        overwrite: false,
        dryRun: false,
        resume: false,
        ...options,
        format,
        path
      }
      const batches = yield* Stream.runCollect(imports.run(request))
      const elements = batches.flatMap((batch) => batch.elements)
      const details = elements.flatMap(({ line, record }) =>
        record._tag === "ImportedProduct" ? record.warnings.map((warning) => ({ ...warning, line })) : []
      )
      const imported: Imported = {
        report: batches.at(-1)?.report ?? emptyReport,
        rejects: elements.flatMap(({ record }) => record._tag === "RejectedRecord" ? [record] : []),
        warnings: details.map(({ code, field, line }) => `${line} ${code} ${field}`),
        details
      }
      return imported
    }))

  /** A file of these lines, each one JSON unless it is text already. */
  const write = (lines: ReadonlyArray<unknown>, name = "foods.ndjson") => {
    const path = join(folder, name)
    writeFileSync(path, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""))
    return path
  }

  const select = <A extends object>(statement: string) =>
    within(SqlClient.SqlClient.use((sql) => sql.unsafe<A>(statement)))

  const everyPage = <A, E>(read: (query: ProductQuery) => Effect.Effect<Page<A>, E, CurrentCredential>) =>
    Effect.gen(function*() {
      const found: Array<A> = []
      let cursor: string | null | undefined
      while (cursor !== null) {
        const query = { limit: 200, sort: [{ field: "createdAt", descending: false }], includeUndecided: true } as const
        const page: Page<A> = yield* read({ ...query, ...(cursor === undefined ? {} : { cursor }) })
        found.push(...page.data)
        cursor = page.pagination.nextCursor
      }
      return found
    })

  /** The live products by their reference. */
  const products = within(Effect.flatMap(Products, ({ list }) => everyPage(list))).pipe(
    Effect.map((all) => new Map(all.map((product) => [product.sourceRef, product])))
  )
  const exported = within(Effect.flatMap(Products, (bus) => everyPage(bus.exported)))

  /** What others were told, in order: the tag, and of how many products. */
  const told = Effect.map(
    select<{ tag: string; count: number }>(
      "SELECT tag, jsonb_array_length(payload->'items') AS count FROM events ORDER BY id"
    ),
    (rows) => rows.map(({ count, tag }) => `${tag} ${count}`)
  )
  return { run, write, select, products, exported, told, within, folder }
})
