import { assert, it } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Logger, Schedule, Schema, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { eventOf } from "../../src/kernel/contract/Event.ts"
import { CommandDatabase, EventDatabase } from "../../src/kernel/Database.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { EventBus } from "../../src/kernel/EventBus.ts"
import { eventWorkers, on, subscriptionsOf, WorkerTimes } from "../../src/kernel/EventWorkers.ts"
import { databaseDoor } from "../support/DatabaseDoor.ts"
import { freshDatabase, testSettings } from "../support/TestDatabase.ts"

class Noted extends Schema.TaggedClass<Noted>()("test/Noted", {}) {}

const subscribers = [on(Noted, "test/OnNoted", () => Effect.void)]

const locationOf = (url: DatabaseLocation["Service"]["url"]) =>
  Layer.succeed(DatabaseLocation)({ url, migrationUrl: url, embedded: undefined })

const Settled = Layer.merge(testSettings({ DATABASE_POOL_SIZE: "16" }), Logger.layer([]))

const Times = Layer.succeed(WorkerTimes, {
  pollInterval: "5 millis",
  lockExpiration: "20 seconds",
  lockRefreshInterval: "5 seconds",
  retrySchedule: Schedule.spaced("1 second"),
  maxAttempts: 10
})

/** A worker to whom every answer of the database comes late, so that it is nearly always waiting for one. */
const stopped = Effect.fnUntraced(function*(url: DatabaseLocation["Service"]["url"]) {
  const far = yield* databaseDoor(url, { delayMillis: 60 })
  const scope = yield* Scope.make()
  const Workers = eventWorkers(subscribers).pipe(
    Layer.provide(EventDatabase),
    Layer.provide([locationOf(far.url), Times])
  )
  yield* Layer.buildWithScope(Workers.pipe(Layer.provide(Settled)), scope)
  return Scope.close(scope, Exit.void)
})

it.live("workers that stop give back all that they have claimed, even with a poll on its way", () =>
  Effect.gen(function*() {
    const { url } = yield* freshDatabase()
    const Publishing = EventBus.layer.pipe(
      Layer.provide(subscriptionsOf(subscribers)),
      Layer.provideMerge(CommandDatabase),
      Layer.provide(locationOf(url)),
      Layer.provide(Settled)
    )
    const near = yield* Layer.build(Publishing)
    const sql = Context.get(near, SqlClient.SqlClient)
    const events = Context.get(near, EventBus)
    yield* sql.withTransaction(events.publish([eventOf(Noted, new Noted())], null)).pipe(
      Effect.repeat(Schedule.spaced("70 millis")),
      Effect.forkScoped
    )
    const count = (state: string) =>
      Effect.map(
        sql.unsafe<{ count: number }>(`SELECT count(*)::integer AS count FROM effect_queue WHERE ${state}`),
        ([row]) => row?.count ?? 0
      )
    for (let round = 0; round < 3; round++) {
      const before = yield* count("state = 'completed'")
      const stop = yield* stopped(url)
      yield* Effect.repeat(count("state = 'completed'"), {
        until: (completed) => completed > before,
        schedule: Schedule.spaced("20 millis")
      })
      yield* stop
      assert.strictEqual(yield* count("acquired_by IS NOT NULL"), 0)
    }
  }))
