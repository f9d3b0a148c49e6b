import { connect, isIP, type Socket } from "node:net"
import { type Duplex, duplexPair } from "node:stream"
import { connect as connectTls } from "node:tls"

/** `required`: encrypted and its certificate verified, or not at all. `preferred`: unless the server has no TLS. */
type Encryption = "none" | "preferred" | "required"

interface Target {
  readonly host: string
  readonly port: number
  readonly encryption: Encryption
}

const pollMillis = 250
const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5])
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
const [encrypt, plain] = [0x53, 0x4e]

/** Whether a chunk ends with PostgreSQL's ReadyForQuery: all that was asked so far is answered. */
const isAnswered = (chunk: Buffer) => chunk.length >= 6 && chunk.subarray(-6, -1).equals(readyForQuery)

/** Ends `stream` when an answer is owed and nothing comes for too long; `read` and `written` tell it what passes unencrypted. */
const watch = (stream: Duplex, silenceMillis: number, written: () => number) => {
  let answeredAt = 0
  let owedSince: number | undefined
  const timer = setInterval(() => {
    if (written() === answeredAt) return
    owedSince ??= performance.now()
    if (performance.now() - owedSince > silenceMillis) stream.destroy(new Error("PostgreSQL does not answer"))
  }, pollMillis).unref()
  stream.on("close", () => clearInterval(timer))
  return (chunk: Buffer) => {
    owedSince = undefined
    if (isAnswered(chunk)) answeredAt = written()
  }
}

/** Asks for TLS, and hands over what is to be spoken through. */
const negotiate = (
  raw: Socket,
  { encryption, host }: Target,
  ready: (peer: Duplex) => void,
  fail: (error: Error) => void
) => {
  raw.once("connect", () => raw.write(sslRequest))
  raw.once("data", (chunk: Buffer) => {
    if (chunk.length === 1 && chunk[0] === encrypt) {
      const servername = isIP(host) === 0 ? { servername: host } : {}
      const peer = connectTls({ socket: raw, host, ...servername }).once("error", fail)
      peer.once("secureConnect", () => ready(peer))
    } else if (chunk.length === 1 && chunk[0] === plain && encryption === "preferred") ready(raw)
    else fail(new Error("PostgreSQL does not speak TLS"))
  })
}

/** TLS of our own, since what passes encrypted tells nothing: the driver gets a stream that is plain. */
const encrypted = (raw: Socket, target: Target, silenceMillis: number): Duplex => {
  const [stream, ours] = duplexPair()
  let written = 0
  const read = watch(stream, silenceMillis, () => written)
  const end = (error?: Error) => stream.destroy(error)
  raw.once("error", end).once("close", () => end())
  stream.once("close", () => raw.destroy())
  negotiate(raw, target, (peer) => {
    ours.on("data", (chunk: Buffer) => written += chunk.length)
    peer.on("data", read)
    peer.once("error", end).once("close", () => end())
    ours.pipe(peer).pipe(ours)
  }, end)
  return stream
}

/**
 * A connection to PostgreSQL that ends itself when the server owes an answer and says nothing for longer than `silenceMillis`,
 * as it does when a network or a machine goes away without a word. TCP alone would wait for many minutes.
 */
export const watchedSocket = (target: Target, silenceMillis: number): Duplex => {
  const socket = connect({ host: target.host, port: target.port, noDelay: true })
  if (target.encryption !== "none") return encrypted(socket, target, silenceMillis)
  return socket.on("data", watch(socket, silenceMillis, () => socket.bytesWritten))
}
