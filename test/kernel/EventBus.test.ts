import { assert, layer } from "@effect/vitest"
import { Cause, Context, Effect, Exit, Layer, Logger, Request, Schedule, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Actors } from "../../src/kernel/Actors.ts"
import { Audit } from "../../src/kernel/Audit.ts"
import * as CommandBus from "../../src/kernel/CommandBus.ts"
import { eventOf } from "../../src/kernel/contract/Event.ts"
import { CommandDatabase, EventDatabase } from "../../src/kernel/Database.ts"
import { problemOfDefect } from "../../src/kernel/defects.ts"
import { EventBus } from "../../src/kernel/EventBus.ts"
import { eventWorkers, on, type Subscription, subscriptionsOf, WorkerTimes } from "../../src/kernel/EventWorkers.ts"
import { TestLocation, testSettings } from "../support/TestDatabase.ts"

class Noted extends Schema.TaggedClass<Noted>()("test/Noted", { text: Schema.String, failures: Schema.Int }) {}

class Counted extends Schema.TaggedClass<Counted>()("test/Counted", {}) {}

/** A reaction that tells of itself, and executes a command, before it fails so many times. */
class Chained extends Schema.TaggedClass<Chained>()("test/Chained", { text: Schema.String, failures: Schema.Int }) {}

class Keep extends Request.TaggedClass("test/Keep")<{ readonly text: string }, void> {}

const attempts = new Map<string, number>()

const failing = (text: string, failures: number) =>
  Effect.suspend(() => {
    const attempt = (attempts.get(text) ?? 0) + 1
    attempts.set(text, attempt)
    return attempt <= failures
      ? Effect.die(`attempt ${attempt} for ana@example.org with +55 11 98765-4321`)
      : Effect.void
  })

const effect = (subscription: string, text: string) =>
  Effect.asVoid(
    SqlClient.SqlClient.use((sql) => sql`INSERT INTO effects (subscription, text) VALUES (${subscription}, ${text})`)
  )

const running = { now: 0, most: 0 }

class Keeper extends Context.Service<Keeper, CommandBus.CommandBus<Keep>>()("test/Keeper") {
  static readonly layer = Layer.effect(
    Keeper,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      return yield* CommandBus.make<Keep>({
        context: "products",
        permissions: { "test/Keep": "manage_products" },
        handlers: {
          "test/Keep": ({ text }) =>
            Effect.as(sql`INSERT INTO effects (subscription, text) VALUES ('test/Keep', ${text})`, {
              answer: undefined,
              change: { target: { type: "text", id: text }, versionBefore: null, versionAfter: 1, changedFields: [] },
              events: [eventOf(Noted, new Noted({ text: `${text} told`, failures: 0 }))]
            })
        }
      })
    })
  )
}

const subscribers: ReadonlyArray<Subscription<SqlClient.SqlClient | Keeper>> = [
  on(Noted, "test/OnNoted", ({ text }) => effect("test/OnNoted", text)),
  on(
    Noted,
    "test/OnNotedToo",
    ({ failures, text }) => Effect.andThen(effect("test/OnNotedToo", text), failing(text, failures))
  ),
  on(Counted, "test/OnCounted", () =>
    Effect.gen(function*() {
      running.now++
      running.most = Math.max(running.most, running.now)
      yield* Effect.sleep("20 millis")
      running.now--
    })),
  on(
    Chained,
    "test/OnChained",
    ({ failures, text }) =>
      Effect.andThen(Keeper.use((keeper) => keeper.executeAsSystem(new Keep({ text }))), failing(text, failures))
  )
]

const Table = Layer.effectDiscard(
  SqlClient.SqlClient.use((sql) =>
    sql`
      CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, subscription text, text text,
        synchronous text DEFAULT current_setting('synchronous_commit'))`
  )
)

/** As in a server: what reactions do goes through the pool of events. */
const Workers = eventWorkers(subscribers).pipe(
  Layer.provide(Layer.succeed(WorkerTimes, {
    pollInterval: "20 millis",
    lockExpiration: "1 second",
    lockRefreshInterval: "250 millis",
    retrySchedule: Schedule.spaced("0 millis"),
    maxAttempts: 3
  })),
  Layer.provide(Keeper.layer),
  Layer.provide(Layer.fresh(Layer.merge(Audit.layer, EventBus.layer))),
  Layer.provide(EventDatabase),
  Layer.provide(Layer.mock(Actors, {}))
)

const TestLayer = Workers.pipe(
  Layer.provideMerge(EventBus.layer),
  Layer.provide(subscriptionsOf(subscribers)),
  Layer.provideMerge(Table),
  Layer.provideMerge(CommandDatabase),
  Layer.provideMerge(TestLocation),
  Layer.provideMerge(testSettings({ EVENT_CONCURRENCY: "3" })),
  Layer.provide(Logger.layer([]))
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

  it.effect("takes what handlers write to the disk before it is acknowledged", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* publish("durable")
      yield* settled
      const written = yield* sql<object>`SELECT DISTINCT synchronous FROM effects WHERE text = 'durable'`
      assert.deepStrictEqual(written, [{ synchronous: "on" }])
    }))

  it.effect("keeps what a reaction executes and publishes with its inbox row, or none of it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const chain = (text: string, failures: number) =>
        EventBus.use((events) => events.publish([eventOf(Chained, new Chained({ text, failures }))], null))
      yield* Effect.andThen(chain("chain", 2), chain("broken chain", 99))
      yield* settled
      assert.deepStrictEqual(yield* effects("chain"), ["test/Keep"])
      assert.deepStrictEqual(yield* effects("chain told"), ["test/OnNoted", "test/OnNotedToo"])
      assert.deepStrictEqual([yield* effects("broken chain"), yield* effects("broken chain told")], [[], []])
      const entries = yield* sql<object>`
        SELECT target_id, actor_type, actor_id FROM audit_log WHERE command = 'test/Keep'`
      assert.deepStrictEqual(entries, [{ targetId: "chain", actorType: "system", actorId: null }])
    }))

  it.effect("fails a command whose deliveries cannot be stored with what the database said", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const away = sql.withTransaction(Effect.gen(function*() {
        yield* sql`ALTER TABLE effect_queue RENAME TO away`
        const exit = yield* Effect.exit(Keeper.use((keeper) => keeper.executeAsSystem(new Keep({ text: "away" }))))
        return yield* Effect.fail(exit)
      }))
      const exit = yield* Effect.flip(away).pipe(
        Effect.provide(Keeper.layer.pipe(Layer.provide(Audit.layer), Layer.provide(Layer.mock(Actors, {}))))
      )
      assert.isTrue(Exit.isExit(exit) && Exit.isFailure(exit))
      if (!Exit.isExit(exit) || !Exit.isFailure(exit)) return
      const defect = exit.cause.reasons.find(Cause.isDieReason)?.defect
      assert.strictEqual(problemOfDefect(defect)._tag, "DatabaseUnavailable")
    }))

  it.effect("tells each delivery which span published its event", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const traceId = yield* publish("traced").pipe(
        Effect.andThen(Effect.currentSpan),
        Effect.map((span) => span.traceId),
        Effect.withSpan("publishing")
      )
      yield* settled
      const rows = yield* sql<{ traceparent: string }>`
        SELECT DISTINCT element::jsonb->>'traceparent' AS traceparent FROM effect_queue WHERE element LIKE '%"traced"%'`
      assert.deepStrictEqual(rows.map(({ traceparent }) => traceparent.split("-")[1]), [traceId])
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
