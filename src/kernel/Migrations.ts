import * as NodeServices from "@effect/platform-node/NodeServices"
import { PgMigrator } from "@effect/sql-pg"
import { Data, Effect, Redacted } from "effect"
import { Reactivity } from "effect/reactivity"
import { type Migrator, SqlClient, SqlError } from "effect/sql"
import * as MigratorFileSystem from "effect/sql/MigratorFileSystem"
import { fileURLToPath } from "node:url"
import { operatorConnection } from "./Database.ts"
import type { DatabaseLocation } from "./DatabaseLocation.ts"
import { grantApplication } from "./grantApplication.ts"

/** The database cannot be used as it is: `message` is one line that says what to do. Nothing was changed. */
export class DatabaseUnfit extends Data.TaggedError("DatabaseUnfit")<{
  readonly message: string
  readonly cause?: unknown
}> {}

export interface Migrated {
  /** The migrations that this run applied, in order. */
  readonly applied: ReadonlyArray<string>
  /** The number of the newest one that the database has. */
  readonly version: number
}

const lockKey = "7263540981"
const oldestVersion = 170_000
const directory = fileURLToPath(new URL("../migrations", import.meta.url))

/** All migrations of this version of the program. */
const loader = MigratorFileSystem.fromFileSystem(directory)

const newest = Effect.map(loader, (migrations) => Math.max(0, ...migrations.map(([id]) => id))).pipe(
  Effect.provide(NodeServices.layer),
  Effect.orDie,
  Effect.cached,
  Effect.runSync
)

const textOf = (cause: unknown): string => {
  if (typeof cause !== "object" || cause === null) return String(cause)
  if ("reason" in cause) return textOf(cause.reason)
  const inner = "cause" in cause && cause.cause !== undefined ? textOf(cause.cause) : ""
  const own = "message" in cause && typeof cause.message === "string" ? cause.message : ""
  return inner === "" ? own : inner
}

const hostOf = (url: Redacted.Redacted<string>) => {
  const { host, pathname } = new URL(Redacted.value(url))
  return `${host}${pathname}`
}

/** Says where the database is and what to do about it, never the password. */
const unreachable = (url: Redacted.Redacted<string>) => (error: SqlError.SqlError) =>
  new DatabaseUnfit({
    message: error.reason._tag === "AuthenticationError"
      ? `PostgreSQL at ${hostOf(url)} refuses the user or password of DATABASE_URL: ${textOf(error)}`
      : `no usable PostgreSQL at ${hostOf(url)} (${
        textOf(error)
      }): start it, mend DATABASE_URL, or unset it to use the embedded one`,
    cause: error
  })

const adviceOn = (detail: string) => {
  if (/extension/.test(detail)) {
    return `the extensions pg_trgm and unaccent are needed (${detail}): ask the owner of the database for CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent`
  }
  return /permission denied/.test(detail)
    ? `the role may not make tables (${detail}): GRANT it CREATE on the schema, or set DATABASE_MIGRATION_URL to their owner`
    : undefined
}

const failed = (error: Migrator.MigrationError | SqlError.SqlError) => {
  const detail = textOf(error)
  const what = error._tag === "MigrationError" ? error.message : "the migration failed"
  return new DatabaseUnfit({
    message: adviceOn(detail) ?? `${what}: ${detail}. All of it was rolled back`,
    cause: error
  })
}

const versionOf = Effect.fnUntraced(function*(sql: SqlClient.SqlClient) {
  const [found] = yield* sql<{ exists: boolean }>`SELECT to_regclass('effect_sql_migrations') IS NOT NULL AS exists`
  if (found?.exists !== true) return 0
  const [row] = yield* sql<{ version: number }>`
    SELECT coalesce(max(migration_id), 0) AS version FROM effect_sql_migrations`
  return row?.version ?? 0
})

/** How the database's migrations compare with this program's. */
export const migrationState = Effect.fnUntraced(function*(sql: SqlClient.SqlClient) {
  const [version, known] = yield* Effect.all([versionOf(sql), newest])
  return { version, known, state: version === known ? "current" : version < known ? "behind" : "newer" } as const
})

const refuseUnfit = Effect.fnUntraced(function*(sql: SqlClient.SqlClient) {
  const [server] = yield* sql<{ number: number; version: string; zone: string }>`
    SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS version,
      current_setting('TimeZone') AS zone`
  if (server === undefined || server.number < oldestVersion) {
    return yield* new DatabaseUnfit({ message: `PostgreSQL 17 or newer is needed; this is ${server?.version}` })
  }
  // The queue's times have no zone: in another one, events would be delivered hours early or late, or twice.
  if (server.zone !== "UTC") {
    return yield* new DatabaseUnfit({
      message:
        `connections are in the time zone ${server.zone}, though UTC is asked for: let what stands between (pgbouncer, a login trigger) pass on TimeZone`
    })
  }
  const found = yield* migrationState(sql)
  if (found.state === "newer") {
    return yield* new DatabaseUnfit({
      message:
        `the database has migration ${found.version}, this program knows only ${found.known}: start the newer program that made it, or restore a backup`
    })
  }
  return { ...found, server: server.version.split(" ", 1).join("") }
})

/** Refuses a database that is too old, newer than this program, or away; changes nothing. */
export const inspect = (url: Redacted.Redacted<string>) => withConnection(url, (sql) => refuseUnfit(sql))

interface MigrateOptions {
  readonly migrations?: typeof loader
  /** Who works with what is migrated, where that is not the owner. */
  readonly application?: Redacted.Redacted<string>
  /** Whether its role is ours to make. */
  readonly makeRole?: boolean
}

/**
 * Brings the database up to date: all missing migrations in one transaction, or none; one process at a time. Then the application's
 * role is given its rights.
 */
export const migrate = (
  url: Redacted.Redacted<string>,
  { application = url, makeRole = false, migrations = loader }: MigrateOptions = {}
): Effect.Effect<Migrated, DatabaseUnfit> =>
  withConnection(url, (sql) =>
    Effect.gen(function*() {
      yield* refuseUnfit(sql)
      yield* sql`SELECT pg_advisory_lock(${lockKey}::bigint)`
      const applied = yield* PgMigrator.run({ loader: migrations }).pipe(
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.provide(NodeServices.layer),
        Effect.tap(grantApplication(sql, application, makeRole)),
        Effect.mapError(failed),
        Effect.ensuring(Effect.ignore(sql`SELECT pg_advisory_unlock(${lockKey}::bigint)`))
      )
      return {
        applied: applied.map(([id, name]) => `${String(id).padStart(4, "0")}_${name}`),
        version: yield* versionOf(sql)
      }
    }))

type Location = DatabaseLocation["Service"]

export const inspectAt = ({ embedded, migrationUrl, url }: Location) =>
  inspect(embedded === undefined ? url : migrationUrl)

export const migrateAt = ({ embedded, migrationUrl, url }: Location) =>
  migrate(migrationUrl, { application: url, makeRole: embedded !== undefined })

const withConnection = <A>(
  url: Redacted.Redacted<string>,
  use: (sql: SqlClient.SqlClient) => Effect.Effect<A, DatabaseUnfit | SqlError.SqlError>
): Effect.Effect<A, DatabaseUnfit> =>
  operatorConnection(url).pipe(
    // Whoever looks while another process migrates waits for it, however long that takes.
    Effect.tap((sql) => sql`SET lock_timeout = 0`),
    Effect.flatMap(use),
    Effect.catchIf(SqlError.isSqlError, (error) => Effect.fail(unreachable(url)(error))),
    Effect.scoped,
    Effect.provide(Reactivity.layer)
  )
