import { Effect, Layer, Option, Schema, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Product } from "../src/contexts/products/contract/Product.ts"
import { ProductQuery } from "../src/contexts/products/contract/ProductQuery.ts"
import { Products } from "../src/contexts/products/Products.ts"
import { faultsOf } from "../src/kernel/faults.ts"
import { acting, as, CommandFailed, remark, result, Tools } from "./Operator.ts"
import { importProducts } from "./products-import.ts"

const decodeQuery = Schema.decodeUnknownEffect(Schema.toCodecArrayFromSingle(ProductQuery), {
  errors: "all",
  onExcessProperty: "error",
  reportInput: true
})
const encodeProduct = Schema.encodeEffect(Product)

/** `name[like]=butter limit=5 …` as the query that the same words are over HTTP. */
const parseQuery = Effect.fnUntraced(function*(words: ReadonlyArray<string>) {
  const parameters = new Map<string, Array<string>>()
  for (const word of words) {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    if (key === "") {
      return yield* new CommandFailed({ message: `${word}: a filter is field=value or field[like]=value` })
    }
    parameters.set(key, [...parameters.get(key) ?? [], value])
  }
  const query = Object.fromEntries(
    [...parameters].map(([key, values]) => [key, values.length === 1 ? values[0] : values])
  )
  return yield* decodeQuery(query).pipe(
    Effect.mapError(({ issue }) =>
      new CommandFailed({
        message: faultsOf(issue, "parameter").map(({ detail, parameter }) => `${parameter} ${detail}`).join("; ")
      })
    )
  )
})

const line = ({ id, name, nutrients: { energyKcal }, source }: Product) =>
  [id, source.key ?? source.name, energyKcal === undefined ? "-" : `${Math.round(energyKcal.value)} kcal`, name].join(
    "\t"
  )

const list = Command.make("list", {
  filters: Argument.String("filter").pipe(
    Argument.withDescription("As in the query over HTTP: name[like]=butter, sort=-name, limit=20"),
    Argument.variadic({ min: 0 })
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("One JSON document a line"), Flag.withDefault(false)),
  all: Flag.Boolean("all").pipe(Flag.withDescription("Read on to the end of the list"), Flag.withDefault(false)),
  as
}, ({ all, as: email, filters, json }) =>
  Effect.gen(function*() {
    const products = yield* Products
    const query = yield* parseQuery(filters)
    const print = (product: Product) =>
      json
        ? Effect.flatMap(encodeProduct(product), (encoded) => result(JSON.stringify(encoded)))
        : result(line(product))
    const first = yield* products.list(query)
    yield* Effect.forEach(first.data, print, { discard: true })
    const { nextCursor, total } = first.pagination
    if (!all) {
      const shown = first.data.length.toLocaleString("en-US")
      return yield* remark(total === null ? shown : `${shown} of ${total.toLocaleString("en-US")}`)
    }
    const { page: _, ...rest } = query
    yield* Stream.paginate(nextCursor, (cursor) =>
      cursor === null ? Effect.succeed([[], Option.none()] as const) : Effect.map(
        products.list({ ...rest, cursor }),
        ({ data, pagination }) =>
          [data, Option.fromNullOr(pagination.nextCursor)] as const
      )).pipe(Stream.runForEach(print))
  }).pipe(acting(email), Effect.provide(Products.layer.pipe(Layer.provideMerge(Tools))))).pipe(
    Command.withDescription("List products"),
    Command.withExamples([
      { command: "products list 'name[like]=butter' limit=5", description: "The five newest with butter in the name" },
      { command: "products list --all --json source=usda-sr28", description: "All of a source as NDJSON" }
    ])
  )

export const products = Command.make("products").pipe(
  Command.withDescription("Foods and their facts"),
  Command.withSubcommands([importProducts, list])
)
