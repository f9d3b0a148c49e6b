import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { join } from "node:path"
import { DatabaseLocation } from "../../src/kernel/DatabaseLocation.ts"
import { onDatabase, query, startServer } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { temporaryFolder } from "../support/TemporaryFolder.ts"
import { freshDatabase, testSettings } from "../support/TestDatabase.ts"

const changes = [
  "UPDATE audit_log SET command = 'x'",
  "DELETE FROM audit_log",
  "TRUNCATE audit_log",
  "ALTER TABLE audit_log DISABLE TRIGGER ALL",
  "DROP TABLE audit_log",
  "DELETE FROM effect_sql_migrations"
]

/** What a role is told that tries to change what it may only read or add to. */
const refusals = (url: Redacted.Redacted<string>) =>
  Effect.forEach(changes, (statement) => query(url, statement).pipe(Effect.sandbox, Effect.flip, Effect.map(String)))

const denied = changes.map(() => expect.stringMatching(/permission denied|must be owner/))

describe.concurrent("the application's role", () => {
  it.live("has what the server needs where another owns the tables, and cannot change the audit log", () =>
    Effect.gen(function*() {
      const { name, url: owner } = yield* freshDatabase("template0")
      yield* query(owner, `CREATE ROLE ${name} LOGIN PASSWORD 'application'`)
      yield* Effect.addFinalizer(() =>
        Effect.andThen(query(owner, `DROP OWNED BY ${name}`), query(owner, `DROP ROLE ${name}`))
      )
      const application = Redacted.make(
        Object.assign(new URL(Redacted.value(owner)), { username: name, password: "application" }).href
      )
      const server = yield* startServer({
        ...onDatabase(application),
        DATABASE_MIGRATION_URL: Redacted.value(owner)
      })
      yield* query(
        owner,
        `
        WITH added AS (INSERT INTO users (id, email, name) VALUES (uuidv7(), 'ana@example.org', 'Ana') RETURNING id)
        INSERT INTO role_assignments SELECT added.id, roles.id FROM added, roles WHERE roles.name = 'administrator'`
      )
      const token = yield* signedToken(application, "ana@example.org")
      expect(yield* server.post("/v1/products", { name: "Arroz" }, token)).toMatchObject({ status: 201 })
      expect(yield* server.get("/v1/audit-log?command=products/CreateProduct", token)).toMatchObject({
        status: 200,
        body: expect.stringContaining("\"total\":1")
      })
      expect((yield* server.get("/health/ready")).status).toBe(200)
      expect(yield* refusals(application)).toEqual(denied)
      expect(yield* query(owner, "SELECT FROM audit_log")).toHaveLength(1)
    }))

  it.live("is another than the owner in the embedded default", () =>
    Effect.gen(function*() {
      const dataDir = join(yield* temporaryFolder, "data")
      yield* startServer({ DATA_DIR: dataDir })
      const said = yield* Effect.gen(function*() {
        const { url } = yield* DatabaseLocation
        expect(yield* query(url, "SELECT current_user AS name")).toEqual([{ name: "cardapio_app" }])
        expect(yield* query(url, "SELECT payload->>'via' AS via FROM events")).toEqual([{ via: "cli" }])
        return yield* refusals(url)
      }).pipe(Effect.provide(DatabaseLocation.layer("tool").pipe(Layer.provide(testSettings({ DATA_DIR: dataDir })))))
      expect(said).toEqual(denied)
    }))
})
