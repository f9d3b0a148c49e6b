import { Effect, Option, Schema, Stream } from "effect"
import { Argument, Flag } from "effect/cli"
import type { Page } from "../src/kernel/contract/Pagination.ts"
import { InvalidRequest } from "../src/kernel/contract/Problems.ts"
import { faultsOf } from "../src/kernel/faults.ts"
import { CommandFailed, remark, result } from "./Operator.ts"

/** What every command that lists takes. */
export const listFlags = {
  filters: Argument.String("filter").pipe(
    Argument.withDescription("As in the query over HTTP: name[like]=butter, sort=-name, limit=20"),
    Argument.variadic({ min: 0 })
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("One JSON document a line"), Flag.withDefault(false)),
  all: Flag.Boolean("all").pipe(Flag.withDescription("Read on to the end of the list"), Flag.withDefault(false))
}

const parametersOf = Effect.fnUntraced(function*(words: ReadonlyArray<string>) {
  const parameters = new Map<string, Array<string>>()
  for (const word of words) {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    if (key === "") {
      return yield* new CommandFailed({ message: `${word}: a filter is field=value or field[like]=value` })
    }
    parameters.set(key, [...parameters.get(key) ?? [], value])
  }
  return Object.fromEntries([...parameters].map(([key, values]) => [key, values.length === 1 ? values[0] : values]))
})

/** `name[like]=butter limit=5 …` as the query that the same words are over HTTP. */
const parsed = Effect.fnUntraced(function*<Q>(
  schema: Schema.ConstraintCodec<Q, unknown>,
  words: ReadonlyArray<string>
) {
  const decode = Schema.decodeUnknownEffect(Schema.toCodecArrayFromSingle(schema), {
    errors: "all",
    onExcessProperty: "error",
    reportInput: true
  })
  return yield* decode(yield* parametersOf(words)).pipe(
    Effect.mapError(({ issue }) => {
      const errors = faultsOf(issue, "parameter")
      return new InvalidRequest({
        detail: errors.map(({ detail, parameter }) => `${parameter} ${detail}`).join("; "),
        errors
      })
    })
  )
})

/** Every item of a list, page by page. */
export const everyPage = <Q, A, E, R>(
  schema: Schema.ConstraintCodec<Q, unknown>,
  filters: ReadonlyArray<string>,
  read: (query: Q) => Effect.Effect<Page<A>, E, R>
) => {
  const words = filters.filter((word) => !/^(?:page|cursor)=/.test(word))
  return Stream.paginate("", (cursor) =>
    Effect.map(
      Effect.flatMap(parsed(schema, cursor === "" ? filters : [...words, `cursor=${cursor}`]), read),
      ({ data, pagination }) => [[data], Option.fromNullOr(pagination.nextCursor)] as const
    ))
}

/** Prints a page, and says on stderr of how many; with `--all` reads on to the end. */
export const printList = Effect.fnUntraced(function*<Q, A, E, R>(options: {
  readonly flags: { readonly filters: ReadonlyArray<string>; readonly json: boolean; readonly all: boolean }
  readonly query: Schema.ConstraintCodec<Q, unknown>
  readonly item: Schema.ConstraintCodec<A, unknown>
  readonly read: (query: Q) => Effect.Effect<Page<A>, E, R>
  readonly line: (item: A) => string
}) {
  const { flags, item, line, read } = options
  const encode = Schema.encodeEffect(item)
  const print = (each: A) =>
    flags.json ? Effect.flatMap(encode(each), (encoded) => result(JSON.stringify(encoded))) : result(line(each))
  const printAll = (items: ReadonlyArray<A>) => Effect.forEach(items, print, { discard: true })
  if (flags.all) return yield* Stream.runForEach(everyPage(options.query, flags.filters, read), printAll)
  const { data, pagination: { nextCursor, total } } = yield* read(yield* parsed(options.query, flags.filters))
  yield* printAll(data)
  const shown = data.length.toLocaleString("en-US")
  yield* remark(
    total !== null
      ? `${shown} of ${total.toLocaleString("en-US")}`
      : nextCursor === null
      ? `${shown}, to the end`
      : `${shown}, and more: cursor=${nextCursor}`
  )
})
