import { Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { WorkerTimes } from "../../src/kernel/EventWorkers.ts"
import { Workers } from "../../src/server/Infrastructure.ts"
import { TestLocation } from "./TestDatabase.ts"
import { TestServer } from "./TestServer.ts"

const times = {
  pollInterval: "20 millis",
  lockExpiration: "1 second",
  lockRefreshInterval: "250 millis",
  retrySchedule: Schedule.spaced("100 millis"),
  maxAttempts: 10
} as const

/** The whole server of a test, which delivers its events too. */
export const WorkingServer = (overrides: Readonly<Record<string, string>> = {}, location = TestLocation) =>
  Workers.pipe(Layer.provideMerge(TestServer(overrides, location)), Layer.provide(Layer.succeed(WorkerTimes, times)))

/** Waits until a statement finds a row. */
export const until = <A extends object>(rows: Effect.Effect<ReadonlyArray<A>, unknown>) =>
  Effect.flatMap(rows, ([row]) => row === undefined ? Effect.fail("not yet") : Effect.succeed(row)).pipe(
    Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 500 }),
    Effect.orDie
  )

/** Waits until every event that was published is delivered. */
export const settled = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* until(sql`SELECT 1 AS done WHERE NOT EXISTS (SELECT FROM effect_queue WHERE state = 'pending')`)
})
