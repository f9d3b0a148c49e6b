import { Effect } from "effect"
import { request } from "node:http"

/** What came of a request. */
export type Outcome =
  | {
    readonly _tag: "Answered"
    readonly status: number
    readonly body: string
    readonly replayed: boolean
  }
  /** Nobody took the connection: nothing was sent. */
  | { readonly _tag: "Refused" }
  /** The connection was taken, and then cut before the answer was there. */
  | { readonly _tag: "Cut"; readonly code: string }

const codeOf = (error: Error) => "code" in error && typeof error.code === "string" ? error.code : error.message

/** Sends a request over a connection of its own, so that one that was refused is told from one that was cut. */
export const ask = (
  port: number,
  token: string,
  options: {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE"
    readonly path: string
    readonly key?: string
    readonly body?: string
  }
) =>
  Effect.callback<Outcome>((resume) => {
    let connected = false
    const { body, key, method, path } = options
    const headers = {
      authorization: `Bearer ${token}`,
      ...body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      ...key === undefined ? {} : { "idempotency-key": key }
    }
    const sent = request(
      { host: "127.0.0.1", port, path, method, headers, agent: false, timeout: 60_000 },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", (error) => resume(Effect.succeed({ _tag: "Cut", code: codeOf(error) })))
        response.on("end", () =>
          resume(Effect.succeed({
            _tag: "Answered",
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
            replayed: response.headers["idempotency-replayed"] === "true"
          })))
      }
    )
    sent.on("socket", (socket) => socket.once("connect", () => connected = true))
    sent.on("timeout", () => sent.destroy(new Error("no answer within a minute")))
    sent.on("error", (error) =>
      resume(Effect.succeed(connected ? { _tag: "Cut", code: codeOf(error) } : { _tag: "Refused" })))
    sent.end(body)
    return Effect.sync(() =>
      sent.destroy()
    )
  })
