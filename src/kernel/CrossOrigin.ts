import type { Effect } from "effect"
import { HttpMiddleware, type HttpServerRequest, type HttpServerResponse } from "effect/http"

const exposedHeaders = [
  "etag",
  "location",
  "idempotency-replayed",
  "ratelimit",
  "ratelimit-policy",
  "retry-after",
  "x-correlation-id"
]

/** What lets a page of a configured origin read an answer that no middleware sees. */
export const crossOriginHeaders = (origins: ReadonlyArray<string>, origin: string | undefined) =>
  origin !== undefined && origins.includes(origin)
    ? {
      "access-control-allow-origin": origin,
      "access-control-expose-headers": exposedHeaders.join(","),
      vary: "Origin"
    }
    : {}

/** Lets pages of the configured origins read the answers; a plain OPTIONS stays what it is. */
export const crossOrigin = (origins: ReadonlyArray<string>) => {
  const cors = HttpMiddleware.cors({
    allowedOrigins: (origin) => origins.includes(origin),
    exposedHeaders,
    maxAge: 600
  })
  return <E, R>(
    request: HttpServerRequest.HttpServerRequest,
    answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
  ) =>
    origins.length === 0 || request.headers["origin"] === undefined ||
      request.method === "OPTIONS" && request.headers["access-control-request-method"] === undefined
      ? answer
      : cors(answer)
}
