import { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Admission } from "../kernel/Admission.ts"

/** What a server's owner wants to know of it, and what it heeds. */
interface Door {
  readonly isLeaving: boolean
  askedAt: number
}

type Takes = (request: IncomingMessage, response: ServerResponse) => boolean

/** Node's server with limits, whose listeners learn of those requests only that it takes. */
class LimitedServer extends Server {
  readonly #takes: Takes
  override maxConnections = 4096

  constructor(takes: Takes) {
    // Node itself would keep half-open connections for minutes. Nothing here is upgraded to another protocol.
    super({
      joinDuplicateHeaders: true,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
      shouldUpgradeCallback: () => false
    })
    this.#takes = takes
  }

  override emit(event: string, ...args: ReadonlyArray<unknown>): boolean {
    const [request, response] = args
    const isRefused = (event === "request" || event === "checkContinue") && request instanceof IncomingMessage &&
      response instanceof ServerResponse && !this.#takes(request, response)
    return isRefused || super.emit(event, ...args)
  }
}

/** The server behind a door, which heeds who asks, and admits so many at once. */
export const makeServer = (
  { admits, refuse }: Pick<Admission, "admits" | "refuse">,
  door: Door = { isLeaving: false, askedAt: 0 }
): Server => {
  const server = new LimitedServer((request, response) => {
    if (request.url?.startsWith("/health") !== true) door.askedAt = Date.now()
    // Once it stops, a connection that is kept alive would hold it: each is told, and closed after the answer under way.
    if (!server.listening || door.isLeaving) response.setHeader("connection", "close")
    response.on("finish", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
    if (server.listenerCount("request") > 0) return admits(request, response)
    // It listens before all that it serves is made.
    refuse(request, response)
    return false
  })
  return server
}
