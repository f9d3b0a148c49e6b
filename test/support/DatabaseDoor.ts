import { Effect, Redacted } from "effect"
import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

/** A way to a database that a test can bar, as a network or a server that is away would. */
interface DatabaseDoor {
  readonly url: Redacted.Redacted<string>
  /** Lets through, from now on, whoever connects. */
  readonly open: Effect.Effect<void>
  /** Cuts every connection and refuses new ones. */
  readonly shut: Effect.Effect<void>
  /** Nothing comes through any more, and nobody is told. */
  readonly freeze: Effect.Effect<void>
}

const make = async (target: Redacted.Redacted<string>) => {
  const behind = new URL(Redacted.value(target))
  const sockets = new Set<Socket>()
  let frozen = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket))
  }
  const server = createServer((socket) => {
    keep(socket)
    if (frozen) return
    const other = connect(Number(behind.port), behind.hostname)
    keep(other)
    socket.pipe(other).on("close", () => socket.destroy())
    other.pipe(socket).on("close", () => other.destroy())
  })
  const listen = (port: number) => once(server.listen(port, "127.0.0.1"), "listening")
  await listen(0)
  const address: AddressInfo | string | null = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const door: DatabaseDoor = {
    url: Redacted.make(Object.assign(new URL(behind), { hostname: "127.0.0.1", port: String(port) }).href),
    open: Effect.promise(async () => {
      frozen = false
      cut()
      if (!server.listening) await listen(port)
    }),
    shut: Effect.promise(() =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        cut()
      })
    ),
    freeze: Effect.sync(() => {
      frozen = true
      for (const socket of sockets) socket.unpipe().pause()
    })
  }
  const end = () => {
    server.close()
    cut()
  }
  return { door, end }
}

/** An open door to a database, gone when the scope closes. */
export const databaseDoor = (target: Redacted.Redacted<string>) =>
  Effect.map(
    Effect.acquireRelease(Effect.promise(() => make(target)), ({ end }) => Effect.sync(end)),
    ({ door }) => door
  )
