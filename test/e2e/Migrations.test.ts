import { PgMigrator } from "@effect/sql-pg"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { inspect, migrate } from "../../src/kernel/Migrations.ts"
import { command } from "../support/Commands.ts"
import { onDatabase, query } from "../support/Programs.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const statement = (text: string) => SqlClient.SqlClient.use((sql) => sql.unsafe(text))

const tables = (url: Redacted.Redacted<string>) =>
  query<{ name: string }>(
    url,
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
  ).pipe(Effect.map((rows) => rows.map(({ name }) => name)))

const broken = PgMigrator.fromRecord({
  "0001_first": statement("CREATE TABLE first (id integer)"),
  "0002_second": Effect.andThen(
    statement("CREATE TABLE second (id integer)"),
    statement("INSERT INTO second SELECT 1 / 0")
  )
})

/** Longer than any other statement waits for a lock. */
const slow = PgMigrator.fromRecord({ "0001_first": statement("SELECT pg_sleep(3.5)") })

describe.concurrent("migrations", () => {
  it.live("that take long are waited for by whoever starts meanwhile", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase("template0")
      const [, { version }] = yield* Effect.all([
        migrate(url, { migrations: slow }),
        Effect.delay(inspect(url), "700 millis")
      ], {
        concurrency: 2
      })
      expect(version).toBe(1)
    }))

  it.live("of which one fails half-way leave nothing behind, and the line names it", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase("template0")
      const { message } = yield* Effect.flip(migrate(url, { migrations: broken }))
      expect(message).toMatch(/second/)
      expect(message).toMatch(/division by zero/)
      expect(message).toMatch(/rolled back/)
      expect(message).not.toContain("\n")
      expect((yield* tables(url)).filter((name) => name !== "effect_sql_migrations")).toEqual([])
      const mended = yield* migrate(url)
      expect(mended.applied[0]).toBe("0001_text")
      expect(mended.applied).toHaveLength(mended.version)
    }))

  it.live("that run at once on an empty database both succeed, and each is applied once", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase("template0")
      const runs = yield* Effect.all([migrate(url), migrate(url), command(["migrate"], onDatabase(url))], {
        concurrency: "unbounded"
      })
      const [one, two, { code, stderr, stdout }] = runs
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/migration \d+\)?\n$/) })
      const applied = [...one.applied, ...two.applied, ...stdout.split("\n").filter((line) => line !== "")]
      expect(applied.toSorted()).toEqual([...new Set(applied)].toSorted())
      expect(applied).toHaveLength(one.version)
      expect(two.version).toBe(one.version)
      const rows = yield* query(url, "SELECT migration_id FROM effect_sql_migrations")
      expect(rows).toHaveLength(one.version)
    }))

  it.live("over connections that do not stay in UTC are refused", () =>
    Effect.gen(function*() {
      const { url } = yield* freshDatabase("template0")
      yield* query(
        url,
        `CREATE FUNCTION move() RETURNS event_trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM set_config('TimeZone', 'America/Sao_Paulo', false); END $$`
      )
      yield* query(url, "CREATE EVENT TRIGGER move ON login EXECUTE FUNCTION move()")
      const { message } = yield* Effect.flip(migrate(url))
      expect(message).toMatch(/^[^\n]*America\/Sao_Paulo[^\n]*UTC[^\n]*$/)
      expect(yield* tables(url)).toEqual([])
    }))

  it.live("without the right to create what they need say what to ask for", () =>
    Effect.gen(function*() {
      const { name, url } = yield* freshDatabase("template0")
      yield* query(url, `CREATE ROLE ${name} LOGIN PASSWORD 'poor'`)
      yield* Effect.addFinalizer(() =>
        Effect.andThen(query(url, `DROP OWNED BY ${name}`), query(url, `DROP ROLE ${name}`))
      )
      const poor = Redacted.make(
        Object.assign(new URL(Redacted.value(url)), { username: name, password: "poor" }).href
      )
      const tablesDenied = yield* Effect.flip(migrate(poor))
      yield* query(url, `GRANT CREATE ON SCHEMA public TO ${name}`)
      const extensionsDenied = yield* Effect.flip(migrate(poor))
      expect(extensionsDenied.message).toMatch(/^[^\n]*CREATE EXTENSION pg_trgm[^\n]*$/)
      expect(tablesDenied.message).toMatch(/^[^\n]*permission denied[^\n]*$/)
      expect(tablesDenied.message).toMatch(/DATABASE_MIGRATION_URL|GRANT/)
    }))
})
