import { Effect, Redacted } from "effect"
import { availableParallelism } from "node:os"
import { seedCatalogue } from "../bench/seedCatalogue.ts"
import { messageOf, works } from "../bench/works.ts"
import { closedLoop, openLoop, type Tally } from "./OpenLoop.ts"
import type { Proven } from "./Proven.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"

/** What is asked for: one product by its id, a page of the newest with their total, or these and filtered pages in turn. */
export const overloadWorks = ["mix", "get", "list"] as const
type OverloadWork = (typeof overloadWorks)[number]

export interface OverloadOptions {
  /** How much more is asked than can be served. */
  readonly times: number
  readonly seconds: number
  readonly work: OverloadWork
}

/** The requests of a work, over and over: kinds that are mixed come in equal parts. */
const requests = ({ token }: Trial, port: number, work: OverloadWork) => {
  const kinds = works
    .filter(({ name }) => work === "mix" ? name !== "create" : name === work)
    .map(({ requests }) => requests.map((request) => Buffer.from(messageOf(request, port, token))))
  let sent = 0
  return () => {
    const kind = kinds[sent % kinds.length] ?? []
    return kind[Math.floor(sent++ / kinds.length) % kind.length] ?? Buffer.alloc(0)
  }
}

const percentile = (millis: ReadonlyArray<number>, share: number) =>
  Math.round(millis.toSorted((a, b) => a - b)[Math.floor(millis.length * share)] ?? 0)

/** A load, and the share of the machine's processors that it left to the server. */
const beside = (load: () => Promise<Tally>) =>
  Effect.promise(async () => {
    const begun = performance.now()
    const cpu = process.cpuUsage()
    const tally = await load()
    const { system, user } = process.cpuUsage(cpu)
    return { tally, left: 1 - (system + user) / 1000 / (performance.now() - begun) / availableParallelism() }
  })

const perSecond = ({ servedInTime }: Tally, seconds: number) => Math.round(servedInTime / seconds)

/** Asks for more than can be served, whether answers come or not, and then for what can be. */
export const overload = Effect.fnUntraced(function*(trial: Trial, { seconds, times, work }: OverloadOptions) {
  const { port } = yield* startServing({ ...trial.environment, DATABASE_POOL_SIZE: "10" })
  yield* seedCatalogue(Redacted.value(trial.url))
  const request = requests(trial, port, work)
  const alone = (for_: number) => beside(() => closedLoop({ port, request, clients: 32, seconds: for_ }))
  yield* alone(5)
  const { left: leftBefore, tally: before } = yield* alone(seconds)
  const capacity = perSecond(before, seconds)
  const { left: leftByFlood, tally: flood } = yield* beside(() =>
    openLoop({ port, request, perSecond: capacity * times, connections: 1000, seconds })
  )
  const capacityBeside = Math.round(capacity * leftByFlood / leftBefore)
  yield* Effect.sleep("5 seconds")
  const { tally: after } = yield* alone(seconds)
  const proven: Proven = {
    settings: { times, seconds, work },
    counters: {
      capacity,
      // Who asks runs on the same processors, and needs more of them the more it asks.
      capacityBeside,
      asked: capacity * times,
      served: perSecond(flood, seconds),
      goodputPercent: Math.round(perSecond(flood, seconds) / capacity * 100),
      refused: Math.round(flood.refused.length / seconds),
      refusedP50Millis: percentile(flood.refused, 0.5),
      refusedP99Millis: percentile(flood.refused, 0.99),
      servedP99Millis: percentile(flood.served, 0.99),
      withoutRetryAfter: flood.withoutRetryAfter,
      others: before.others + flood.others + after.others,
      afterPercent: Math.round(perSecond(after, seconds) / capacity * 100),
      refusedAfter: after.refused.length
    },
    promised: {
      goodputPercent: { atLeast: 90 },
      refused: { atLeast: 1 },
      refusedP99Millis: { atMost: 50 },
      withoutRetryAfter: { is: 0 },
      others: { is: 0 },
      afterPercent: { atLeast: 90 },
      refusedAfter: { is: 0 }
    }
  }
  return proven
})
