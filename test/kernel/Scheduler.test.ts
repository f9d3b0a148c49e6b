import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { EventDatabase } from "../../src/kernel/Database.ts"
import { purges } from "../../src/kernel/purges.ts"
import { type Job, scheduler } from "../../src/kernel/Scheduler.ts"
import { TestLocation, testSettings } from "../support/TestDatabase.ts"

const TestLayer = EventDatabase.pipe(Layer.provideMerge(TestLocation), Layer.provideMerge(testSettings()))

const noted = (name: string) =>
  Effect.map(
    SqlClient.SqlClient.use((sql) =>
      sql<{ runs: number }>`SELECT count(*)::integer AS runs FROM idempotency_keys WHERE key = ${name}`
    ),
    ([row]) => row?.runs ?? 0
  )

const note = (sql: SqlClient.SqlClient, name: string) =>
  sql`INSERT INTO idempotency_keys (caller, key, request_hash) VALUES (gen_random_uuid(), ${name}, '')`

const counting = (name: string, every: Job["every"]): Job => ({
  name,
  every,
  run: (sql) => Effect.as(note(sql, name), false)
})

/** Runs jobs until the effect has ended. */
const during = <A, E, R>(jobs: ReadonlyArray<Job>, effect: Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.andThen(
    Effect.all([Layer.build(scheduler(jobs, "10 millis")), Layer.build(scheduler(jobs, "10 millis"))]),
    effect
  ))

const until = (name: string, runs: number) =>
  Effect.repeat(noted(name), { until: (now) => now >= runs, schedule: Schedule.spaced("10 millis") }).pipe(
    Effect.timeout("10 seconds")
  )

layer(TestLayer, { excludeTestServices: true })("Scheduler", (it) => {
  it.effect("runs a job when it is due, in one process of two, and again only when it is due again", () =>
    Effect.gen(function*() {
      yield* during([counting("often", "0 millis"), counting("rarely", "1 hour")], until("often", 5))
      assert.strictEqual(yield* noted("rarely"), 1)
      yield* SqlClient.SqlClient.use((sql) => sql`UPDATE scheduled_jobs SET due_at = now() WHERE name = 'rarely'`)
      yield* during([counting("rarely", "1 hour")], until("rarely", 2))
      assert.strictEqual(yield* noted("rarely"), 2)
    }))

  it.effect("keeps nothing of a job that fails, tries it again, and lets the others go on", () =>
    Effect.gen(function*() {
      let attempts = 0
      const failing: Job = {
        name: "failing",
        every: "1 hour",
        run: (sql) =>
          Effect.andThen(
            note(sql, "failing"),
            Effect.suspend(() => ++attempts < 3 ? Effect.die("not yet") : Effect.succeed(false))
          )
      }
      yield* during([failing, counting("besides", "0 millis")], Effect.all([until("failing", 1), until("besides", 3)]))
      assert.deepStrictEqual([attempts, yield* noted("failing")], [3, 1])
    }))

  it.effect("goes on at once while a job has more to do", () =>
    Effect.gen(function*() {
      let left = 4
      const job: Job = {
        name: "long",
        every: "1 hour",
        run: (sql) => Effect.map(note(sql, "long"), () => --left > 0)
      }
      yield* during([job], until("long", 4))
      assert.strictEqual(left, 0)
    }))

  it.effect("purges what is a week old, but no dead letter, and no inbox row before its element", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const event = (n: number) => `00000000-0000-7000-8000-00000000000${n}`
      const element = (n: number, state: string, days: number) =>
        sql`
          INSERT INTO effect_queue (id, queue_name, element, state, attempts, visible_at, created_at, updated_at)
          SELECT ${`${event(n)}/a`}, 'events', '{}', ${state}, 1, at, at, at
          FROM (SELECT now() - ${days} * interval '1 day' AS at) AS times`
      const handled = (n: number, days: number) =>
        sql`
          INSERT INTO event_inbox (subscription, event_id, handled_at)
          VALUES ('a', ${event(n)}, now() - ${days} * interval '1 day')`
      yield* Effect.all([
        element(1, "completed", 8),
        handled(1, 8),
        element(2, "completed", 6),
        handled(2, 8),
        element(3, "failed", 80),
        element(4, "pending", 8),
        handled(4, 8),
        handled(5, 6),
        handled(6, 8)
      ])
      yield* sql`DELETE FROM idempotency_keys`
      yield* note(sql, "old")
      yield* sql`UPDATE idempotency_keys SET created_at = now() - interval '8 days'`
      yield* note(sql, "new")
      assert.isFalse(yield* purges.run(sql))
      const left = yield* sql<{ id: string }>`SELECT id FROM effect_queue ORDER BY id`
      assert.deepStrictEqual(left.map(({ id }) => id), [2, 3, 4].map((n) => `${event(n)}/a`))
      const inbox = yield* sql<{ eventId: string }>`SELECT event_id FROM event_inbox ORDER BY event_id`
      assert.deepStrictEqual(inbox.map(({ eventId }) => eventId), [2, 4, 5].map(event))
      assert.deepStrictEqual([yield* noted("old"), yield* noted("new")], [0, 1])
    }))
})
