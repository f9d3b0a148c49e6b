import { Effect, Redacted } from "effect"
import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { FrontendReader, type Statement } from "./FrontendReader.ts"

/** What can happen to a statement on its way: cut before it arrives, cut after, or its answer never comes. */
export type Fate = "cutBefore" | "cutAfter" | "swallowed"

type Decide = (statement: Statement) => Fate | undefined

const pair = (client: Socket, server: Socket, decide: Decide) => {
  const reader = new FrontendReader("cardapio commands")
  const end = () => {
    client.destroy()
    server.destroy()
  }
  for (const socket of [client, server]) socket.setNoDelay(true).on("error", end).on("close", end)
  const answers = (chunk: Buffer) => client.write(chunk)
  server.on("data", answers)
  client.on("data", (chunk: Buffer) => {
    const { ready, statements } = reader.read(chunk)
    for (const statement of statements) {
      const fate = decide(statement)
      if (fate === undefined) continue
      server.off("data", answers)
      server.resume()
      if (fate === "cutBefore") server.write(ready.subarray(0, statement.at), end)
      else server.write(ready)
      if (fate === "cutAfter") {
        server.off("close", end).on("close", () => client.destroy())
        client.off("close", end).destroy()
        server.end()
      }
      return
    }
    server.write(ready)
  })
}

/** A way to a database on which statements of commands meet the fate that is decided for each. */
export const commandProxy = Effect.fnUntraced(function*(target: Redacted.Redacted<string>, decide: Decide) {
  const behind = new URL(Redacted.value(target))
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client.on("close", () => sockets.delete(client)))
    pair(client, connect(Number(behind.port), behind.hostname), decide)
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of sockets) socket.destroy()
      })
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? `${address.port}` : ""
  return Redacted.make(Object.assign(new URL(behind), { port }).href)
})
