import { PgClient } from "@effect/sql-pg"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, type Redacted, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { once } from "node:events"
import { connect } from "node:net"
import { addUser, cli, onDatabase, query, startServer, until } from "../support/Programs.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const administrator = "admin@example.org"

/** A server, a token for it, and a lock on the products that the test takes and gives back. */
const serving = Effect.fnUntraced(function*(overrides: Readonly<Record<string, string>> = {}) {
  const { url } = yield* freshDatabase()
  yield* addUser(url, administrator)
  const environment = { ...onDatabase(url), ...overrides }
  const [server, { stdout }] = yield* Effect.all(
    [startServer(environment), cli(["iam", "token", "--email", administrator], environment)],
    { concurrency: 2 }
  )
  const token = stdout.trim()
  expect((yield* server.get("/v1/products", token)).status).toBe(200)
  return { server, token, url }
})

const locked = (url: Redacted.Redacted<string>) =>
  Effect.gen(function*() {
    const scope = yield* Scope.make()
    const sql = yield* Effect.provideService(SqlClient.SqlClient, Scope.Scope, scope)
    return { scope, sql }
  }).pipe(Effect.provide(PgClient.layer({ url, maxConnections: 1 })))

const waiting = (url: Redacted.Redacted<string>) =>
  query<{ count: number }>(
    url,
    `SELECT count(*)::integer AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name = 'cardapio queries'`
  ).pipe(Effect.map(([row]) => row?.count ?? 0))

const refuses = async (port: number) => {
  const socket = connect(port, "127.0.0.1")
  const outcome = await Promise.race([
    once(socket, "connect").then(() => false),
    once(socket, "error").then(([error]) => String(error).includes("ECONNREFUSED"))
  ]).catch(() => true)
  socket.destroy()
  return outcome
}
