import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { execFile } from "node:child_process"
import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { makeAdmission } from "../../src/kernel/Admission.ts"
import { makeServer } from "../../src/server/makeServer.ts"

const origin = "https://app.example.org"

const served = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
      const admission = makeAdmission({ maxConcurrentRequests: 100, corsOrigins: [origin] })
      const server = createServer((request, response) => {
        if (admission.admits(request, response)) listener(request, response)
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close: () => server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const program = (url: string, atOnce: number) => `
  const served = []
  for (let round = 0; round < 8; round++) {
    const answers = await Promise.all(Array.from({ length: ${atOnce} }, () => fetch(${JSON.stringify(url)})))
    await Promise.all(answers.map((answer) => answer.arrayBuffer()))
    served.push(answers.filter(({ status }) => status === 200).length)
  }
  console.log(JSON.stringify(served))`

/** How many requests of so many at once were served in each of 8 rounds, as another process sees it. */
const flood = (url: string, atOnce = 100) =>
  Effect.promise(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program(url, atOnce)])
    return Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Schema.Number)))(stdout)
  })

const keepingBusy: RequestListener = (_, response) => {
  setImmediate(() => {
    for (const end = performance.now() + 2; performance.now() < end;);
    void pause(5).then(() => response.end("done"))
  })
}

describe("admission", () => {
  it.live("refuses what comes before anything is served, instead of leaving it without an answer", () =>
    Effect.gen(function*() {
      const server = yield* Effect.acquireRelease(
        Effect.sync(() => makeServer(makeAdmission({ maxConcurrentRequests: 100, corsOrigins: [] }))),
        (server) => Effect.sync(() => server.close())
      )
      const answer = yield* Effect.promise(async () => {
        await once(server.listen(0, "127.0.0.1"), "listening")
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        return fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(10_000) })
      })
      assert.deepStrictEqual([answer.status, answer.headers.get("retry-after")], [503, "1"])
    }))

  it.live("admits as many as it may while they wait for something else", () =>
    Effect.gen(function*() {
      const { url } = yield* served((_, response) => void pause(50).then(() => response.end("done")))
      assert.include(yield* flood(url), 100)
    }))

  it.live("admits fewer while they wait for the process itself, but enough to keep it busy", () =>
    Effect.gen(function*() {
      const { url } = yield* served(keepingBusy)
      const atOnce = yield* flood(url)
      assert.isBelow(Math.min(...atOnce), 32)
      assert.isAtLeast(Math.min(...atOnce), 4)
      yield* Effect.sleep("1 second")
      assert.strictEqual((yield* Effect.promise(() => fetch(url))).status, 200)
    }))

  it.live("refuses none of a few, however busy they keep the process", () =>
    Effect.gen(function*() {
      const { url } = yield* served(keepingBusy)
      assert.deepStrictEqual(yield* flood(url, 32), Array.from({ length: 8 }, () => 32))
    }))

  it.live("refuses with a problem like any other, which pages may read", () =>
    Effect.gen(function*() {
      const held: Array<() => void> = []
      const { url } = yield* served((_, response) => void held.push(() => response.end()))
      const all = Array.from({ length: 100 }, () => fetch(url))
      yield* Effect.promise(async () => {
        while (held.length < 100) await pause(5)
      })
      const refused = yield* Effect.promise(() =>
        fetch(`${url}/v1/products?q="a"`, { headers: { origin, "x-correlation-id": "my-request-1" } })
      )
      assert.strictEqual(refused.status, 503)
      assert.deepStrictEqual(yield* Effect.promise(() => refused.json()), {
        type: "/problems/overloaded",
        title: "The server has more to do than it can",
        status: 503,
        code: "overloaded",
        detail: "More requests are under way than this server takes at once.",
        instance: "/v1/products",
        correlationId: "my-request-1"
      })
      assert.deepInclude(Object.fromEntries(refused.headers), {
        "content-type": "application/problem+json",
        "retry-after": "1",
        "access-control-allow-origin": origin,
        "x-content-type-options": "nosniff"
      })
      assert.strictEqual((yield* Effect.promise(() => fetch(`${url}/x`))).headers.has("transfer-encoding"), false)
      for (const end of held) end()
      yield* Effect.promise(() => Promise.all(all))
    }))
})
