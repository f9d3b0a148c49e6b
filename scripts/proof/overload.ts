import { Effect, Random } from "effect"
import { closedLoop, openLoop, type Tally } from "./OpenLoop.ts"
import type { Proven } from "./Proven.ts"
import type { Trial } from "./Trial.ts"
import { startServing } from "./TrialServer.ts"

export interface OverloadOptions {
  /** How much more is asked than can be served. */
  readonly times: number
  readonly seconds: number
}

const wire = (token: string) => (line: string, body?: string) =>
  `${line} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n${
    body === undefined ? "\r\n" : `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  }`

/** What a kitchen's programs ask for: 5 of 10 requests list, 3 read one, 2 change one. */
const requests = Effect.fnUntraced(function*({ sql, token }: Trial, port: number) {
  const random = yield* Random.Random
  const from = wire(token)
  let made = 0
  const values = () => JSON.stringify({ name: `food ${++made}`, nutrients: { protein: made % 100, energyKcal: 100 } })
  yield* Effect.promise(() =>
    closedLoop({ port, request: () => from("POST /v1/products", values()), clients: 8, seconds: 4 })
  )
  const rows = yield* Effect.orDie(sql<{ id: string }>`SELECT id FROM products`)
  return () => {
    const chance = random.nextDoubleUnsafe()
    const path = `/v1/products/${rows[Math.floor(random.nextDoubleUnsafe() * rows.length)]?.id}`
    if (chance < 0.2) return from(`PATCH ${path}`, values())
    return from(chance < 0.7 ? "GET /v1/products?limit=20" : `GET ${path}`)
  }
})

const percentile = (millis: ReadonlyArray<number>, share: number) =>
  Math.round(millis.toSorted((a, b) => a - b)[Math.floor(millis.length * share)] ?? 0)

const perSecond = ({ servedInTime }: Tally, seconds: number) => Math.round(servedInTime / seconds)

/** Asks for more than can be served, whether answers come or not, and then for what can be. */
export const overload = Effect.fnUntraced(function*(trial: Trial, { seconds, times }: OverloadOptions) {
  const { port } = yield* startServing({ ...trial.environment, DATABASE_POOL_SIZE: "10" })
  const request = yield* requests(trial, port)
  const alone = (for_: number) => Effect.promise(() => closedLoop({ port, request, clients: 32, seconds: for_ }))
  yield* alone(5)
  const before = yield* alone(seconds)
  const capacity = perSecond(before, seconds)
  const flood = yield* Effect.promise(() =>
    openLoop({ port, request, perSecond: capacity * times, connections: 1000, seconds })
  )
  yield* Effect.sleep("5 seconds")
  const after = yield* alone(seconds)
  const proven: Proven = {
    settings: { times, seconds },
    counters: {
      capacity,
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
