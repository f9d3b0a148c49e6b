import { assert, layer } from "@effect/vitest"
import type { ApiClient } from "cardapio/api"
import { Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { EventId } from "../../../src/contexts/iam/contract/StoredEvent.ts"
import { ProductCreated } from "../../../src/contexts/products/contract/ProductEvents.ts"
import { on } from "../../../src/kernel/EventWorkers.ts"
import { type Reaction, Reactions, Workers } from "../../../src/server/Infrastructure.ts"
import { callerWith } from "../../support/Callers.ts"
import { clientOf, TestServer } from "../../support/TestServer.ts"

const told: Array<string> = []

const reactions: ReadonlyArray<Reaction> = ["test/OnProductCreated", "test/OnProductCreatedToo"].map((name) =>
  on(ProductCreated, name, ({ items }) =>
    Effect.map(
      SqlClient.SqlClient.use((sql) => sql<{ pool: string }>`SELECT current_setting('application_name') AS pool`),
      ([row]) => void told.push(`${name} through ${row?.pool}: ${items[0].name}`)
    ))
)

const TestLayer = TestServer().pipe(Layer.provideMerge(Layer.succeed(Reactions, reactions)))

/** The event of a product that was made, whose deliveries are all dead. */
const deadEvent = Effect.fnUntraced(function*(name: string) {
  const sql = yield* SqlClient.SqlClient
  const client = yield* clientOf()
  const { body: { data } } = yield* client.products.create({ headers: {}, query: {}, payload: { name } })
  const [event] = yield* sql<{ id: string }>`SELECT id FROM events WHERE payload::text LIKE ${`%${data.id}%`}`
  const id = EventId.make(event?.id ?? "")
  yield* sql`
    UPDATE effect_queue SET state = 'failed', attempts = 10, last_failure = 'Error: no' WHERE left(id, 36) = ${id}`
  return id
})

layer(TestLayer, { excludeTestServices: true })("events", (it) => {
  it.effect("are listed with how their deliveries stand, filtered and shown", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const id = yield* deadEvent("Arroz")
      const { data: [listed] } = yield* client.events.list({ query: { id: [id], tag: ["products/ProductCreated"] } })
      assert.deepStrictEqual(listed?.deliveries, { waiting: 0, done: 0, dead: 2 })
      const { data: shown } = yield* client.events.get({ params: { id } })
      assert.strictEqual(shown.tag, "products/ProductCreated")
      assert.deepStrictEqual(
        shown.deliveries.map(({ attempts, lastFailure, state, subscription }) => [
          subscription,
          state,
          attempts,
          lastFailure
        ]),
        reactions.map(({ name }) => [name, "dead", 10, "Error: no"])
      )
      const { data: dead } = yield* client.events.deadLetters({
        query: { eventId: [id], subscription: ["test/OnProductCreated"] }
      })
      assert.deepStrictEqual(dead.map(({ eventId, subscription }) => [eventId, subscription]), [
        [id, "test/OnProductCreated"]
      ])
      const unknown = yield* Effect.flip(
        client.events.get({ params: { id: EventId.make("019c0d5e-0000-7000-8000-000000000000") } })
      )
      assert.strictEqual(unknown._tag, "EventNotFound")
    }))

  it.effect("are read by developers of their context, and by those of iam, who alone may replay", () =>
    Effect.gen(function*() {
      const id = yield* deadEvent("Café")
      const read = Effect.fnUntraced(function*({ client }: { readonly client: ApiClient }) {
        const [list, get, replay] = yield* Effect.all([
          Effect.exit(client.events.list({ query: {} })),
          Effect.exit(client.events.get({ params: { id } })),
          Effect.exit(client.events.replay({ params: { id }, headers: {}, query: { dryRun: true }, payload: {} }))
        ])
        return [list, get, replay].map(({ _tag }) => _tag)
      })
      assert.deepStrictEqual(yield* read(yield* callerWith()), ["Failure", "Failure", "Failure"])
      assert.deepStrictEqual(yield* read(yield* callerWith(["recipes", "developer"])), [
        "Success",
        "Failure",
        "Failure"
      ])
      assert.deepStrictEqual(yield* read(yield* callerWith(["products", "developer"])), [
        "Success",
        "Success",
        "Failure"
      ])
      assert.deepStrictEqual(yield* read(yield* callerWith(["iam", "developer"])), ["Success", "Success", "Success"])
      const blind = (yield* callerWith(["recipes", "developer"])).client
      assert.deepStrictEqual((yield* blind.events.list({ query: {} })).pagination.total, 0)
      assert.deepStrictEqual((yield* blind.events.deadLetters({ query: {} })).pagination.total, 0)
    }))

  it.effect("that are dead are offered again, acted upon once, and not offered twice", () =>
    Effect.gen(function*() {
      const client = yield* clientOf()
      const id = yield* deadEvent("Feijão")
      const ask = (subscription?: string, dryRun = false) =>
        client.events.replay({
          params: { id },
          headers: {},
          query: { dryRun },
          payload: subscription === undefined ? {} : { subscription }
        })
      assert.deepInclude(yield* ask(undefined, true), { data: { replayed: 2 } })
      assert.deepInclude(yield* ask("test/OnProductCreatedToo"), { data: { replayed: 1 } })
      assert.strictEqual((yield* Effect.flip(ask("test/OnProductCreatedToo")))._tag, "EventNotDead")
      yield* Effect.scoped(Effect.andThen(
        Layer.build(Workers),
        Effect.repeat(client.events.get({ params: { id } }), {
          until: ({ data }) => data.deliveries.some(({ state }) => state === "done"),
          schedule: Schedule.spaced("20 millis")
        }).pipe(Effect.timeout("10 seconds"))
      ))
      assert.deepStrictEqual(told.filter((line) => line.endsWith("Feijão")), [
        "test/OnProductCreatedToo through cardapio events: Feijão"
      ])
      const { data: { deliveries } } = yield* client.events.get({ params: { id } })
      assert.deepStrictEqual(deliveries.map(({ state }) => state), ["dead", "done"])
      const sql = yield* SqlClient.SqlClient
      const entries = yield* sql<{ changedFields: ReadonlyArray<string> }>`
        SELECT changed_fields FROM audit_log WHERE command = 'iam/ReplayEvent' AND target_id = ${id}`
      assert.deepStrictEqual(entries.map(({ changedFields }) => changedFields), [["test/OnProductCreatedToo"]])
    }))
})
