import { createServer } from "node:http"

/** What a server's owner wants to know of it, and what it heeds. */
interface Door {
  readonly isLeaving: boolean
  askedAt: number
}

/** Node's server with limits: it would keep half-open connections for minutes. Nothing here is upgraded to another protocol. */
export const makeServer = (door: Door = { isLeaving: false, askedAt: 0 }) => {
  const server = createServer({
    joinDuplicateHeaders: true,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 16_384,
    shouldUpgradeCallback: () => false
  })
  server.maxConnections = 4096
  // Once it stops, a connection that is kept alive would hold it: each is told, and closed after the answer under way.
  server.on("request", ({ url }, response) => {
    if (url?.startsWith("/health") !== true) door.askedAt = Date.now()
    if (!server.listening || door.isLeaving) response.setHeader("connection", "close")
    response.on("finish", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
  })
  return server
}
