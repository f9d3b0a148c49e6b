import { Data, Effect, Layer, Stream } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"

/** What another server gave cannot be used, or it gave nothing. */
export class FetchFailed extends Data.TaggedError("FetchFailed")<{ readonly reason: string }> {}

const maxBytes = 256 * 1024

const failed = (reason: string) => new FetchFailed({ reason })

/** A client of its own, which follows no redirects. */
export const IssuerClient = Layer.fresh(FetchHttpClient.layer).pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit)({ redirect: "manual" }))
)

/** Reads a document of at most 256 KiB; what is not answered with 200 at this very address is a failure. */
export const fetchDocument = (client: HttpClient.HttpClient, url: string) =>
  client.get(url, { headers: { accept: "application/json" } }).pipe(
    Effect.mapError(({ reason }) => failed(reason._tag)),
    Effect.filterOrFail(({ status }) => status === 200, ({ status }) => failed(`status ${status}`)),
    Effect.flatMap(({ stream }) =>
      stream.pipe(
        Stream.mapError(({ reason }) => failed(reason._tag)),
        Stream.limitBytes(maxBytes, () => Stream.fail(failed("longer than 256 KiB"))),
        Stream.runCollect
      )
    ),
    Effect.map((chunks) => Buffer.concat(chunks))
  )
