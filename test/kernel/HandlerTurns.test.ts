import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Latch } from "effect"
import { TestClock } from "effect/testing"
import { makeTurns } from "../../src/kernel/HandlerTurns.ts"

/** Handlers that run until they are told to end. */
const started = Effect.fnUntraced(function*(count: number, turns: ReturnType<typeof makeTurns>) {
  const running = new Set<number>()
  const latches = Array.from({ length: count }, () => Latch.makeUnsafe())
  const fibers = yield* Effect.forEach(latches, ({ await: end }, n) =>
    Effect.forkChild(turns(
      Effect.andThen(Effect.sync(() => running.add(n)), end).pipe(Effect.ensuring(Effect.sync(() => running.delete(n))))
    )))
  yield* TestClock.adjust("1 millis")
  return {
    now: () => [...running],
    end: (n: number) => Effect.andThen(latches[n]?.open ?? Effect.void, TestClock.adjust("1 millis")),
    interrupt: (n: number) => fibers[n] === undefined ? Effect.void : Fiber.interrupt(fibers[n])
  }
})

describe("handlers", () => {
  it.effect("begin at once while nobody asks for anything", () =>
    Effect.gen(function*() {
      const { now } = yield* started(5, makeTurns(() => false))
      assert.deepStrictEqual(now(), [0, 1, 2, 3, 4])
    }))

  it.effect("take turns while somebody does, in their order, and none waits for more than a second", () =>
    Effect.gen(function*() {
      let isAsked = true
      const { end, interrupt, now } = yield* started(8, makeTurns(() => isAsked))
      assert.deepStrictEqual(now(), [0, 1])
      yield* end(0)
      assert.deepStrictEqual(now(), [1, 2])
      yield* interrupt(3)
      yield* end(1)
      assert.deepStrictEqual(now(), [2, 4])
      isAsked = false
      yield* end(2)
      assert.deepStrictEqual(now(), [4, 5, 6, 7])
    }))

  it.effect("begin after a second though those before them wait for somebody else", () =>
    Effect.gen(function*() {
      const { now } = yield* started(4, makeTurns(() => true))
      yield* TestClock.adjust("900 millis")
      assert.deepStrictEqual(now(), [0, 1])
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(now(), [0, 1, 2, 3])
    }))
})
