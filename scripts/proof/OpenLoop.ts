import { connect, type Socket } from "node:net"
import { setTimeout as pause } from "node:timers/promises"

/** What came of the requests of a load. */
export class Tally {
  /** From when a request was due to its answer, ms: a generator that lags behind counts against the server. */
  readonly served: Array<number> = []
  readonly refused: Array<number> = []
  /** Refusals that did not say when to come back. */
  withoutRetryAfter = 0
  /** Any other status, and connections that were cut. */
  others = 0
  /** How many were served before the load ended. */
  servedInTime = 0

  answered(head: string, millis: number) {
    const status = head.slice(9, 12)
    if (status === "200" || status === "201") this.served.push(millis)
    else if (status === "503") {
      this.refused.push(millis)
      if (!/\r\nretry-after: \d/i.test(head)) this.withoutRetryAfter++
    } else this.others++
  }
}

const headEnd = Buffer.from("\r\n\r\n")

/** A connection that is kept alive, with one request under way at most. */
class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #onHead: ((head: string | undefined) => void) | undefined

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1").setNoDelay(true)
    this.#socket.on("data", (chunk) => this.#take(chunk))
    this.#socket.on("error", () => {})
    this.#socket.on("close", () => this.#done(undefined))
  }

  get isOpen() {
    return !this.#socket.destroyed
  }

  send(request: Uint8Array, onHead: (head: string | undefined) => void) {
    this.#onHead = onHead
    this.#socket.write(request)
  }

  end() {
    this.#socket.destroy()
  }

  #take(chunk: Buffer) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const end = this.#received.indexOf(headEnd)
    if (end < 0) return
    const head = this.#received.toString("latin1", 0, end + 2)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
    if (this.#received.length < end + 4 + length) return
    this.#received = Buffer.alloc(0)
    this.#done(head)
  }

  #done(head: string | undefined) {
    const onHead = this.#onHead
    this.#onHead = undefined
    onHead?.(head)
  }
}

interface LoadOptions {
  readonly port: number
  readonly seconds: number
  /** The next request, as it goes over the wire. */
  readonly request: () => Uint8Array
}

/** Sends over connections that are kept, as a load balancer does; what finds none free waits for one. */
const makeSender = ({ port, request }: Omit<LoadOptions, "seconds">, tally: Tally, most: number) => {
  const idle: Array<Connection> = Array.from({ length: most }, () => new Connection(port))
  const waiting: Array<() => void> = []
  let running = 0
  const send = (due: number, onDone?: () => void) => {
    const kept = idle.pop()
    if (kept === undefined) return void waiting.push(() => send(due, onDone))
    const connection = kept.isOpen ? kept : new Connection(port)
    running++
    connection.send(request(), (head) => {
      running--
      if (head === undefined) tally.others++
      else tally.answered(head, performance.now() - due)
      idle.push(connection)
      onDone?.()
      waiting.shift()?.()
    })
  }
  const ended = async () => {
    tally.servedInTime = tally.served.length
    while (running + waiting.length > 0) await pause(20)
    for (const connection of idle) connection.end()
  }
  return { send, ended }
}

/** As many clients, each of which asks again when it has its answer. */
export const closedLoop = async (options: LoadOptions & { readonly clients: number }) => {
  const tally = new Tally()
  const { ended, send } = makeSender(options, tally, options.clients)
  const end = performance.now() + options.seconds * 1000
  const again = () => {
    if (performance.now() < end) send(performance.now(), again)
  }
  for (let n = 0; n < options.clients; n++) again()
  await pause(options.seconds * 1000)
  await ended()
  return tally
}

/** So many requests a second, whether those before have been answered or not. */
export const openLoop = async (
  options: LoadOptions & { readonly perSecond: number; readonly connections: number }
) => {
  const tally = new Tally()
  const { ended, send } = makeSender(options, tally, options.connections)
  await pause(2000)
  const begun = performance.now()
  const total = Math.round(options.perSecond * options.seconds)
  const dueOf = (n: number) => begun + n / options.perSecond * 1000
  for (let sent = 0; sent < total; await pause(1)) {
    for (; sent < total && dueOf(sent) <= performance.now(); sent++) send(dueOf(sent))
  }
  await ended()
  return tally
}
