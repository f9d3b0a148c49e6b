import { Effect, Redacted } from "effect"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { join } from "node:path"
import { TLSSocket } from "node:tls"

/** A way to a database that a test can bar, as a network or a server that is away would. */
interface DatabaseDoor {
  readonly url: Redacted.Redacted<string>
  /** How many connections it has let through. */
  readonly passed: () => number
  /** Lets through, from now on, whoever connects. */
  readonly open: Effect.Effect<void>
  /** Cuts every connection and refuses new ones. */
  readonly shut: Effect.Effect<void>
  /** Nothing comes through any more, and nobody is told. */
  readonly freeze: Effect.Effect<void>
  /** Keeps the answers that are on their way until what it answers is run. */
  readonly hold: Effect.Effect<Effect.Effect<void>>
}

/** What whoever goes through an encrypted door must trust: made for these tests, it protects nothing. */
export const certificate = join(import.meta.dirname, "tls", "certificate.pem")

const identity = () => ({
  key: readFileSync(join(import.meta.dirname, "tls", "key.pem")),
  cert: readFileSync(certificate)
})

interface Options {
  readonly encrypted?: boolean
}

const make = async (target: Redacted.Redacted<string>, { encrypted = false }: Options) => {
  const behind = new URL(Redacted.value(target))
  const sockets = new Set<Socket>()
  const answers = new Map<Socket, Socket>()
  let frozen = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket))
  }
  let passed = 0
  const joined = (socket: Socket) => {
    passed++
    const other = connect(Number(behind.port), behind.hostname)
    keep(other)
    socket.pipe(other).on("close", () => socket.destroy())
    answers.set(other, socket)
    other.on("close", () => answers.delete(other))
    other.pipe(socket).on("close", () => other.destroy())
  }
  const server = createServer((socket) => {
    keep(socket)
    if (frozen) return
    if (!encrypted) return joined(socket)
    // SSLRequest, answered with S.
    socket.once("data", () => {
      socket.write("S")
      const secure = new TLSSocket(socket, { isServer: true, ...identity() })
      keep(secure)
      joined(secure)
    })
  })
  const listen = (port: number) => once(server.listen(port, "127.0.0.1"), "listening")
  await listen(0)
  const address: AddressInfo | string | null = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const door: DatabaseDoor = {
    url: Redacted.make(
      Object.assign(new URL(behind), {
        hostname: "127.0.0.1",
        port: String(port),
        search: encrypted ? "?sslmode=require" : ""
      }).href
    ),
    passed: () => passed,
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
    }),
    hold: Effect.sync(() => {
      const held = [...answers]
      for (const [from] of held) from.unpipe().pause()
      return Effect.sync(() => {
        for (const [from, to] of held) from.pipe(to)
      })
    })
  }
  const end = () => {
    server.close()
    cut()
  }
  return { door, end }
}

/** An open door to a database, gone when the scope closes. */
export const databaseDoor = (target: Redacted.Redacted<string>, options: Options = {}) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => make(target, options)),
      ({ end }) => Effect.sync(end)
    ),
    ({ door }) => door
  )
