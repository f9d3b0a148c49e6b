import { Console, Effect } from "effect"
import { administratorToken, freshDatabase } from "./BenchDatabase.ts"
import { type Spread, spreadOf, spreadOfKnown } from "./Figures.ts"
import { load, type LoadResult } from "./Load.ts"
import { processorMillis } from "./processorMillis.ts"
import { sameAnswers } from "./sameAnswers.ts"
import { catalogueSize, seedCatalogue } from "./seedCatalogue.ts"
import { programs, type Server, type ServerName, serverNames, startServer } from "./Server.ts"
import type { Settings } from "./Settings.ts"
import { messageOf, type Work, works } from "./works.ts"

/** What one server made of one work. */
interface Measured {
  readonly server: ServerName
  readonly perSecond: Spread
  readonly p50: Spread
  readonly p99: Spread
  /** Processor time of the server for one request, in milliseconds; nothing where the system does not tell. */
  readonly processor: Spread | undefined
}

interface Turn extends LoadResult {
  readonly processor: number | undefined
}

export interface WorkResult {
  readonly work: Work["name"]
  readonly title: string
  readonly measured: ReadonlyArray<Measured>
  /** Requests per second of ours over those of a peer: the median of the rounds' ratios. */
  readonly overFastify: number
  readonly overRaw: number
}

/** The least that we want, and what we aim at, over Fastify + pg. */
export const httpTargets: Readonly<Record<Work["name"], readonly [least: number, aim: number]>> = {
  get: [0.9, 1.2],
  list: [0.8, 1.1],
  filter: [0.8, 1.1],
  create: [0.7, 1]
}

/** Each round begins with another server, so that none is always the first. */
const turned = <A>(items: ReadonlyArray<A>, by: number) => [
  ...items.slice(by % items.length),
  ...items.slice(0, by % items.length)
]

const resultOf = ({ name, title }: Work, results: ReadonlyMap<ServerName, ReadonlyArray<Turn>>): WorkResult => {
  const of = (server: ServerName) => results.get(server) ?? []
  const over = (peer: ServerName) =>
    spreadOf(of("cardapio").map(({ perSecond }, round) => perSecond / (of(peer)[round]?.perSecond ?? Number.NaN)))
      .median
  const measured = serverNames.map((server) => ({
    server,
    perSecond: spreadOf(of(server).map(({ perSecond }) => perSecond)),
    p50: spreadOf(of(server).map(({ p50 }) => p50)),
    p99: spreadOf(of(server).map(({ p99 }) => p99)),
    processor: spreadOfKnown(of(server).map(({ processor }) => processor))
  }))
  return { work: name, title, measured, overFastify: over("fastify"), overRaw: over("raw") }
}

const measure = Effect.fnUntraced(function*(
  work: Work,
  servers: ReadonlyArray<Server>,
  token: string,
  { connections, rounds, seconds }: Settings
) {
  const run = ({ port }: Server, warmUpSeconds: number, seconds: number) =>
    load({
      port,
      connections,
      warmUpSeconds,
      seconds,
      messages: work.requests.map((request) => messageOf(request, port, token))
    })
  yield* Effect.forEach(servers, (server) => run(server, seconds, 0.1), { discard: true })
  const results = new Map<ServerName, ReadonlyArray<Turn>>()
  for (let round = 0; round < rounds; round++) {
    for (const server of turned(servers, round)) {
      const before = processorMillis(server)
      const result = yield* run(server, 0.5, seconds)
      const processor = before === undefined ? undefined : ((processorMillis(server) ?? before) - before) / result.sent
      results.set(server.name, [...results.get(server.name) ?? [], { ...result, processor }])
      yield* Console.error(
        `  ${work.name} ${round + 1}/${rounds} ${programs[server.name].title}: ${Math.round(result.perSecond)}/s`
      )
    }
  }
  return resultOf(work, results)
})

/** Our server and its peers, the same work in turn on the same database. */
export const httpPart = Effect.fnUntraced(function*(settings: Settings, wanted: ReadonlyArray<Work>) {
  const { environment, url } = yield* freshDatabase("http")
  const token = yield* administratorToken(environment)
  yield* Console.error(`http: a catalogue of ${catalogueSize.toLocaleString("en-US")} products …`)
  yield* seedCatalogue(url)
  const servers = yield* Effect.forEach(serverNames, (name) => startServer(name, environment))
  yield* sameAnswers(servers, works, { url, token })
  yield* Console.error("http: all servers answer and store the same")
  return yield* Effect.forEach(wanted, (work) => measure(work, servers, token, settings))
}, Effect.scoped)
