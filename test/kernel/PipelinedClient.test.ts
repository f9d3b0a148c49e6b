import { assert, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Reactivity } from "effect/reactivity"
import { Statement } from "effect/sql"
import { connect } from "node:net"
import { make, putOff } from "../../src/kernel/PipelinedClient.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

/** A client of one connection, and what it wrote: the statements of each write, as far as they were not prepared before. */
const written = Effect.gen(function*() {
  const { url } = yield* freshDatabase("template0")
  const { hostname, port } = new URL(Redacted.value(url))
  const writes: Array<ReadonlyArray<string>> = []
  const stream = () => {
    const socket = connect(Number(port), hostname)
    const write = socket.write.bind(socket)
    return Object.assign(socket, {
      write: (chunk: Uint8Array) => {
        const texts = Buffer.from(chunk).toString("latin1").match(
          /(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|CREATE|INSERT|SELECT)[^\0]*/g
        )
        if (texts !== null) writes.push(texts)
        return write(chunk)
      }
    })
  }
  const sql = yield* make({ url, stream, ssl: false, maxConnections: 1 })
  yield* sql`CREATE TABLE notes (text text PRIMARY KEY)`
  writes.length = 0
  const kept = Effect.map(
    sql<{ text: string }>`SELECT text FROM notes ORDER BY text`,
    (rows) => rows.map(({ text }) => text)
  )
  return { sql, writes, kept }
}).pipe(Effect.provide(Reactivity.layer))

it.live("BEGIN goes with the read that follows, COMMIT with what was put off", () =>
  Effect.gen(function*() {
    const { kept, sql, writes } = yield* written
    const answer = yield* sql.withTransaction(Effect.gen(function*() {
      const [row] = yield* sql<{ one: number }>`SELECT 1 AS one`
      yield* sql`INSERT INTO notes VALUES ('a')`
      yield* putOff(sql, sql`INSERT INTO notes VALUES ('b')`)
      return row?.one
    }))
    assert.strictEqual(answer, 1)
    assert.deepStrictEqual(writes, [
      ["BEGIN", "SELECT 1 AS one"],
      ["INSERT INTO notes VALUES ('a')"],
      ["INSERT INTO notes VALUES ('b')", "COMMIT"]
    ])
    assert.deepStrictEqual(yield* kept, ["a", "b"])
  }))

it.live("COMMIT waits for what was put off where that is held up", () =>
  Effect.gen(function*() {
    const { kept, sql, writes } = yield* written
    yield* sql.withTransaction(Effect.gen(function*() {
      yield* sql`INSERT INTO notes VALUES ('a')`
      yield* putOff(sql, sql`INSERT INTO notes VALUES ('b')`).pipe(
        Effect.provideService(Statement.CurrentTransformer, (statement) =>
          Effect.as(Effect.sleep("20 millis"), statement))
      )
    }))
    assert.deepStrictEqual(writes.slice(-2), [["INSERT INTO notes VALUES ('b')"], ["COMMIT"]])
    assert.deepStrictEqual(yield* kept, ["a", "b"])
  }))

it.live("a statement that writes waits for BEGIN, and what was put off comes before what follows", () =>
  Effect.gen(function*() {
    const { kept, sql, writes } = yield* written
    yield* sql.withTransaction(Effect.gen(function*() {
      yield* putOff(sql, sql`INSERT INTO notes VALUES ('a')`)
      yield* putOff(sql, sql`INSERT INTO notes SELECT text || 'b' FROM notes`)
      yield* putOff(sql, sql`INSERT INTO notes VALUES ('d')`)
      yield* sql`INSERT INTO notes SELECT text || 'c' FROM notes`
    }))
    assert.deepStrictEqual(writes, [
      ["BEGIN"],
      ["INSERT INTO notes VALUES ('a')"],
      ["INSERT INTO notes SELECT text || 'b' FROM notes"],
      ["INSERT INTO notes VALUES ('d')"],
      ["INSERT INTO notes SELECT text || 'c' FROM notes"],
      ["COMMIT"]
    ])
    assert.deepStrictEqual(yield* kept, ["a", "ab", "abc", "ac", "d", "dc"])
  }))

it.live("what was put off fails all that it goes with, and the connection comes back clean", () =>
  Effect.gen(function*() {
    const { kept, sql, writes } = yield* written
    const twice = (rest: Effect.Effect<unknown, unknown>) =>
      sql.withTransaction(Effect.gen(function*() {
        yield* sql`INSERT INTO notes VALUES ('a')`
        yield* putOff(sql, sql`INSERT INTO notes VALUES ('a')`)
        yield* rest
      }))
    const atCommit = yield* Effect.flip(twice(Effect.void))
    const before = yield* Effect.flip(twice(sql`SELECT 1`))
    for (const error of [atCommit, before]) assert.deepNestedPropertyVal(error, "reason._tag", "UniqueViolation")
    assert.deepStrictEqual(writes.slice(-1), [["ROLLBACK"]])
    assert.deepStrictEqual(yield* kept, [])
    yield* sql.withTransaction(sql`INSERT INTO notes VALUES ('clean')`)
    assert.deepStrictEqual(yield* kept, ["clean"])
  }))

it.live("a transaction that fails drops what was put off, and one that asks nothing sends nothing", () =>
  Effect.gen(function*() {
    const { kept, sql, writes } = yield* written
    yield* sql.withTransaction(Effect.void)
    yield* Effect.flip(sql.withTransaction(Effect.fail("nothing was asked")))
    assert.deepStrictEqual(writes, [])
    const note = (text: string) => putOff(sql, sql`INSERT INTO notes VALUES (${text})`)
    yield* Effect.flip(sql.withTransaction(Effect.andThen(sql`SELECT 1`, Effect.andThen(note("a"), Effect.fail("no")))))
    assert.deepStrictEqual(yield* kept, [])
    yield* sql.withTransaction(
      Effect.gen(function*() {
        yield* note("outer")
        yield* Effect.ignore(sql.withTransaction(Effect.andThen(note("inner"), Effect.fail("no"))))
      })
    )
    yield* note("alone")
    assert.deepStrictEqual(yield* kept, ["alone", "outer"])
  }))

it.live("statements of several fibers share a transaction", () =>
  Effect.gen(function*() {
    const { kept, sql } = yield* written
    const insert = (text: string) => sql`INSERT INTO notes SELECT ${text} FROM pg_sleep(0.01)`
    yield* sql.withTransaction(
      Effect.all([sql`SELECT pg_sleep(0.02)`, ...["a", "b", "c"].map(insert)], { concurrency: "unbounded" })
    )
    yield* sql.withTransaction(Effect.forEach(["d", "e"], insert, { concurrency: "unbounded" }))
    assert.deepStrictEqual(yield* kept, ["a", "b", "c", "d", "e"])
  }))

it.live("a read that fails beside BEGIN, or is interrupted there, leaves no transaction behind", () =>
  Effect.gen(function*() {
    const { kept, sql } = yield* written
    yield* Effect.flip(sql.withTransaction(sql`SELECT nothing FROM nowhere`))
    yield* Effect.timeoutOption(sql.withTransaction(sql`SELECT pg_sleep(0.3)`), "50 millis")
    yield* Effect.flip(sql.withTransaction(Effect.andThen(sql`INSERT INTO notes VALUES ('a')`, Effect.fail("no"))))
    yield* sql`INSERT INTO notes VALUES ('b')`
    assert.deepStrictEqual(yield* kept, ["b"])
  }))
