import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import { CommandDatabase, EventDatabase, operatorConnection, Reads } from "../../src/kernel/Database.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { query } from "../support/Programs.ts"
import { freshDatabase, testSettings } from "../support/TestDatabase.ts"

const settingsOf = (sql: SqlClient.SqlClient) =>
  sql<object>`
    SELECT current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS statement,
      current_setting('transaction_timeout') AS transaction, current_setting('lock_timeout') AS lock,
      current_setting('idle_in_transaction_session_timeout') AS idle,
      current_setting('default_transaction_read_only') AS read_only`.pipe(Effect.map(([row]) => row))

const ofClient = Effect.flatMap(SqlClient.SqlClient, settingsOf)

it.live("connections are in UTC whatever the database's zone, and each limit is longer than the one inside it", () =>
  Effect.gen(function*() {
    const { name, url } = yield* freshDatabase()
    yield* query(url, `ALTER DATABASE ${name} SET timezone TO 'America/Sao_Paulo'`)
    const found = yield* Effect.all([
      Effect.provide(ofClient, CommandDatabase),
      Effect.provide(ofClient, EventDatabase),
      Effect.provide(Effect.flatMap(Reads, settingsOf), Reads.layer),
      Effect.scoped(Effect.flatMap(operatorConnection(url), settingsOf)).pipe(Effect.provide(Reactivity.layer))
    ]).pipe(
      Effect.provide(Layer.merge(
        Layer.succeed(DatabaseLocation, { url, migrationUrl: url, embedded: undefined }),
        testSettings({ COMMAND_TIMEOUT: "4 s", EVENT_TIMEOUT: "6 s", SQL_STATEMENT_TIMEOUT: "20 s" })
      ))
    )
    const common = { zone: "UTC", lock: "2s", readOnly: "off" }
    assert.deepStrictEqual(found, [
      { ...common, statement: "3s", idle: "6s", transaction: "9s" },
      { ...common, statement: "5s", idle: "8s", transaction: "11s" },
      { ...common, statement: "20s", idle: "0", transaction: "0", readOnly: "on" },
      { ...common, statement: "0", idle: "0", transaction: "0" }
    ])
  }))
