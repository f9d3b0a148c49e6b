import { Console, Effect, Schema } from "effect"
import { isDeepStrictEqual } from "node:util"
import postgres from "postgres"
import { normaliseName } from "../../src/contexts/products/contract/normaliseName.ts"
import { administratorToken, freshDatabase, statement } from "./BenchDatabase.ts"
import { BenchFailed } from "./BenchFailed.ts"
import { edited } from "./edited.ts"
import { picker, recombined } from "./recombinedFoods.ts"
import { type ReferenceFood, SearchReference } from "./SearchReference.ts"
import { productId } from "./seedCatalogue.ts"
import { seedFoods } from "./seedFoods.ts"
import { startServer } from "./Server.ts"

export interface SearchSettings {
  /** Products of the catalogue. */
  readonly products: number
  /** Queries of each kind that are asked. */
  readonly queries: number
  /** The folder with the tables of foods whose names are recombined. */
  readonly names: string
}

interface Latencies {
  readonly p50: number
  readonly p95: number
}

interface Measured extends Latencies {
  /** The share of the queries whose first page is that of the reference, and of those whose total is. */
  readonly samePage: number
  readonly sameTotal: number
  readonly naive: Latencies
}

export interface SearchResult {
  readonly products: number
  readonly queries: number
  readonly search: Measured
  readonly similar: Measured
}

/** In milliseconds: the most that we want, and what we aim at. */
export const searchTargets = { p50: [40, 15], p95: [150, 50] } as const

const pageSize = 20

const latenciesOf = (millis: ReadonlyArray<number>): Latencies => {
  const sorted = millis.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p95: at(0.95) }
}

/** The same queries each time: whole names, their first words, starts of words; two in five of them with a mistake. */
const queriesOf = (foods: ReadonlyArray<ReferenceFood>, count: number, seed: number): ReadonlyArray<string> => {
  const dice = picker(seed)
  return Array.from({ length: count }, (_, n) => {
    const name = dice.pick(foods, undefined)?.name ?? ""
    const words = normaliseName(name).split(" ")
    switch (n % 5) {
      case 0:
        return edited(name, dice)
      case 1:
        return words.slice(0, 1).join(" ")
      case 2:
        return words.slice(0, 2).join(" ")
      case 3:
        return edited(words.slice(0, 2).join(" "), dice)
      default:
        return words.slice(0, 3).join(" ").slice(0, -1).trim()
    }
  }).map((query) => Array.from(query).slice(0, 200).join(""))
}

/** What one would write first: all rows that are similar enough by the trigram index, sorted by how similar they are. */
const naive = {
  search: `SELECT product_id FROM product_search WHERE $1 <% name
    ORDER BY word_similarity($1, name) DESC, length(name), product_id LIMIT ${pageSize}`,
  similar: `SELECT product_id FROM product_search WHERE food AND NOT barcoded AND name % $1
    ORDER BY similarity(name, $1) DESC, product_id LIMIT ${pageSize}`
}

const decodeAnswer = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({
  data: Schema.Array(Schema.Struct({ id: Schema.String })),
  pagination: Schema.optionalKey(Schema.Struct({ total: Schema.Int }))
})))

const ask = async (port: number, token: string, path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/products${path}`, {
    headers: { authorization: `Bearer ${token}` }
  })
  const body = await answer.text()
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${body}`)
  const { data, pagination } = decodeAnswer(body)
  return { ids: data.map(({ id }) => id), total: pagination?.total }
}

const timed = async <A>(queries: ReadonlyArray<string>, each: (query: string) => Promise<A>) => {
  const answers: Array<A> = []
  const millis: Array<number> = []
  for (const query of queries) {
    const begin = performance.now()
    answers.push(await each(query))
    millis.push(performance.now() - begin)
  }
  return { answers, latencies: latenciesOf(millis) }
}

const naively = async (url: string, query: string, queries: ReadonlyArray<string>) => {
  const sql = postgres(url, {
    max: 1,
    connection: { "pg_trgm.word_similarity_threshold": 0.45, "pg_trgm.similarity_threshold": 0.3 }
  })
  try {
    const { latencies } = await timed(queries, (each) => sql.unsafe(query, [normaliseName(each)], { prepare: true }))
    return latencies
  } finally {
    await sql.end()
  }
}

const measure = (options: {
  readonly url: string
  readonly queries: ReadonlyArray<string>
  readonly naive: string
  readonly asked: (query: string) => ReturnType<typeof ask>
  readonly expected: (query: string) => Awaited<ReturnType<typeof ask>>
}) =>
  Effect.tryPromise({
    try: async (): Promise<Measured> => {
      const warm = Math.ceil(options.queries.length / 10)
      for (const query of options.queries.slice(0, warm)) await options.asked(query)
      const { answers, latencies } = await timed(options.queries, options.asked)
      const compared = options.queries.map((query, index) => {
        const { ids, total } = options.expected(query)
        const samePage = isDeepStrictEqual(answers[index]?.ids, ids)
        if (!samePage) console.error(`  another page than the reference has: ${query}`)
        return { samePage, sameTotal: answers[index]?.total === total }
      })
      const shareOf = (key: "samePage" | "sameTotal") => compared.filter((each) => each[key]).length / compared.length
      return {
        ...latencies,
        samePage: shareOf("samePage"),
        sameTotal: shareOf("sameTotal"),
        naive: await naively(options.url, options.naive, options.queries)
      }
    },
    catch: (cause) => new BenchFailed({ message: String(cause) })
  })

/** Search and similar names over HTTP, one request at a time, against the naive statement and a reference in memory. */
export const searchPart = Effect.fnUntraced(function*({ names, products, queries }: SearchSettings) {
  const { environment, url } = yield* freshDatabase("search")
  const token = yield* administratorToken(environment)
  yield* Console.error(`search: a catalogue of ${products.toLocaleString("en-US")} products …`)
  const { brands, foods } = recombined(names, products, 1)
  const known = yield* seedFoods(url, brands, foods())
  yield* statement(url, "CREATE INDEX ON product_search USING gin (name gin_trgm_ops)")
  const reference = new SearchReference(known)
  const { port } = yield* startServer("cardapio", environment)
  const idsOf = (places: ReadonlyArray<number>) => places.map((place) => productId(place + 1))
  const search = yield* measure({
    url,
    queries: queriesOf(known, queries, 2),
    naive: naive.search,
    asked: (query) => ask(port, token, `?${new URLSearchParams({ q: query, limit: String(pageSize) })}`),
    expected: (query) => {
      const places = reference.search(query)
      return { ids: idsOf(places.slice(0, pageSize)), total: places.length }
    }
  })
  const similar = yield* measure({
    url,
    queries: queriesOf(known, queries, 3),
    naive: naive.similar,
    asked: (query) => ask(port, token, `/similar?${new URLSearchParams({ name: query, limit: String(pageSize) })}`),
    expected: (query) => ({ ids: idsOf(reference.similar(query, pageSize)), total: undefined })
  })
  const result: SearchResult = { products, queries, search, similar }
  return result
}, Effect.scoped)
