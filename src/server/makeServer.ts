import { createServer } from "node:http"

/** Node's server with limits: it would keep half-open connections for minutes. Nothing here is upgraded to another protocol. */
export const makeServer = () => {
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
  server.on("request", (_request, response) => {
    if (!server.listening) response.setHeader("connection", "close")
    response.on("finish", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
  })
  return server
}
