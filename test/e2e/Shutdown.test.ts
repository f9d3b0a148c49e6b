import { PgClient } from "@effect/sql-pg"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, type Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { once } from "node:events"
import { Agent, get } from "node:http"
import { connect } from "node:net"
import { addUser, type Environment, onDatabase, query, startServer, until } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const administrator = "admin@example.org"

/** A server on a database of its own, and a token for it. */
const serving = Effect.fnUntraced(function*(overrides: Environment = {}) {
  const { url } = yield* freshDatabase()
  yield* addUser(url, administrator)
  const token = yield* signedToken(url, administrator)
  const server = yield* startServer({ ...onDatabase(url), ...overrides })
  expect((yield* server.get("/v1/products", token)).status).toBe(200)
  return { server, token, url }
})

/** Locks the products until the effect that it answers is run. */
const lockProducts = Effect.fnUntraced(function*(url: Redacted.Redacted<string>) {
  const taken = yield* Deferred.make<void>()
  const released = yield* Deferred.make<void>()
  yield* SqlClient.SqlClient.use((sql) =>
    sql.withTransaction(Effect.gen(function*() {
      yield* sql`LOCK TABLE products IN ACCESS EXCLUSIVE MODE`
      yield* Deferred.succeed(taken, undefined)
      yield* Deferred.await(released)
    }))
  ).pipe(Effect.provide(PgClient.layer({ url, maxConnections: 1 })), Effect.forkScoped)
  yield* Deferred.await(taken)
  return Deferred.succeed(released, undefined)
})

const untilLocked = (url: Redacted.Redacted<string>) => {
  const waits = query<{ waits: boolean }>(
    url,
    "SELECT count(*) > 0 AS waits FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
  )
  return until(() => Effect.runPromise(Effect.map(waits, ([row]) => row?.waits === true)), 1500)
}

/** A request that waits on a lock in the database, and what lets it go on. */
const heldRequest = Effect.fnUntraced(function*({ server, token, url }: Effect.Success<ReturnType<typeof serving>>) {
  const release = yield* lockProducts(url)
  const answer = yield* Effect.forkScoped(server.get("/v1/products", token))
  yield* untilLocked(url)
  return { answer, release }
})

const refuses = async (port: number) => {
  const socket = connect(port, "127.0.0.1")
  const refused = await once(socket, "connect").then(() => false, () => true)
  socket.destroy()
  return refused
}

/** A connection over which a client has sent this, and sends no more. */
const halfSent = (port: number, text: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const socket = connect(port, "127.0.0.1").on("error", () => {})
      await once(socket, "connect")
      socket.write(text)
      return socket
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )

describe.concurrent("a server that is told to stop", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it.live(`by ${signal} takes nothing new, finishes what runs, and exits with 0`, () =>
      Effect.gen(function*() {
        const serves = yield* serving()
        const { answer, release } = yield* heldRequest(serves)
        yield* serves.server.signal(signal)
        yield* until(() => refuses(serves.server.port), 1500)
        expect(serves.server.isOver()).toBe(false)
        yield* release
        expect(yield* Fiber.join(answer)).toMatchObject({ status: 200, body: expect.stringContaining("\"data\"") })
        const { code, stderr } = yield* serves.server.ended
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      }))
  }

  it.live("does not wait longer than SHUTDOWN_GRACE, not even for clients that do not go on", () =>
    Effect.gen(function*() {
      const serves = yield* serving({ SHUTDOWN_GRACE: "500 ms" })
      yield* halfSent(serves.server.port, "GET /health HTTP/1.1\r\n")
      yield* halfSent(
        serves.server.port,
        `POST /v1/products HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${serves.token}\r\n`
          + "content-type: application/json\r\ncontent-length: 100\r\n\r\n{"
      )
      const { answer } = yield* heldRequest(serves)
      const begin = performance.now()
      yield* serves.server.signal("SIGTERM")
      const { code } = yield* serves.server.ended
      expect(performance.now() - begin).toBeLessThan(2500)
      expect(code).toBe(0)
      yield* Fiber.interrupt(answer)
    }))

  it.live("does not go on for a client that keeps asking over the connection of a running request", () =>
    Effect.gen(function*() {
      const { server, token, url } = yield* serving({ SHUTDOWN_GRACE: "5 s" })
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      yield* Effect.addFinalizer(() => Effect.sync(() => agent.destroy()))
      const ask = (path: string) =>
        Effect.promise(() =>
          new Promise<number | undefined>((resolve) => {
            get(`${server.address}${path}`, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
              response.resume().on("end", () => resolve(response.statusCode))
            }).on("error", () => resolve(undefined))
          })
        )
      const release = yield* lockProducts(url)
      const asking = yield* ask("/v1/products").pipe(
        Effect.tap(() =>
          Effect.repeat(Effect.andThen(ask("/health"), Effect.sleep("50 millis")), { until: () => server.isOver() })
        ),
        Effect.forkScoped
      )
      yield* untilLocked(url)
      yield* server.signal("SIGTERM")
      yield* until(() => refuses(server.port), 1500)
      yield* release
      const begin = performance.now()
      yield* server.ended
      expect(performance.now() - begin).toBeLessThan(3000)
      expect(yield* Fiber.join(asking)).toBe(200)
    }))
})
