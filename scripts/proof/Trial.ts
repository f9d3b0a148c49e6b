import * as NodeServices from "@effect/platform-node/NodeServices"
import { PgClient } from "@effect/sql-pg"
import { ConfigProvider, Context, Duration, Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AccessTokens } from "../../src/contexts/iam/AccessTokens.ts"
import { Accounts, firstAdministrator } from "../../src/contexts/iam/Accounts.ts"
import { CommandDatabase } from "../../src/kernel/Database.ts"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { acquire } from "../../src/kernel/embedded/EmbeddedPostgres.ts"
import * as KeeperFile from "../../src/kernel/embedded/KeeperFile.ts"
import { isAlive } from "../../src/kernel/embedded/ProcessTable.ts"
import { migrate } from "../../src/kernel/Migrations.ts"
import { Settings } from "../../src/kernel/Settings.ts"
import { until } from "./until.ts"

/** Settings of the programs of a trial, as environment variables. */
export type Environment = Readonly<Record<string, string>>

/** A database on which a trial runs, and a token for who may do all. */
export interface Trial {
  readonly url: Redacted.Redacted<string>
  readonly token: string
  /** Where the trial itself looks. */
  readonly sql: SqlClient.SqlClient
  /** What a server needs to work on the database. */
  readonly environment: Environment
}

const secret = "the secret of the trials, long enough to be one"

const environmentOf = (url: Redacted.Redacted<string>, poolSize: number): Environment => ({
  DATABASE_URL: Redacted.value(url),
  AUTH_KEY_SECRET: secret,
  ONBOARDING_SECRET_KEY: secret,
  DATABASE_POOL_SIZE: `${poolSize}`,
  RATE_LIMIT_PER_MINUTE: "0",
  PORT: "0",
  LOG_LEVEL: "Error"
})

const tokenOn = (url: Redacted.Redacted<string>) =>
  Effect.gen(function*() {
    const accounts = yield* Accounts
    yield* accounts.ensureAdministrator(firstAdministrator)
    const account = yield* accounts.findByEmail(firstAdministrator)
    if (account === undefined) return yield* Effect.die("no administrator")
    return yield* (yield* AccessTokens).issue(account.id, Duration.hours(12))
  }).pipe(Effect.provide(
    Layer.merge(AccessTokens.layer, Accounts.layer).pipe(
      Layer.provide(CommandDatabase),
      Layer.provide(Layer.succeed(DatabaseLocation)({ url, migrationUrl: url, embedded: undefined })),
      Layer.provide([
        Settings.layer.pipe(
          Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...environmentOf(url, 2) })))
        ),
        NodeServices.layer
      ])
    )
  ))

/** Makes a database fit for a trial: migrations, an administrator, and the table in which effects are counted. */
export const trialOn = Effect.fnUntraced(function*(url: Redacted.Redacted<string>, poolSize = 8) {
  yield* migrate(url)
  const built = yield* Layer.build(PgClient.layer({ url, maxConnections: 2, transformJson: false }))
  const sql = Context.get(built, SqlClient.SqlClient)
  yield* sql`
    CREATE TABLE proof_effects (
      event_id uuid NOT NULL, product_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())`
  const trial: Trial = { url, token: yield* tokenOn(url), sql, environment: environmentOf(url, poolSize) }
  return trial
})

const folder = Effect.acquireRelease(
  Effect.sync(() => {
    const path = realpathSync(mkdtempSync(join(tmpdir(), "cardapio-proof-")))
    // As root, PostgreSQL runs as another user, who must reach its data.
    chmodSync(path, 0o755)
    return path
  }),
  (path) =>
    Effect.gen(function*() {
      const keeper = KeeperFile.list(path)[0]
      if (keeper !== undefined) {
        process.kill(keeper.pid, "SIGTERM")
        yield* until(Effect.sync(() => !isAlive(keeper.pid)), "40 seconds")
      }
      rmSync(path, { recursive: true, force: true })
    })
)

/** A PostgreSQL of its own that keeps what it has acknowledged, gone with the scope. */
export const freshPostgres = Effect.gen(function*() {
  const dataDir = yield* folder
  return yield* acquire({ dataDir, program: { role: "tool" } })
})

/** Another database of the same PostgreSQL. */
export const anotherDatabase = Effect.fnUntraced(function*(url: Redacted.Redacted<string>, name: string) {
  yield* SqlClient.SqlClient.use((sql) => sql`CREATE DATABASE ${sql(name)}`).pipe(
    Effect.provide(PgClient.layer({ url, maxConnections: 1 }))
  )
  return Redacted.make(Object.assign(new URL(Redacted.value(url)), { pathname: `/${name}` }).href)
})
