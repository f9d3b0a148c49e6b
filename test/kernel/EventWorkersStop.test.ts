import { assert, it } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Logger, Schedule, Schema, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { eventOf } from "../../src/kernel/contract/Event.ts"
import { CommandDatabase, EventDatabase } from "../../src/kernel/Database.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { EventBus } from "../../src/kernel/EventBus.ts"
import { eventWorkers, on, subscriptionsOf, WorkerTimes } from "../../src/kernel/EventWorkers.ts"
import { databaseDoor } from "../support/DatabaseDoor.ts"
import { freshDatabase, testSettings } from "../support/TestDatabase.ts"

class Noted extends Schema.TaggedClass<Noted>()("test/Noted", {}) {}

const subscribers = [on(Noted, "test/OnNoted", () => Effect.never)]

const locationOf = (url: DatabaseLocation["Service"]["url"]) =>
  Layer.succeed(DatabaseLocation)({ url, migrationUrl: url, embedded: undefined })

const Settled = Layer.merge(testSettings({ DATABASE_POOL_SIZE: "2", EVENT_CONCURRENCY: "1" }), Logger.layer([]))

const Times = Layer.succeed(WorkerTimes, {
  pollInterval: "5 millis",
  lockExpiration: "20 seconds",
  lockRefreshInterval: "5 seconds",
  retrySchedule: Schedule.spaced("1 second"),
  maxAttempts: 10
})

/** Starts workers, and answers what stops them. */
const working = Effect.fnUntraced(function*(url: DatabaseLocation["Service"]["url"]) {
  const scope = yield* Scope.make()
  const Workers = eventWorkers(subscribers).pipe(
    Layer.provide(EventDatabase),
    Layer.provide([locationOf(url), Times])
  )
  yield* Layer.buildWithScope(Workers.pipe(Layer.provide(Settled)), scope)
  return Scope.close(scope, Exit.void)
})

const exists = (sql: SqlClient.SqlClient, from: string) =>
  Effect.repeat(sql.unsafe(`SELECT FROM ${from}`), {
    until: ({ length }) => length > 0,
    schedule: Schedule.spaced("10 millis")
  })

/** Whoever claims an element waits until what it answers is run. */
const shutGate = Effect.fnUntraced(function*(sql: SqlClient.SqlClient) {
  yield* sql`
    CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS
    $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$`
  yield* sql`
    CREATE TRIGGER gate BEFORE UPDATE ON effect_queue FOR EACH ROW
    WHEN (OLD.acquired_by IS NULL AND NEW.acquired_by IS NOT NULL) EXECUTE FUNCTION wait_at_gate()`
  const [shut, opened] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const holding = yield* Effect.forkScoped(sql.withTransaction(Effect.gen(function*() {
    yield* sql`SELECT pg_advisory_xact_lock(1)`
    yield* Deferred.succeed(shut, undefined)
    yield* Deferred.await(opened)
  })))
  yield* Deferred.await(shut)
  return Effect.andThen(Deferred.succeed(opened, undefined), Fiber.join(holding))
})

it.live("workers that stop give back what they have claimed, even with the answer to a poll on its way", () =>
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
    const door = yield* databaseDoor(url)
    const stop = yield* working(door.url)
    const openGate = yield* shutGate(sql)
    yield* events.publish([eventOf(Noted, new Noted())], null)
    yield* exists(sql, "pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'")
    const letGo = yield* door.hold
    yield* openGate
    yield* exists(sql, "effect_queue WHERE acquired_by IS NOT NULL")
    const stopping = yield* Effect.forkChild(stop, { startImmediately: true })
    yield* letGo
    yield* Fiber.join(stopping)
    const left = yield* sql<object>`SELECT state, acquired_by FROM effect_queue`
    assert.deepStrictEqual(left, [{ state: "pending", acquiredBy: null }])
  }))
