import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Schedule, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { eventOf } from "../../src/kernel/contract/Event.ts"
import { CommandDatabase, EventDatabase } from "../../src/kernel/Database.ts"
import { EventBus } from "../../src/kernel/EventBus.ts"
import { eventWorkers, on, type Subscription, subscriptionsOf } from "../../src/kernel/EventWorkers.ts"
import { TestLocation, testSettings } from "../support/TestDatabase.ts"

class Noted extends Schema.TaggedClass<Noted>()("test/Noted", { text: Schema.String, failures: Schema.Int }) {}

class Counted extends Schema.TaggedClass<Counted>()("test/Counted", {}) {}

/** Handlers write with the client that they are given, so that their effects belong to the delivery's transaction. */
const subscribersOf = (sql: SqlClient.SqlClient): ReadonlyArray<Subscription> => {
  const attempts = new Map<string, number>()
  const effect = (subscription: string, text: string) =>
    sql`INSERT INTO effects (subscription, text) VALUES (${subscription}, ${text})`
  return [
    on(Noted, "test/OnNoted", ({ text }) => Effect.asVoid(effect("test/OnNoted", text))),
    on(Noted, "test/OnNotedToo", ({ failures, text }) =>
      Effect.gen(function*() {
        yield* effect("test/OnNotedToo", text)
        const attempt = (attempts.get(text) ?? 0) + 1
        attempts.set(text, attempt)
        if (attempt <= failures) {
          return yield* Effect.die(`attempt ${attempt} for ana@example.org with +55 11 98765-4321`)
        }
      })),
    on(Counted, "test/OnCounted", () =>
      Effect.gen(function*() {
        running.now++
        running.most = Math.max(running.most, running.now)
        yield* Effect.sleep("20 millis")
        running.now--
      }))
  ]
}

const running = { now: 0, most: 0 }

const Table = Layer.effectDiscard(
  SqlClient.SqlClient.use((sql) =>
    sql`CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, subscription text, text text)`
  )
)

const Workers = Layer.unwrap(Effect.map(SqlClient.SqlClient, (sql) =>
  eventWorkers(subscribersOf(sql), {
    pollInterval: "20 millis",
    lockExpiration: "1 second",
    lockRefreshInterval: "250 millis",
    retrySchedule: Schedule.spaced("0 millis"),
    maxAttempts: 3
  }))).pipe(Layer.provide(EventDatabase))

const Bus = Layer.unwrap(
  Effect.map(SqlClient.SqlClient, (sql) => EventBus.layer.pipe(Layer.provide(subscriptionsOf(subscribersOf(sql)))))
)

const TestLayer = Workers.pipe(
  Layer.provideMerge(Bus),
  Layer.provideMerge(Table),
  Layer.provideMerge(CommandDatabase),
  Layer.provideMerge(TestLocation),
  Layer.provideMerge(testSettings({ EVENT_CONCURRENCY: "3" }))
)

const effects = (text: string) =>
  Effect.map(
    SqlClient.SqlClient.use((sql) =>
      sql<{ subscription: string }>`SELECT subscription FROM effects WHERE text = ${text} ORDER BY subscription`
    ),
    (rows) => rows.map(({ subscription }) => subscription)
  )

/** Until every element of the queue is done or dead. */
const settled = Effect.repeat(
  SqlClient.SqlClient.use((sql) =>
    sql<{ open: number }>`SELECT count(*)::integer AS open FROM effect_queue WHERE state = 'pending'`
  ),
  { until: ([row]) => row?.open === 0, schedule: Schedule.spaced("20 millis") }
)

const publish = (text: string, failures = 0) =>
  EventBus.use((events) => events.publish([eventOf(Noted, new Noted({ text, failures }))], null))

layer(TestLayer, { excludeTestServices: true })("EventBus", (it) => {
  it.effect("delivers to each subscription what was committed, and nothing of what was rolled back", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql.withTransaction(publish("kept"))
      yield* Effect.exit(sql.withTransaction(Effect.andThen(publish("undone"), Effect.fail("no"))))
      yield* settled
      assert.deepStrictEqual(yield* effects("kept"), ["test/OnNoted", "test/OnNotedToo"])
      assert.deepStrictEqual(yield* effects("undone"), [])
      assert.strictEqual((yield* sql`SELECT id FROM events`).length, 1)
    }))

  it.effect("tries a failed handler again, each attempt in a transaction of its own, without the other's doing", () =>
    Effect.gen(function*() {
      yield* publish("twice", 2)
      yield* settled
      assert.deepStrictEqual(yield* effects("twice"), ["test/OnNoted", "test/OnNotedToo"])
    }))

  it.effect("keeps a dead letter after the last attempt, without what a log must not hold", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* publish("never", 99)
      yield* settled
      assert.deepStrictEqual(yield* effects("never"), ["test/OnNoted"])
      const dead = yield* sql<{ attempts: number; lastFailure: string }>`
        SELECT attempts, last_failure FROM effect_queue WHERE state = 'failed'`
      assert.strictEqual(dead.length, 1)
      assert.strictEqual(dead[0]?.attempts, 3)
      assert.include(dead[0]?.lastFailure ?? "", "attempt 3")
      assert.notMatch(dead[0]?.lastFailure ?? "", /example\.org|98765|\n/)
    }))

  it.effect("acts once on an event that is delivered again", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* publish("again")
      yield* settled
      yield* sql`
        UPDATE effect_queue SET state = 'pending', attempts = 0, visible_at = now() AT TIME ZONE 'UTC'
        WHERE element LIKE '%"again"%'`
      yield* settled
      assert.deepStrictEqual(yield* effects("again"), ["test/OnNoted", "test/OnNotedToo"])
    }))

  it.effect("puts back what is for a subscription that it does not know", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        INSERT INTO effect_queue (id, queue_name, element, state, attempts, visible_at, created_at, updated_at)
        SELECT 'x/new', queue_name, replace(element, 'test/OnNoted"', 'test/FromTheFuture"'), 'pending', 0,
          now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
        FROM effect_queue WHERE element LIKE '%"test/OnNoted"%' LIMIT 1`
      const waiting = sql<{ waiting: number }>`
        SELECT count(*)::integer AS waiting FROM effect_queue
        WHERE state = 'pending' AND element LIKE '%FromTheFuture%' AND visible_at > now() AT TIME ZONE 'UTC' + interval '50 s'`
      yield* Effect.repeat(waiting, {
        until: ([row]) => row?.waiting === 1,
        schedule: Schedule.spaced("20 millis")
      }).pipe(Effect.timeout("10 seconds"))
      yield* sql`DELETE FROM effect_queue WHERE element LIKE '%FromTheFuture%'`
    }))

  it.effect("runs no more handlers at once than EVENT_CONCURRENCY", () =>
    Effect.gen(function*() {
      running.most = 0
      const sql = yield* SqlClient.SqlClient
      const many = Array.from({ length: 30 }, () => eventOf(Counted, new Counted()))
      yield* sql.withTransaction(EventBus.use((events) => events.publish(many, null)))
      yield* settled
      assert.isAtLeast(running.most, 2)
      assert.isAtMost(running.most, 3)
    }))
})
