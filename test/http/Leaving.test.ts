import { assert, describe, it, layer } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Schedule } from "effect"
import { HttpClient } from "effect/http"
import { Leaving, untilQuiet } from "../../src/server/Leaving.ts"
import { TestServer } from "../support/TestServer.ts"

describe("a server that is told to stop", () => {
  const asked = (leaving: { askedAt: number }) => Effect.sync(() => leaving.askedAt = Date.now())

  it.live("closes when nobody asks any more, and not before", () =>
    Effect.gen(function*() {
      const leaving = { isLeaving: false, askedAt: 0 }
      const closing = yield* untilQuiet(Duration.seconds(20)).pipe(
        Effect.provideService(Leaving, leaving),
        Effect.forkScoped
      )
      yield* Effect.repeat(asked(leaving), { times: 20, schedule: Schedule.spaced("20 millis") })
      assert.isTrue(leaving.isLeaving)
      assert.isUndefined(closing.pollUnsafe())
      yield* Fiber.join(closing)
      assert.isAtLeast(Date.now() - leaving.askedAt, 190)
    }))

  it.live("does not wait for those who never cease", () =>
    Effect.gen(function*() {
      const leaving = { isLeaving: false, askedAt: 0 }
      yield* asked(leaving).pipe(Effect.repeat(Schedule.spaced("20 millis")), Effect.forkScoped)
      const closing = Effect.provideService(untilQuiet(Duration.millis(500)), Leaving, leaving)
      const [waited] = yield* Effect.timed(closing)
      assert.isAtLeast(Duration.toMillis(waited), 490)
      assert.isBelow(Duration.toMillis(waited), 5000)
    }))
})

const leaving = Layer.succeed(Leaving, { isLeaving: true, askedAt: 0 })

layer(TestServer().pipe(Layer.provide(leaving)), { excludeTestServices: true })("a server that leaves", (it) => {
  it.effect("says so to those who ask whether it is ready, and lives", () =>
    Effect.gen(function*() {
      const ready = yield* HttpClient.get("/health/ready")
      assert.strictEqual(ready.status, 503)
      assert.deepStrictEqual(yield* ready.json, {
        status: "not ready",
        checks: { server: { ok: false, detail: "is about to stop" } }
      })
      assert.strictEqual((yield* HttpClient.get("/health")).status, 200)
    }))
})
