import { assert, layer } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Layer, Logger, Schedule, Schema } from "effect"
import { PersistedQueue } from "effect/persistence"
import { SqlClient } from "effect/sql"
import { eventOf } from "../../src/kernel/contract/Event.ts"
import { CommandDatabase, EventDatabase, Reads } from "../../src/kernel/Database.ts"
import { EventBus } from "../../src/kernel/EventBus.ts"
import { eventWorkers, on, type Subscription, subscriptionsOf, WorkerTimes } from "../../src/kernel/EventWorkers.ts"
import { TestLocation, testSettings } from "../support/TestDatabase.ts"

class Noted extends Schema.TaggedClass<Noted>()("test/Noted", { text: Schema.String }) {}

const seen: Array<{ readonly text: string; readonly pool: string }> = []

/** Cuts its own connection at "cut", so that what follows the handler has none. */
const subscribers: ReadonlyArray<Subscription<SqlClient.SqlClient>> = [
  on(Noted, "test/OnNoted", ({ text }) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql<{ pool: string }>`SELECT current_setting('application_name') AS pool`
      seen.push({ text, pool: row?.pool ?? "" })
      if (text === "cut") yield* sql`SELECT pg_terminate_backend(pg_backend_pid())`
    }))
]

const TestLayer = eventWorkers(subscribers).pipe(
  Layer.provide(EventDatabase),
  Layer.provide(Layer.succeed(WorkerTimes, {
    pollInterval: "20 millis",
    lockExpiration: "1 second",
    lockRefreshInterval: "250 millis",
    retrySchedule: Schedule.spaced("1 second"),
    maxAttempts: 2
  })),
  Layer.provideMerge(EventBus.layer),
  Layer.provide(subscriptionsOf(subscribers)),
  Layer.provideMerge(Reads.layer),
  Layer.provideMerge(CommandDatabase),
  Layer.provideMerge(TestLocation),
  Layer.provideMerge(testSettings({ EVENT_CONCURRENCY: "3", DATABASE_POOL_SIZE: "2" })),
  Layer.provide(Logger.layer([]))
)

const publish = (...texts: ReadonlyArray<string>) =>
  EventBus.use((events) => events.publish(texts.map((text) => eventOf(Noted, new Noted({ text }))), null))

const handled = (text: string) =>
  Effect.repeat(Effect.sync(() => seen.find((each) => each.text === text)), {
    until: (found) => found !== undefined,
    schedule: Schedule.spaced("20 millis")
  }).pipe(Effect.timeout("10 seconds"))

layer(TestLayer, { excludeTestServices: true })("the queue of events", (it) => {
  it.effect("is asked by an index, however many elements came at the same time", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const plan = yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`
          INSERT INTO effect_queue (id, queue_name, element, state, attempts, visible_at, created_at, updated_at)
          SELECT 'tied ' || n, 'tied', '{}', 'pending', 0, now(), now(), now() FROM generate_series(1, 20000) AS n`
        yield* sql`ANALYZE effect_queue`
        const rows = yield* sql<{ plan: string }>`
          EXPLAIN SELECT * FROM effect_queue WHERE queue_name = 'tied' AND state = 'pending' AND visible_at <= now()
          ORDER BY visible_at, sequence LIMIT 1 FOR UPDATE SKIP LOCKED`
        yield* sql`DELETE FROM effect_queue WHERE queue_name = 'tied'`
        return JSON.stringify(rows)
      }))
      assert.include(plan, "effect_queue_due")
      assert.notInclude(plan, "Sort")
    }))

  it.effect("is asked ten times a second, and frees the claims of a dead process after 15 to 30 s", () =>
    Effect.gen(function*() {
      const { lockExpiration, lockRefreshInterval, maxAttempts, pollInterval } = yield* WorkerTimes
      const millis = (time: Duration.Input) => Duration.toMillis(Duration.fromInputUnsafe(time))
      assert.isAtMost(millis(pollInterval), 100)
      assert.isTrue(millis(lockExpiration) >= 15_000 && millis(lockExpiration) <= 30_000)
      assert.isAtMost(millis(lockRefreshInterval) * 4, millis(lockExpiration))
      assert.strictEqual(maxAttempts, 10)
    }))

  it.effect("is never worked on by takers that start inside a transaction", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const exit = yield* Effect.exit(sql.withTransaction(Effect.scoped(Layer.build(eventWorkers([])))))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
    }))

  it.effect("does not end with the numbers of an int4", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const types = yield* sql<{ type: string }>`
        SELECT data_type AS type FROM information_schema.columns
        WHERE table_name = 'effect_queue' AND column_name = 'sequence'
        UNION ALL SELECT data_type FROM information_schema.sequences WHERE sequence_name = 'effect_queue_sequence_seq'`
      assert.deepStrictEqual(types.map(({ type }) => type), ["bigint", "bigint"])
    }))

  it.effect("does not mind an id that it has, and the transaction goes on", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const offer = Effect.flatMap(
        PersistedQueue.make({ name: "other", schema: Schema.String }),
        (queue) => queue.offer("a", { id: "same" })
      )
      yield* sql.withTransaction(Effect.andThen(Effect.all([offer, offer]), publish("beside"))).pipe(
        Effect.provide(PersistedQueue.layer.pipe(Layer.provide(PersistedQueue.layerStoreSql())))
      )
      yield* handled("beside")
      const [row] = yield* sql<{ count: number }>`SELECT count(*)::integer AS count FROM effect_queue WHERE id = 'same'`
      assert.strictEqual(row?.count, 1)
    }))

  it.effect("is worked through connections of its own, also while commands have taken all of theirs", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const held = sql.withTransaction(Effect.andThen(publish("held"), Effect.never))
      yield* publish("first")
      yield* Effect.forkChild(Effect.all([held, held], { concurrency: 2 }))
      assert.strictEqual((yield* handled("first"))?.pool, "cardapio events")
    }))

  it.effect("is worked on when connections are lost in handlers, and when it cannot be told that they are done", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        CREATE FUNCTION refuse_done() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the acknowledgement fails'; END $$`
      yield* sql`
        CREATE TRIGGER refuse_done BEFORE UPDATE ON effect_queue FOR EACH ROW
        WHEN (NEW.state = 'completed' AND NEW.element LIKE '%"refused"%') EXECUTE FUNCTION refuse_done()`
      const four = (text: string) => publish(text, text, text, text)
      yield* Effect.andThen(four("cut"), four("refused"))
      yield* Effect.repeat(Effect.sync(() => seen.filter(({ text }) => text === "refused").length), {
        until: (count) => count >= 4,
        schedule: Schedule.spaced("20 millis")
      }).pipe(Effect.timeout("10 seconds"))
      yield* publish("after")
      yield* handled("after")
    }))
})
