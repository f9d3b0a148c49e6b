import { PgClient } from "@effect/sql-pg"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { inject } from "vitest"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { Settings } from "../../src/kernel/Settings.ts"

const on = (database: string) =>
  Redacted.make(Object.assign(new URL(inject("serverUrl")), { pathname: `/${database}` }).href)

const administer = <A, E>(use: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
  SqlClient.SqlClient.use(use).pipe(
    Effect.provide(PgClient.layer({ url: on("postgres"), maxConnections: 1 })),
    Effect.orDie
  )

/** A database of its own, made from the migrated template (or empty), and dropped at the end. */
export const freshDatabase = (template: "template" | "template0" = "template") =>
  Effect.acquireRelease(
    Effect.suspend(() => {
      const name = `test_${SecureRandom.uuidV7Unsafe().replaceAll("-", "")}`
      return Effect.as(
        administer((sql) => sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(template)} STRATEGY FILE_COPY`),
        {
          name,
          url: on(name)
        }
      )
    }),
    ({ name }) => administer((sql) => sql`DROP DATABASE ${sql(name)} WITH (FORCE)`)
  )

/** Settings of a test's server: any free port, few connections. */
export const testSettings = (overrides: Readonly<Record<string, string>> = {}) =>
  Settings.layer.pipe(
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({
      PORT: "0",
      DATABASE_POOL_SIZE: "8",
      LOG_LEVEL: "None",
      RATE_LIMIT_PER_MINUTE: "0",
      AUTH_KEY_SECRET: "a secret of the tests, long enough to be one",
      ONBOARDING_SECRET_KEY: "another secret of the tests, as long as that",
      ...overrides
    })))
  )

const locationOf = ({ url }: Effect.Success<ReturnType<typeof freshDatabase>>) => ({
  url,
  migrationUrl: url,
  embedded: undefined
})

/** The database of a test file, as the server would find it. */
export const TestLocation = Layer.effect(DatabaseLocation, Effect.map(freshDatabase(), locationOf))

/** A database that several servers find, one after the other. */
export const lastingLocation = Effect.map(
  freshDatabase(),
  (database) => Layer.succeed(DatabaseLocation, locationOf(database))
)
