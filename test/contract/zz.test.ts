import { layer } from "@effect/vitest"
import { Effect, Layer, Logger, Cause } from "effect"
import { NodeHttpServer } from "@effect/platform-node"
import { HttpRouter } from "effect/http"
import { readFileSync } from "node:fs"
import { Products } from "../../src/contexts/products/Products.ts"
import { routerConfig } from "../../src/kernel/Edge.ts"
import { Infrastructure, Routes, Tokens } from "../../src/server/App.ts"
import { testSettings, TestLocation } from "../support/TestDatabase.ts"
import { Administrator } from "../support/TestServer.ts"
import { World } from "./World.ts"
const log = Logger.make(({ cause, message }) => console.log("LOG", String(message), cause.reasons.length ? Cause.pretty(cause).slice(0, 1500) : ""))
const S = HttpRouter.serve(Routes, { routerConfig, disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(NodeHttpServer.layerTest),
    Layer.provideMerge(Administrator.layer),
    Layer.provideMerge(Products.layer),
    Layer.provideMerge(Tokens),
    Layer.provideMerge(Infrastructure),
    Layer.provideMerge(TestLocation),
    Layer.provideMerge(testSettings({})),
    Layer.provide(Logger.layer([log]))
  )
layer(World.layer.pipe(Layer.provideMerge(S)), { excludeTestServices: true })("debug", (it) => {
  it.effect("x", () => Effect.gen(function*() {
    const w = yield* World
    const lines = readFileSync("/tmp/reqs.txt", "utf8").split("\n").filter((l) => l !== "")
    for (const line of lines) {
      const { method = "GET", target, headers = {}, body } = JSON.parse(line)
      const t = Date.now()
      const a = yield* Effect.promise(() => w.send({ method, target, headers: { authorization: `Bearer ${w.tokens.administrator}`, ...(body !== undefined ? { "content-type": "application/json" } : {}), ...headers }, body: body === undefined ? undefined : Buffer.from(body) }).catch((e) => ({ status: 0, headers: {}, body: String(e) })))
      console.log(">>", method, String(target).slice(0, 200), String(body ?? "").slice(0, 200), "->", a.status, Date.now() - t, "ms", a.body.slice(0, 500), JSON.stringify(a.headers).slice(0, 300), a.body.length)
    }
  }), 120000)
})
