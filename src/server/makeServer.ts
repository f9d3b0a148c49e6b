import { createServer } from "node:http"

/** Node's server with limits: it would keep half-open connections for minutes. Nothing here is upgraded to another protocol. */
export const makeServer = () =>
  createServer({
    joinDuplicateHeaders: true,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 16_384,
    shouldUpgradeCallback: () => false
  })
