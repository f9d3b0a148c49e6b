import { Effect, Semaphore } from "effect"
import { Worker } from "node:worker_threads"
import type { Cost } from "../HashCost.ts"

export interface Hashing {
  readonly password: string
  readonly salt: Uint8Array
  readonly tagLength: number
  readonly cost: Cost
}

const script = new URL("hashWorker.ts", import.meta.url)

const asked = (worker: Worker, hashing: Hashing) =>
  Effect.callback<Uint8Array>((resume) => {
    const end = (effect: Effect.Effect<Uint8Array>) => {
      worker.off("message", told).off("error", failed).off("exit", gone)
      resume(effect)
    }
    const told = (tag: Uint8Array) => end(Effect.succeed(tag))
    const failed = (error: Error) => end(Effect.die(error))
    const gone = () => end(Effect.die(new Error("a thread that made a hash has ended")))
    worker.on("message", told).on("error", failed).on("exit", gone).postMessage(hashing, [])
  })

/**
 * Makes argon2id hashes in so many threads of our own, which give way to the threads that answer requests: a hash fills a processor
 * for a tenth of a second. A thread is started once it is needed.
 */
export const hashThreads = Effect.fnUntraced(function*(count: number) {
  const turns = yield* Semaphore.make(count)
  const idle: Array<Worker> = []
  const all = new Set<Worker>()
  yield* Effect.addFinalizer(() => Effect.promise(() => Promise.all([...all].map((worker) => worker.terminate()))))

  const started = () => {
    const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: 32 } })
    worker.unref()
    all.add(worker)
    // One that fails between two hashes is told by its end alone.
    worker.on("error", () => {}).once("exit", () => {
      all.delete(worker)
      const place = idle.indexOf(worker)
      if (place >= 0) idle.splice(place, 1)
    })
    return worker
  }
  return (hashing: Hashing) =>
    turns.withPermit(
      Effect.acquireUseRelease(
        Effect.sync(() => idle.pop() ?? started()),
        (worker) => asked(worker, hashing),
        (worker, exit) =>
          exit._tag === "Success"
            ? Effect.sync(() => idle.push(worker))
            // It may still be at work, and would answer the next one with the wrong hash.
            : Effect.promise(() => worker.terminate())
      )
    )
})
