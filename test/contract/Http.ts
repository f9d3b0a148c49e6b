import { Agent, type IncomingHttpHeaders, request } from "node:http"

/** A request to the letter: nothing is encoded, completed or refused on its way. */
export interface Sent {
  readonly method: string
  /** Path and query as they stand on the wire. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string>>>
  readonly body?: Buffer | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers within 20 s, or the reason why there is none. */
export type Send = (sent: Sent) => Promise<Answer>

const isReset = (error: Error) => "code" in error && error.code === "ECONNRESET"

/** Sends to a port of this machine over a few connections that are kept. */
export const senderTo = (port: number): { readonly send: Send; readonly close: () => void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const attempted = (sent: Sent, left: number): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { body, headers, method, target } = sent
      const outgoing = request(
        { agent, port, host: "127.0.0.1", method, path: target, timeout: 20_000 },
        (incoming) => {
          const chunks: Array<Buffer> = []
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
          incoming.on("error", reject)
          incoming.on("end", () =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              body: Buffer.concat(chunks).toString("utf8")
            }))
        }
      )
      for (const [name, value] of Object.entries(headers)) {
        outgoing.setHeader(name, typeof value === "string" ? value : [...value])
      }
      // Node frames the body of a GET by itself only where it is told to.
      if (body !== undefined && headers["transfer-encoding"] === undefined) {
        outgoing.setHeader("content-length", body.length)
      }
      outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within 20 s")))
      // A kept connection may be closed by the server between two requests: that is no answer to ours.
      outgoing.on("error", (error) => left > 0 && isReset(error) ? resolve(attempted(sent, left - 1)) : reject(error))
      outgoing.end(body)
    })
  return { send: (sent) => attempted(sent, 2), close: () => agent.destroy() }
}
