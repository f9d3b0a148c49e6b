import { Effect, Fiber, Random, Schema } from "effect"
import { ask, type Outcome } from "./Asking.ts"
import { Ledger } from "./Ledger.ts"

export interface LoadOptions {
  readonly token: string
  /** The ports of those who serve now. */
  readonly ports: () => ReadonlyArray<number>
  readonly clients: number
  /** How often a creation without a success is sent again, with the same key, until it has one. */
  readonly retrying: number
  /** How many of the requests are reads. */
  readonly reading: number
}

interface Load {
  readonly ledger: Ledger
  /** Ends when every client has its last answer. */
  readonly stop: Effect.Effect<void>
}

const Created = Schema.fromJsonString(Schema.Struct({ data: Schema.Struct({ id: Schema.String }) }))
const decodeCreated = Schema.decodeEffect(Created)

/** Clients that create products, each with a key and a name that nobody else uses, until they are stopped. */
export const startLoad = Effect.fnUntraced(function*(options: LoadOptions) {
  const random = yield* Random.Random
  const ledger = new Ledger()
  const run = Math.floor(random.nextDoubleUnsafe() * 0x1_0000_0000).toString(16)
  let stopping = false
  let turn = 0

  /** Round robin, as a load balancer does: who refuses the connection is passed over. */
  const send = Effect.fnUntraced(function*(request: Parameters<typeof ask>[2]): Effect.fn.Return<Outcome> {
    for (;;) {
      const ports = options.ports()
      const port = ports[turn++ % Math.max(1, ports.length)]
      const outcome: Outcome = port === undefined ? { _tag: "Refused" } : yield* ask(port, options.token, request)
      if (outcome._tag !== "Refused") return outcome
      if (port !== undefined) ledger.refusedConnections++
      if (stopping && ports.length === 0) return outcome
      yield* Effect.sleep("2 millis")
    }
  })

  const read = Effect.gen(function*() {
    const outcome = yield* send({ method: "GET", path: "/v1/products?limit=1" })
    if (outcome._tag === "Cut") ledger.cut(undefined, outcome.code)
    if (outcome._tag === "Answered") ledger.status(outcome.status)
    if (outcome._tag !== "Answered" || outcome.status !== 200) ledger.failedReads++
  })

  const create = Effect.gen(function*() {
    const key = `proof-${run}-${++ledger.keys}`
    const body = JSON.stringify({ name: key })
    const persistent = random.nextDoubleUnsafe() < options.retrying
    for (let again = true; again; again = persistent) {
      const outcome = yield* send({ method: "POST", path: "/v1/products", key, body })
      if (outcome._tag === "Cut") ledger.cut(key, outcome.code)
      if (outcome._tag !== "Answered") continue
      ledger.status(outcome.status)
      if (outcome.status === 201) {
        const { data } = yield* Effect.orDie(decodeCreated(outcome.body))
        ledger.acknowledge(key, data.id, outcome.replayed)
        return
      }
      ledger.refuse(key)
      yield* Effect.sleep("20 millis")
    }
  })

  const client = Effect.suspend(() => random.nextDoubleUnsafe() < options.reading ? read : create).pipe(
    Effect.repeat({ until: () => stopping })
  )
  const clients = yield* Effect.forkScoped(
    Effect.forEach(Array.from({ length: options.clients }), () => client, { concurrency: "unbounded", discard: true })
  )
  const load: Load = {
    ledger,
    stop: Effect.andThen(Effect.sync(() => stopping = true), Effect.asVoid(Fiber.await(clients)))
  }
  return load
})
