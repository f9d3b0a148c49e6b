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
const [sync, readyForQuery] = [0x53, 0x5a]
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
const [encrypt, plain] = [0x53, 0x4e]

/** Counts the messages of one type in chunks as they come: a byte that tells the type, four with the length of all that follows. */
const counter = (type: number) => {
  const header = Buffer.alloc(5)
  let read = 0
  let left = 0
  let count = 0
  return (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.length;) {
      if (left > 0) {
        const step = Math.min(left, chunk.length - at)
        left -= step
        at += step
      } else {
        header[read++] = chunk[at++] ?? 0
        if (read < header.length) continue
        read = 0
        left = header.readInt32BE(1) - 4
        if (header[0] === type) count++
      }
    }
    return count
  }
}

/**
 * Ends `stream` when an answer is owed and nothing comes for too long, unless it is us who do not read on. It is told of what
 * passes unencrypted: the start of the session and each Sync after it are answered by one ReadyForQuery.
 */
const watch = (stream: Duplex, silenceMillis: number) => {
  const [syncs, answers] = [counter(sync), counter(readyForQuery)]
  let [asked, answered] = [0, 0]
  let silentSince: number | undefined
  const timer = setInterval(() => {
    if (asked === answered || stream.isPaused()) return silentSince = undefined
    silentSince ??= performance.now()
    if (performance.now() - silentSince > silenceMillis) stream.destroy(new Error("PostgreSQL does not answer"))
  }, pollMillis).unref()
  stream.on("close", () => clearInterval(timer))
  return {
    // What starts a session is one message without a type.
    written: (chunk: Uint8Array) => asked = asked === 0 ? 1 : 1 + syncs(chunk),
    read: (chunk: Uint8Array) => {
      silentSince = undefined
      answered = answers(chunk)
    }
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
  const { read, written } = watch(stream, silenceMillis)
  const end = (error?: Error) => stream.destroy(error)
  raw.once("error", end).once("close", () => end())
  stream.once("close", () => raw.destroy())
  negotiate(raw, target, (peer) => {
    ours.on("data", written)
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
  const { read, written } = watch(socket, silenceMillis)
  socket.on("data", read)
  const write = socket.write.bind(socket)
  return Object.assign(socket, {
    // The driver writes bytes, and waits for no callback.
    write: (chunk: Uint8Array) => {
      written(chunk)
      return write(chunk)
    }
  })
}
