import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, layer } from "@effect/vitest"
import { ByteSize, Effect, Layer, Schema } from "effect"
import { HttpBody, HttpClient, HttpClientRequest, HttpRouter } from "effect/http"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import { BodyLimit } from "../../src/kernel/contract/BodyLimit.ts"
import { RequestProblems } from "../../src/kernel/contract/RequestProblems.ts"
import { edge } from "../../src/kernel/Edge.ts"
import { routerConfig } from "../../src/kernel/EdgeRoutes.ts"
import { RateLimit } from "../../src/kernel/RateLimit.ts"
import { RequestProblemsLayer } from "../../src/kernel/RequestProblemsLayer.ts"
import { testSettings } from "../support/TestDatabase.ts"

const endpoint = <const Name extends string>(name: Name) =>
  HttpApiEndpoint.post(name, `/${name}`, { payload: Schema.String, success: Schema.Int })

const Sizes = HttpApi.make("sizes").add(
  HttpApiGroup.make("sizes")
    .add(
      endpoint("usual"),
      endpoint("small").annotate(BodyLimit, ByteSize.kibibytes(1)),
      endpoint("large").annotate(BodyLimit, ByteSize.mebibytes(3))
    )
    .middleware(RequestProblems)
)

const Handlers = HttpApiBuilder.group(
  Sizes,
  "sizes",
  (handlers) =>
    handlers.handleAll({
      usual: ({ payload }) => Effect.succeed(payload.length),
      small: ({ payload }) => Effect.succeed(payload.length),
      large: ({ payload }) => Effect.succeed(payload.length)
    })
)

const Served = HttpRouter.serve(
  Layer.mergeAll(
    HttpApiBuilder.layer(Sizes).pipe(Layer.provide(Handlers), Layer.provide(RequestProblemsLayer)),
    edge(Sizes, [])
  ).pipe(Layer.provide(RateLimit.layer), Layer.provide(testSettings())),
  { routerConfig, disableLogger: true, disableListenLog: true }
).pipe(Layer.provideMerge(NodeHttpServer.layerTest))

const statusOf = (path: string, kibibytes: number) =>
  Effect.map(
    HttpClient.execute(
      HttpClientRequest.post(path).pipe(
        HttpClientRequest.setBody(HttpBody.text(JSON.stringify("x".repeat(kibibytes * 1024 - 2)), "application/json"))
      )
    ),
    ({ status }) => status
  )

layer(Served, { excludeTestServices: true })("bodies", (it) => {
  it.effect("are taken up to 1 MiB, or up to what their endpoint says", () =>
    Effect.gen(function*() {
      const cases = [["/usual", 1024], ["/usual", 1025], ["/small", 1], ["/small", 2], ["/large", 3072], [
        "/large",
        3073
      ]]
      const statuses = yield* Effect.forEach(cases, ([path, size]) => statusOf(String(path), Number(size)))
      assert.deepStrictEqual(statuses, [200, 413, 200, 413, 200, 413])
    }))
})
