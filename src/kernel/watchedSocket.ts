import { connect, type Socket } from "node:net"

const pollMillis = 250
const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5])

/** Whether a chunk ends with PostgreSQL's ReadyForQuery: all that was asked so far is answered. */
const isAnswered = (chunk: Buffer) => chunk.length >= 6 && chunk.subarray(-6, -1).equals(readyForQuery)

/**
 * A connection to PostgreSQL that ends itself when the server owes an answer and says nothing for longer than `silenceMillis`,
 * as it does when a network or a machine goes away without a word. TCP alone would wait for many minutes.
 */
export const watchedSocket = (host: string, port: number, silenceMillis: number): Socket => {
  const socket = connect({ host, port, noDelay: true })
  let answeredAt = 0
  let owedSince: number | undefined
  socket.on("data", (chunk: Buffer) => {
    owedSince = undefined
    if (isAnswered(chunk)) answeredAt = socket.bytesWritten
  })
  const watch = setInterval(() => {
    if (socket.bytesWritten === answeredAt) return
    owedSince ??= performance.now()
    if (performance.now() - owedSince > silenceMillis) socket.destroy(new Error("PostgreSQL does not answer"))
  }, pollMillis).unref()
  socket.on("close", () => clearInterval(watch))
  return socket
}
