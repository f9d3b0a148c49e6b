import { describe, expect, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import { SqlClient } from "effect/sql"
import { ask } from "../../scripts/proof/Asking.ts"
import { cutCommits } from "../../scripts/proof/commit.ts"
import { faultEveryStep } from "../../scripts/proof/faults.ts"
import { Ledger } from "../../scripts/proof/Ledger.ts"
import { shareEvents } from "../../scripts/proof/processes.ts"
import { broken, type Proven } from "../../scripts/proof/Proven.ts"
import { restartPostgres } from "../../scripts/proof/restart.ts"
import { stopServers } from "../../scripts/proof/sigterm.ts"
import { commandTally, effectTally, noLoss, settled } from "../../scripts/proof/tally.ts"
import { freshPostgres, type Trial, trialOn } from "../../scripts/proof/Trial.ts"
import { startServing } from "../../scripts/proof/TrialServer.ts"
import { until } from "../../scripts/proof/until.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

/** For a machine that is busy with other things; alone, each takes a few seconds. */
const patience = 150_000

const seed = process.env["PROOF_SEED"] ?? Date.now() % 1_000_000

const onFreshDatabase = Effect.flatMap(freshDatabase(), ({ url }) => trialOn(url, 4))

const expectKept = <E, R>(trial: Effect.Effect<Proven, E, R>) =>
  Effect.gen(function*() {
    const proven = yield* Random.withSeed(trial, seed)
    expect(broken(proven), `PROOF_SEED=${seed} ${JSON.stringify(proven.counters)}`).toEqual([])
  })

const create = (trial: Trial, port: number) =>
  Effect.map(
    ask(port, trial.token, { method: "POST", path: "/v1/products", key: "a-key", body: "{\"name\":\"Arroz\"}" }),
    (outcome) => {
      expect(outcome).toMatchObject({ _tag: "Answered", status: 201 })
      return outcome._tag === "Answered" ? outcome.body : ""
    }
  )

const counted = (sql: SqlClient.SqlClient, statement: string) =>
  Effect.map(sql.unsafe<{ count: number }>(statement), ([row]) => row?.count)

describe.concurrent("the promises of the engine, for short", () => {
  it.live(
    "processes share events, each of which acts once",
    () => expectKept(Effect.flatMap(onFreshDatabase, (trial) => shareEvents(trial, { count: 1500, processes: 2 }))),
    patience
  )

  it.live(
    "a creation whose COMMIT or its answer is cut acts once when it is sent again",
    () => expectKept(Effect.flatMap(onFreshDatabase, (trial) => cutCommits(trial, { count: 20, clients: 8 }))),
    patience
  )

  it.live(
    "a command that is cut before any of its statements is kept whole or not at all",
    () => expectKept(Effect.flatMap(onFreshDatabase, (trial) => faultEveryStep(trial, { count: 1, kills: 0 }))),
    patience
  )

  it.live(
    "servers that are stopped fail no request, and leave no event behind",
    () =>
      expectKept(
        Effect.flatMap(onFreshDatabase, (trial) =>
          stopServers(trial, { count: 3, servers: 2, clients: 4, handlerMillis: 50 }))
      ),
    patience
  )

  it.live("a handler under way when its server is stopped goes on elsewhere at once", () =>
    Effect.gen(function*() {
      const trial = yield* onFreshDatabase
      const leaving = yield* startServing({ ...trial.environment, PROOF_HANDLER_MILLIS: "9000" })
      yield* create(trial, leaving.port)
      const underWay = counted(
        trial.sql,
        `SELECT count(*)::integer AS count FROM pg_stat_activity
         WHERE application_name = 'cardapio events' AND state = 'idle in transaction' AND datname = current_database()`
      )
      expect(yield* until(Effect.map(underWay, (count) => count === 1), "10 seconds")).toBe(true)
      yield* startServing(trial.environment)
      yield* leaving.signal("SIGTERM")
      expect(yield* leaving.ended).toBe(0)
      const effects = counted(trial.sql, "SELECT count(*)::integer AS count FROM proof_effects")
      expect(yield* until(Effect.map(effects, (count) => count === 1), "5 seconds")).toBe(true)
    }), patience)
})

// By itself: how soon the first is served again would tell of the other trials.
it.live(
  "PostgreSQL may be stopped in every manner",
  () =>
    expectKept(
      Effect.flatMap(freshPostgres, ({ directory, url }) =>
        Effect.flatMap(trialOn(url, 4), (trial) =>
          restartPostgres(trial, directory, { count: 2, servers: 1, clients: 4, pauseMillis: 500 })))
    ),
  patience
)

it.live("a trial notices what is lost, doubled or half-applied", () =>
  Effect.gen(function*() {
    const trial = yield* onFreshDatabase
    const { sql } = trial
    const tallied = Effect.fnUntraced(function*(ledger: Ledger) {
      const counters = { ...yield* commandTally(ledger), ...yield* effectTally, stuck: 0 }
      return broken({ counters, promised: noLoss })
    }, Effect.provideService(SqlClient.SqlClient, sql))
    const server = yield* startServing(trial.environment)
    const body = yield* create(trial, server.port)
    expect(yield* Effect.provideService(settled(10_000), SqlClient.SqlClient, sql)).toBe(0)
    const ledger = new Ledger()
    ledger.acknowledge("Arroz", JSON.parse(body).data.id, false)
    expect(yield* tallied(ledger)).toEqual([])

    yield* sql`UPDATE products SET version = 2`
    expect(yield* tallied(ledger)).toEqual([expect.stringMatching(/^halfApplied is 1/)])
    yield* sql`UPDATE products SET version = 1`
    yield* sql`INSERT INTO proof_effects SELECT * FROM proof_effects`
    expect(yield* tallied(ledger)).toEqual([expect.stringMatching(/^doubleEffects is 1/)])
    yield* sql`DELETE FROM proof_effects`
    expect(yield* tallied(ledger)).toEqual([expect.stringMatching(/^lostEffects is 1/)])
    yield* sql`DELETE FROM idempotency_keys`
    expect(yield* tallied(ledger)).toContainEqual(expect.stringMatching(/^halfApplied is 1/))
    yield* sql`UPDATE products SET name = 'Feijão'`
    expect(yield* tallied(ledger)).toContainEqual(expect.stringMatching(/^lost is 1/))
    expect(broken({ counters: {}, promised: { kills: { is: 30 } } })).toEqual(["kills was not counted"])
  }), patience)
