import { Context, Effect, Layer } from "effect"
import { createHmac } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

interface Webhook {
  readonly url: string
  readonly enabled: boolean
  readonly secret: string
  readonly verify_ssl: boolean
}

/** What befalls a request: an answer, silence, a connection that is cut once the work is done, or what happens before its answer. */
export type Mishap =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | "hang"
  | "reset after the work"
  | (() => Promise<unknown>)

interface Logged {
  readonly at: number
  readonly method: string
  readonly path: string
}

const read = async (request: IncomingMessage) => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString("utf8")
}

const answer = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {}
) => {
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(JSON.stringify(body))
}

/** Typeform's API as far as it is used, over real HTTP; each test says what befalls the next requests. */
export class FakeTypeform extends Context.Service<FakeTypeform, {
  readonly url: string
  /** Forms by their id. */
  readonly forms: Map<string, unknown>
  /** Webhooks by `<form>/<tag>`. */
  readonly webhooks: Map<string, Webhook>
  readonly log: Array<Logged>
  /** In order; `undefined` is for a request that goes well. */
  readonly mishaps: Array<Mishap | undefined>
}>()("test/FakeTypeform") {
  static readonly token = "tfp_token-of-the-tests"

  static readonly layer = Layer.effect(
    FakeTypeform,
    Effect.gen(function*() {
      const forms = new Map<string, unknown>()
      const webhooks = new Map<string, Webhook>()
      const log: Array<Logged> = []
      const mishaps: Array<Mishap | undefined> = []

      const handle = async (request: IncomingMessage, response: ServerResponse) => {
        const { headers, method = "", url: path = "" } = request
        log.push({ at: performance.now(), method, path })
        const text = await read(request)
        const mishap = mishaps.shift()
        if (mishap === "hang") return
        if (typeof mishap === "object") return answer(response, mishap.status, { code: "FAULT" }, mishap.headers)
        if (headers.authorization !== `Bearer ${FakeTypeform.token}`) {
          return answer(response, 401, { code: "AUTHENTICATION_FAILED" })
        }
        const [, id = "", tag] = /^\/forms\/([^/]+)(?:\/webhooks\/([^/]+))?$/.exec(path) ?? []
        const form = forms.get(id)
        if (form === undefined) return answer(response, 404, { code: "FORM_NOT_FOUND" })
        if (tag === undefined) return answer(response, 200, form)
        const key = `${id}/${tag}`
        if (method === "GET") {
          const found = webhooks.get(key)
          return found === undefined
            ? answer(response, 404, {})
            : answer(response, 200, { url: found.url, enabled: found.enabled, tag })
        }
        if (method === "PUT") webhooks.set(key, JSON.parse(text))
        if (method === "DELETE") webhooks.delete(key)
        if (mishap === "reset after the work") return request.socket.destroy()
        if (typeof mishap === "function") await mishap()
        if (method === "DELETE") {
          response.writeHead(204)
          return response.end()
        }
        return answer(response, 200, {})
      }

      const server = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const made = createServer((request, response) => void handle(request, response))
          made.listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
        }),
        (made) =>
          Effect.sync(() => {
            made.closeAllConnections()
            made.close()
          })
      )
      const address: AddressInfo | string | null = server.address()
      const port = address !== null && typeof address === "object" ? address.port : 0
      return FakeTypeform.of({ url: `http://127.0.0.1:${port}`, forms, webhooks, log, mishaps })
    })
  )
}

/** How Typeform signs. */
export const signatureOf = (secret: string, body: string | Uint8Array) =>
  `sha256=${createHmac("sha256", secret).update(body).digest("base64")}`
