import { Effect, Fiber, Random, Schema } from "effect"
import { ask, type Outcome } from "./Asking.ts"
import { Ledger } from "./Ledger.ts"

interface LoadOptions {
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

type Send = (request: Parameters<typeof ask>[2]) => Effect.Effect<Outcome>

export const decodeCreated = Schema.decodeEffect(
  Schema.fromJsonString(Schema.Struct({ data: Schema.Struct({ id: Schema.String }) }))
)

/** Round robin, as a load balancer does: who refuses the connection is passed over. */
const sender = ({ ports, token }: LoadOptions, ledger: Ledger): Send => {
  let turn = 0
  return Effect.fnUntraced(function*(request): Effect.fn.Return<Outcome> {
    for (;;) {
      const serving = ports()
      const port = serving[turn++ % Math.max(1, serving.length)]
      if (port !== undefined) {
        const outcome = yield* ask(port, token, request)
        if (outcome._tag !== "Refused") return outcome
        ledger.refusedConnections++
      }
      yield* Effect.sleep("2 millis")
    }
  })
}

const reader = (send: Send, ledger: Ledger) =>
  Effect.map(send({ method: "GET", path: "/v1/products?limit=1" }), (outcome) => {
    if (outcome._tag === "Cut") ledger.cut(undefined, outcome.code)
    if (outcome._tag === "Answered") ledger.status(outcome.status)
    if (outcome._tag !== "Answered" || outcome.status !== 200) ledger.failedReads++
  })

const creator = (send: Send, ledger: Ledger, run: string, persists: () => boolean) =>
  Effect.gen(function*() {
    const key = `proof-${run}-${++ledger.keys}`
    const body = JSON.stringify({ name: key })
    const persistent = persists()
    for (let again = true; again; again = persistent) {
      const outcome = yield* send({ method: "POST", path: "/v1/products", key, body })
      if (outcome._tag === "Cut") ledger.cut(key, outcome.code)
      if (outcome._tag !== "Answered") continue
      ledger.status(outcome.status)
      if (outcome.status === 201) {
        const { data } = yield* Effect.orDie(decodeCreated(outcome.body))
        return ledger.acknowledge(key, data.id, outcome.replayed)
      }
      ledger.refuse(key)
      yield* Effect.sleep("20 millis")
    }
  })

/** Clients that create products, each with a key and a name that nobody else uses, until they are stopped. */
export const startLoad = Effect.fnUntraced(function*(options: LoadOptions) {
  const random = yield* Random.Random
  const chance = (probability: number) => random.nextDoubleUnsafe() < probability
  const ledger = new Ledger()
  const send = sender(options, ledger)
  const run = Math.floor(random.nextDoubleUnsafe() * 0x1_0000_0000).toString(16)
  const read = reader(send, ledger)
  const create = creator(send, ledger, run, () => chance(options.retrying))
  let stopping = false
  const client = Effect.suspend(() => chance(options.reading) ? read : create).pipe(
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
