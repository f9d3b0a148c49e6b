import { Effect, FileSystem, Layer, Option, Ref, Stream } from "effect"
import { Command, Flag } from "effect/cli"
import { ExportQuery } from "../src/contexts/products/contract/ProductQuery.ts"
import { Products } from "../src/contexts/products/Products.ts"
import { everyPage, listFlags } from "./Lists.ts"
import { acting, as, CommandFailed, remark, result, Tools } from "./Operator.ts"

const output = Flag.String("output").pipe(
  Flag.withDescription("Write to this file, which is there once it is complete. Default: stdout"),
  Flag.optional
)

type Write = (text: string) => Effect.Effect<void, CommandFailed>

/** Runs what writes to a file under another name, so that what stands under its own is always whole. */
const toFile = Effect.fnUntraced(function*<A, E, R>(path: string, use: (write: Write) => Effect.Effect<A, E, R>) {
  const fs = yield* FileSystem.FileSystem
  const part = `${path}.part`
  const told = Effect.mapError(({ reason }: { readonly reason: { readonly _tag: string } }) =>
    new CommandFailed({ message: `${path}: cannot be written (${reason._tag})` })
  )
  yield* told(fs.writeFileString(part, ""))
  const done = yield* Effect.onError(
    use((text) => told(fs.writeFileString(part, `${text}\n`, { flag: "a" }))),
    () => Effect.ignore(fs.remove(part))
  )
  yield* told(fs.rename(part, path))
  return done
})

/** Oldest first, so that an import makes them in the same order; and all, whether or not it is known that they are food. */
const defaults = ["limit=200", "sort=createdAt", "includeUndecided=true"]

const withDefaults = (filters: ReadonlyArray<string>) => [
  ...filters,
  ...defaults.filter((word) => !filters.some((filter) => filter.startsWith(word.replace(/=.*/, "="))))
]

/** `products export`: the products of a list as NDJSON that `products import --format ndjson` takes. */
export const exportProducts = Command.make(
  "export",
  { filters: listFlags.filters, output, as },
  ({ as: email, filters, output: path }) =>
    Effect.gen(function*() {
      const products = yield* Products
      const count = yield* Ref.make(0)
      const write = (line: Write) =>
        everyPage(ExportQuery, withDefaults(filters), products.exported).pipe(
          Stream.runForEach((bodies) =>
            bodies.length === 0 ? Effect.void : Effect.andThen(
              line(bodies.map((body) => JSON.stringify(body)).join("\n")),
              Ref.update(count, (sum) => sum + bodies.length)
            )
          )
        )
      yield* Option.match(path, { onNone: () => write(result), onSome: (file) => toFile(file, write) })
      yield* remark(`${(yield* Ref.get(count)).toLocaleString("en-US")} products`)
    }).pipe(acting(email), Effect.provide(Products.layer.pipe(Layer.provideMerge(Tools))))
).pipe(
  Command.withDescription("Export products as NDJSON, which import --format ndjson takes"),
  Command.withExamples([
    { command: "products export --output foods.ndjson", description: "All of them" },
    { command: "products export source=taco category=Cereais > cereals.ndjson", description: "Those of a list" }
  ])
)
