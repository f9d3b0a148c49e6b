import { connect } from "node:net"
import { json } from "node:stream/consumers"
import type { LoadJob, LoadResult } from "./Load.ts"

/** Loads a server from a process of its own: the job comes as JSON on stdin, the result goes as JSON to stdout. */
const run = async ({ connections, limit, messages, port, seconds, warmUpSeconds }: LoadJob): Promise<LoadResult> => {
  const encoded = messages.map((message) => Buffer.from(message))
  const begin = performance.now() + warmUpSeconds * 1000
  const end = limit === undefined ? begin + seconds * 1000 : Number.POSITIVE_INFINITY
  const latencies: Array<number> = []
  let sent = 0
  let last = begin

  const next = () => {
    if (performance.now() >= end || limit !== undefined && sent >= limit) return undefined
    return encoded[sent++ % encoded.length]
  }

  const converse = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true })
      let sentAt = 0
      let head = Buffer.alloc(0)
      let missing = -1
      const send = () => {
        const message = next()
        if (message === undefined) {
          socket.end()
          return resolve()
        }
        sentAt = performance.now()
        head = Buffer.alloc(0)
        missing = -1
        socket.write(message)
      }
      const received = () => {
        const now = performance.now()
        if (now >= begin && now <= end) {
          latencies.push(now - sentAt)
          last = now
        }
        send()
      }
      const fail = (reason: string) => {
        socket.destroy()
        reject(new Error(reason))
      }
      socket.on("connect", send).on("error", reject).on("close", () => reject(new Error("the connection was closed")))
      socket.on("data", (chunk) => {
        if (missing >= 0) missing -= chunk.length
        else {
          head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
          const length = head.indexOf("\r\n\r\n")
          if (length < 0) return
          const text = head.toString("latin1", 0, length)
          if (text[9] !== "2") return fail(`not 2xx: ${head.toString("utf8").slice(0, 2000)}`)
          const size = /^content-length: (\d+)/im.exec(text)?.[1]
          if (size === undefined) return fail(`an answer without content-length: ${text}`)
          missing = Number(size) - (head.length - length - 4)
        }
        if (missing === 0) received()
      })
    })

  await Promise.all(Array.from({ length: connections }, converse))
  latencies.sort((a, b) => a - b)
  const quantile = (q: number) => latencies[Math.floor(q * (latencies.length - 1))] ?? 0
  return {
    requests: latencies.length,
    sent,
    perSecond: latencies.length / ((Math.min(last, end) - begin) / 1000),
    p50: quantile(0.5),
    p99: quantile(0.99)
  }
}

const job: LoadJob = Object(await json(process.stdin))
process.stdout.write(JSON.stringify(await run(job)))
