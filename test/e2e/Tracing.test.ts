import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { once } from "node:events"
import { createServer } from "node:http"
import { addUser, onDatabase, startServer } from "../support/Programs.ts"
import { signedToken } from "../support/SignedToken.ts"
import { freshDatabase } from "../support/TestDatabase.ts"

const Spans = Schema.Struct({
  resourceSpans: Schema.Array(Schema.Struct({
    scopeSpans: Schema.Array(Schema.Struct({
      spans: Schema.Array(Schema.Struct({
        name: Schema.String,
        traceId: Schema.String,
        spanId: Schema.String,
        attributes: Schema.Array(Schema.Json)
      }))
    }))
  }))
})

/** A collector that keeps what it is sent. */
const collector = Effect.acquireRelease(
  Effect.promise(async () => {
    const received: Array<{ readonly path: string; readonly key: unknown; readonly body: string }> = []
    const server = createServer((request, response) => {
      let body = ""
      request.setEncoding("utf8").on("data", (text: string) => body += text).on("end", () => {
        received.push({ path: request.url ?? "", key: request.headers["x-api-key"], body })
        response.end("{}")
      })
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    return { server, received, port: typeof address === "object" && address !== null ? address.port : 0 }
  }),
  ({ server }) =>
    Effect.sync(() => {
      server.closeAllConnections()
      server.close()
    })
)

it.live("a server sends the spans of a request to the collector that is configured, without secrets", () =>
  Effect.gen(function*() {
    const { port, received } = yield* collector
    const { url } = yield* freshDatabase()
    yield* addUser(url, "admin@example.org")
    const token = yield* signedToken(url, "admin@example.org")
    const server = yield* startServer({
      ...onDatabase(url),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_HEADERS: "x-api-key=of the collector"
    })
    const answer = yield* server.post("/v1/products", { name: "Arroz" }, token)
    expect(answer.status).toBe(201)
    yield* server.signal("SIGTERM")
    expect((yield* server.ended).code).toBe(0)

    const spans = received.filter(({ path }) => path === "/v1/traces").flatMap(({ body }) =>
      Schema.decodeUnknownSync(Schema.fromJsonString(Spans))(body).resourceSpans
    ).flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
    const command = spans.find(({ name }) => name === "products/CreateProduct")
    const request = spans.find(({ name }) => name === "POST")
    expect(request).toBeDefined()
    expect(command).toMatchObject({ traceId: request?.traceId })
    expect(spans.filter(({ name, traceId }) => name === "postgres" && traceId === request?.traceId).length)
      .toBeGreaterThanOrEqual(3)
    for (const span of [request, command]) {
      expect(JSON.stringify(span?.attributes)).toContain(answer.headers.get("x-correlation-id"))
    }
    expect(received.every(({ key }) => key === "of the collector")).toBe(true)
    expect(received.some(({ body }) => body.includes(token))).toBe(false)
  }))
