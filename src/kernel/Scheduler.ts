import { Duration, Effect, Layer, Schedule } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { metrics } from "./Metrics.ts"
import { Settings } from "./Settings.ts"

/** Something to be done now and then, by one process of all, in a transaction. */
export interface Job {
  readonly name: string
  readonly every: Duration.Input
  /** Answers whether there is more to do at once, so that each transaction stays short. */
  readonly run: (sql: SqlClient.SqlClient) => Effect.Effect<boolean, SqlError.SqlError>
}

/**
 * Runs jobs when they are due; due times are kept in the database. A job that fails is logged, and tried again at the next look,
 * as it is when the process dies.
 */
export const scheduler = (jobs: ReadonlyArray<Job>, look: Duration.Input = "30 seconds") =>
  Layer.effectDiscard(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const { eventTimeout } = yield* Settings

    const once = Effect.fnUntraced(function*({ every, name, run }: Job) {
      // Nobody would do again what a crash takes away.
      const [lock] = yield* sql<{ mine: boolean }>`
        SELECT pg_try_advisory_xact_lock(hashtextextended(${`job ${name}`}, 0)) AS mine,
          set_config('synchronous_commit', 'on', true)`
      if (lock?.mine !== true) return false
      yield* sql`INSERT INTO scheduled_jobs (name) VALUES (${name}) ON CONFLICT DO NOTHING`
      const due = yield* sql`SELECT name FROM scheduled_jobs WHERE name = ${name} AND due_at <= now()::timestamptz(3)`
      if (due.length === 0) return false
      const more = yield* run(sql)
      yield* sql.afterCommit(Effect.sync(() => metrics.jobRuns({ job: name, outcome: "done" }, 1)))
      const pause = more ? 0 : Duration.toMillis(every)
      yield* sql`
        UPDATE scheduled_jobs SET last_run_at = now(), due_at = now() + ${pause} * interval '1 millisecond'
        WHERE name = ${name}`
      return more
    })

    const supervised = (job: Job) =>
      sql.withTransaction(Effect.timeout(once(job), eventTimeout)).pipe(
        Effect.withSpan(job.name, { root: true }),
        Effect.repeat({ while: (more) => more }),
        Effect.catchCause((cause) => {
          metrics.jobRuns({ job: job.name, outcome: "failed" }, 1)
          return Effect.logWarning(`${job.name} failed`, cause)
        }),
        Effect.repeat(Schedule.jittered(Schedule.spaced(look)))
      )
    yield* Effect.forEach(jobs, (job) => Effect.forkScoped(supervised(job)), { discard: true })
  }))
