import { Duration, Effect, Fiber, Random, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { ask, type Outcome } from "./Asking.ts"
import { Ledger } from "./Ledger.ts"
import { decodeCreated } from "./Load.ts"
import type { Proven } from "./Proven.ts"
import { commandTally, effectTally, noLoss, settled } from "./tally.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"

export interface SoakOptions {
  readonly minutes: number
  /** Requests a second, as long as each is answered within a fifth of a second. */
  readonly rate: number
}

const perClient = 5

interface Sample {
  readonly residentMb: number
  readonly heapMb: number
  readonly connections: number
}

/** What the server tells of itself on `/metrics`. */
const sampleOf = (page: string): Sample => {
  const sum = (name: string) =>
    [...page.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"))]
      .reduce((total, [, value]) => total + Number(value), 0)
  return {
    residentMb: sum("process_resident_memory_bytes") / 1e6,
    heapMb: sum("nodejs_heap_size_used_bytes") / 1e6,
    connections: sum("cardapio_database_connections")
  }
}

const median = (values: ReadonlyArray<number>) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Medians of the second quarter, in which the server is warm, and of the last one. */
const flatness = (samples: ReadonlyArray<Sample>) => {
  const quarter = (n: number) =>
    samples.slice(Math.floor(samples.length * n / 4), Math.floor(samples.length * (n + 1) / 4))
  const of = (n: number, name: keyof Sample) => median(quarter(n).map((sample) => sample[name]))
  const growth = (name: keyof Sample) => Math.round((of(3, name) / of(1, name) - 1) * 1000) / 10
  return {
    samples: samples.length,
    residentMbSecondQuarter: Math.round(of(1, "residentMb")),
    residentMbLastQuarter: Math.round(of(3, "residentMb")),
    residentGrowthPercent: growth("residentMb"),
    heapMbSecondQuarter: Math.round(of(1, "heapMb")),
    heapMbLastQuarter: Math.round(of(3, "heapMb")),
    heapGrowthPercent: growth("heapMb"),
    connectionsSecondQuarter: of(1, "connections"),
    connectionsLastQuarter: of(3, "connections"),
    connectionsMost: Math.max(...samples.map(({ connections }) => connections))
  }
}

/** Reads, creations and changes in the proportion 15 : 2 : 3, of which every one must succeed. */
const requests = Effect.fnUntraced(function*(port: number, token: string, ledger: Ledger) {
  const random = yield* Random.Random
  const ids: Array<string> = []
  const counts = { requests: 0, failed: 0 }
  const counted = (outcome: Outcome, status: number) => {
    counts.requests++
    if (outcome._tag === "Answered") ledger.status(outcome.status)
    if (outcome._tag !== "Answered" || outcome.status !== status) counts.failed++
    return outcome
  }
  const send = (request: Parameters<typeof ask>[2], status = 200) =>
    Effect.map(ask(port, token, request), (outcome) => counted(outcome, status))
  const create = Effect.gen(function*() {
    const key = `proof-soak-${++ledger.keys}`
    const body = JSON.stringify({ name: key })
    const outcome = yield* send({ method: "POST", path: "/v1/products", key, body }, 201)
    if (outcome._tag !== "Answered" || outcome.status !== 201) return
    const { data } = yield* Effect.orDie(decodeCreated(outcome.body))
    ledger.acknowledge(key, data.id, outcome.replayed)
    ids.push(data.id)
  })
  const one = Effect.suspend(() => {
    const path = `/v1/products/${ids[Math.floor(random.nextDoubleUnsafe() * ids.length)]}`
    const dice = ids.length === 0 ? 0 : random.nextDoubleUnsafe()
    if (dice < 0.1) return create
    if (dice < 0.25) return send({ method: "PATCH", path, body: JSON.stringify({ shoppingName: `${dice}` }) })
    if (dice < 0.3) return send({ method: "GET", path: "/v1/products?limit=20" })
    return send({ method: "GET", path })
  })
  return { counts, one }
})

/** A constant, moderate load for long: memory and connections stay what they are, and no request fails. */
export const soak = Effect.fnUntraced(function*(trial: Trial, options: SoakOptions) {
  const { port } = yield* startServing(trial.environment)
  const ledger = new Ledger()
  const { counts, one } = yield* requests(port, trial.token, ledger)
  const length = Duration.minutes(options.minutes)
  const samples: Array<Sample> = []
  const sampling = Effect.map(ask(port, trial.token, { method: "GET", path: "/metrics" }), (outcome) => {
    if (outcome._tag === "Answered") samples.push(sampleOf(outcome.body))
  }).pipe(Effect.repeat(Schedule.spaced(Duration.times(length, 1 / 400))))
  const sampler = yield* Effect.forkScoped(sampling)
  const times = options.minutes * 60 * perClient
  const client = Effect.repeat(one, { schedule: Schedule.fixed(1000 / perClient), times: times - 1 })
  const clients = Array.from(
    { length: options.rate / perClient },
    (_, n) => Effect.delay(client, n * 1000 / options.rate)
  )
  yield* Effect.all(clients, { concurrency: "unbounded", discard: true })
  yield* Fiber.interrupt(sampler)
  const stuck = yield* settled(60_000)
  const proven: Proven = {
    settings: { ...options },
    counters: {
      ...counts,
      ...ledger.counters,
      ...flatness(samples),
      ...yield* commandTally(ledger),
      ...yield* effectTally,
      stuck
    },
    promised: {
      ...noLoss,
      requests: { is: clients.length * times },
      failed: { is: 0 },
      samples: { atLeast: 300 },
      residentGrowthPercent: { atMost: 10 },
      heapGrowthPercent: { atMost: 10 },
      connectionsMost: { atMost: 24 }
    }
  }
  return proven
}, (effect, trial) => Effect.provideService(effect, SqlClient.SqlClient, trial.sql))
