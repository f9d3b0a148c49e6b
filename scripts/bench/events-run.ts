import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Duration, Effect, Layer, Logger, Schedule, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { eventOf } from "../../src/kernel/contract/Event.ts"
import { CommandDatabase, EventDatabase } from "../../src/kernel/Database.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { EventBus } from "../../src/kernel/EventBus.ts"
import { eventWorkers, on, subscriptionsOf } from "../../src/kernel/EventWorkers.ts"
import { Settings } from "../../src/kernel/Settings.ts"

class Happened extends Schema.TaggedClass<Happened>()("bench/Happened", { n: Schema.Int }) {}

const events = 5000
const perTransaction = 10

const subscriptions = [
  on(
    Happened,
    "bench/OnHappened",
    ({ n }) => SqlClient.SqlClient.use((sql) => Effect.asVoid(sql`INSERT INTO counted (n) VALUES (${n})`))
  )
]

const seconds = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([duration]) => Duration.toSeconds(duration))

/** Publishes a backlog with nobody there to take it, then delivers it: each event writes one row in its inbox transaction. */
const program = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const bus = yield* EventBus
  yield* sql`CREATE TABLE counted (n integer NOT NULL)`
  const transaction = (first: number) =>
    sql.withTransaction(bus.publish(
      Array.from({ length: perTransaction }, (_, n) => eventOf(Happened, new Happened({ n: first + n }))),
      null
    ))
  const published = yield* seconds(
    Effect.forEach(
      Array.from({ length: events / perTransaction }, (_, n) => n * perTransaction),
      transaction,
      { concurrency: 8, discard: true }
    )
  )
  const Workers = eventWorkers(subscriptions).pipe(Layer.provide(EventDatabase))
  const delivered = yield* seconds(Effect.scoped(Effect.gen(function*() {
    yield* Layer.build(Workers)
    yield* Effect.repeat(sql<{ done: number }>`SELECT count(*)::integer AS done FROM counted`, {
      until: ([row]) => row?.done === events,
      schedule: Schedule.spaced("20 millis")
    })
  })))
  yield* Console.log(JSON.stringify({ events, published: events / published, delivered: events / delivered }))
})

program.pipe(
  Effect.provide(EventBus.layer.pipe(
    Layer.provide(subscriptionsOf(subscriptions)),
    Layer.provideMerge(CommandDatabase),
    Layer.provideMerge(DatabaseLocation.layer("tool")),
    Layer.provideMerge(Settings.layer),
    Layer.provide([NodeServices.layer, Logger.layer([])])
  )),
  Effect.runPromise
)
