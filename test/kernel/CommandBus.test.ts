import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Request, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Actors, type User } from "../../src/kernel/Actors.ts"
import { Audit } from "../../src/kernel/Audit.ts"
import * as CommandBus from "../../src/kernel/CommandBus.ts"
import { CurrentCredential, UserId } from "../../src/kernel/contract/Rights.ts"
import { CommandDatabase } from "../../src/kernel/Database.ts"
import { EventBus } from "../../src/kernel/EventBus.ts"
import { subscriptionsOf } from "../../src/kernel/EventWorkers.ts"
import { TestLocation, testSettings } from "../support/TestDatabase.ts"

class Refused extends Schema.TaggedError<Refused>()("Refused", {}) {}

type Outcome = "succeed" | "fail" | "die" | "hang" | "sleep in the database"

class Note
  extends Request.TaggedClass("test/Note")<{ readonly text: string; readonly outcome: Outcome }, string, Refused>
{}
class Forbid extends Request.TaggedClass("test/Forbid")<{ readonly text: string }, string> {}

const userId = UserId.make("019c0d5e-0000-7000-8000-000000000001")
const actor: User = { userId, apiKeyId: null, permissions: new Set(["products:manage_products"]) }

const makeBus = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const started = yield* Deferred.make<void>()
  const bus = yield* CommandBus.make<Note | Forbid>({
    context: "products",
    permissions: { "test/Note": "manage_products", "test/Forbid": "manage_users" },
    handlers: {
      "test/Note": Effect.fnUntraced(function*({ outcome, text }) {
        yield* sql`INSERT INTO notes (text) VALUES (${text})`
        yield* Deferred.succeed(started, undefined)
        switch (outcome) {
          case "succeed":
            return { answer: text }
          case "fail":
            return yield* new Refused()
          case "die":
            return yield* Effect.die("a defect")
          case "hang":
            return yield* Effect.never
          case "sleep in the database":
            yield* sql`SELECT pg_sleep(30)`
            return { answer: text }
        }
      }),
      "test/Forbid": Effect.fnUntraced(function*({ text }) {
        yield* sql`INSERT INTO notes (text) VALUES (${text})`
        return { answer: text }
      })
    }
  })
  return { bus, started }
})

const kept = Effect.map(
  SqlClient.SqlClient.use((sql) => sql<{ text: string }>`SELECT text FROM notes ORDER BY text`),
  (rows) => rows.map(({ text }) => text)
)

const Table = Layer.effectDiscard(SqlClient.SqlClient.use((sql) => sql`CREATE TABLE notes (text text PRIMARY KEY)`))

const TestLayer = Layer.mergeAll(
  Table,
  Audit.layer,
  EventBus.layer.pipe(Layer.provide(subscriptionsOf([]))),
  Layer.succeed(Actors, Actors.of({ read: () => Effect.succeed(actor), reading: () => Effect.succeed(actor) })),
  Layer.succeed(CurrentCredential, { userId, proof: { _tag: "Operator" } })
).pipe(
  Layer.provideMerge(CommandDatabase),
  Layer.provide(TestLocation),
  Layer.provideMerge(testSettings({ COMMAND_TIMEOUT: "400 ms" }))
)

layer(TestLayer, { excludeTestServices: true })("CommandBus", (it) => {
  it.effect("keeps all of a command that succeeds, and nothing of one that fails, dies or is interrupted", () =>
    Effect.gen(function*() {
      const { bus } = yield* makeBus
      assert.strictEqual(yield* bus.execute(new Note({ text: "kept", outcome: "succeed" })), "kept")
      const refused = yield* Effect.flip(bus.execute(new Note({ text: "refused", outcome: "fail" })))
      assert.strictEqual(refused._tag, "Refused")
      yield* Effect.exit(bus.execute(new Note({ text: "died", outcome: "die" })))
      const { bus: other, started } = yield* makeBus
      const fiber = yield* Effect.forkChild(other.execute(new Note({ text: "interrupted", outcome: "hang" })))
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* kept, ["kept"])
    }))

  it.effect("rolls back at the time limit, also while the database works, and the connection comes back clean", () =>
    Effect.gen(function*() {
      const { bus } = yield* makeBus
      const sql = yield* SqlClient.SqlClient
      const late = yield* Effect.flip(bus.execute(new Note({ text: "late", outcome: "hang" })))
      assert.strictEqual(late._tag, "CommandTimedOut")
      const slow = yield* Effect.exit(bus.execute(new Note({ text: "slow", outcome: "sleep in the database" })))
      assert.strictEqual(slow._tag, "Failure")
      assert.deepStrictEqual(yield* kept, ["kept"])
      const [running] = yield* sql<{ count: number }>`
        SELECT count(*)::integer AS count FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%pg_sleep(30)%' AND state = 'active' AND pid <> pg_backend_pid()`
      assert.strictEqual(running?.count, 0)
      const texts = Array.from({ length: 10 }, (_, index) => `after ${index}`)
      yield* Effect.forEach(texts, (text) => bus.execute(new Note({ text, outcome: "succeed" })), {
        concurrency: "unbounded"
      })
      assert.strictEqual((yield* kept).length, 11)
    }))

  it.effect("a command that is reported as timed out is never kept", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.6); RETURN NULL; END $$`
      yield* sql`
        CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.text = 'slow commit') EXECUTE FUNCTION slow_commit()`
      const { bus } = yield* makeBus
      const exit = yield* Effect.exit(bus.execute(new Note({ text: "slow commit", outcome: "succeed" })))
      assert.strictEqual((yield* kept).includes("slow commit"), exit._tag === "Success")
    }))

  it.effect("refuses without the permission before the handler runs", () =>
    Effect.gen(function*() {
      const { bus } = yield* makeBus
      const error = yield* Effect.flip(bus.execute(new Forbid({ text: "forbidden" })))
      assert.isTrue(error._tag === "PermissionMissing" && error.permission === "manage_users")
      assert.isFalse((yield* kept).includes("forbidden"))
    }))

  it.effect("a dry run answers what the command would, and keeps nothing", () =>
    Effect.gen(function*() {
      const { bus } = yield* makeBus
      assert.deepStrictEqual(yield* bus.dryRun(new Note({ text: "dry", outcome: "succeed" })), {
        answer: "dry",
        events: []
      })
      const refused = yield* Effect.flip(bus.dryRun(new Note({ text: "dry", outcome: "fail" })))
      assert.strictEqual(refused._tag, "Refused")
      assert.isFalse((yield* kept).includes("dry"))
    }))
})
