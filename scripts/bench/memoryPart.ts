import { Console, Effect, Fiber, Schedule } from "effect"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { connect } from "node:net"
import { administratorToken, freshDatabase } from "./BenchDatabase.ts"
import { BenchFailed } from "./BenchFailed.ts"
import { load } from "./Load.ts"
import { seedCatalogue } from "./seedCatalogue.ts"
import { type Server, startServer } from "./Server.ts"
import type { Settings } from "./Settings.ts"
import { messageOf, works } from "./works.ts"

const requests = 100_000
const megabyte = 2 ** 20
const bodyMegabytes = 300

/** Resident memory in MB. */
export interface MemoryResult {
  readonly requests: number
  readonly atStart: number
  readonly afterRequests: number
  readonly body: {
    readonly megabytes: number
    /** What of it the server let in before it refused. */
    readonly sentMegabytes: number
    /** 0 where the connection was closed without an answer. */
    readonly status: number
    readonly peak: number
  }
}

/** The most that our server may hold after the requests, and what a refused body may add to it. */
export const memoryTargets = { afterRequests: 250, bodyGrowth: 50 }

const residentMegabytes = ({ pid }: Server) => {
  const kilobytes = process.platform === "linux"
    ? /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
    : spawnSync("ps", ["-o", "rss=", "-p", `${pid}`], { encoding: "utf8" }).stdout
  return Number(kilobytes) / 1024
}

const head = ({ port }: Server, token: string) =>
  [
    "POST /v1/products HTTP/1.1",
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${token}`,
    "content-type: application/json",
    "transfer-encoding: chunked",
    "",
    ""
  ].join("\r\n")

/** Sends a body without an end in sight until it is refused, or all of it is sent. */
const streamed = (server: Server, token: string) =>
  Effect.callback<{ readonly status: number; readonly sentMegabytes: number }>((resume) => {
    const socket = connect({ host: "127.0.0.1", port: server.port })
    const chunk = Buffer.concat([
      Buffer.from(`${megabyte.toString(16)}\r\n`),
      Buffer.alloc(megabyte, "a"),
      Buffer.from("\r\n")
    ])
    let status = 0
    let sent = 0
    const write = () => {
      if (sent === bodyMegabytes) socket.end("0\r\n\r\n")
      else if (!socket.destroyed && socket.writable) {
        socket.write(chunk, () => {
          sent++
          write()
        })
      }
    }
    socket.on("connect", () => {
      socket.write(head(server, token))
      write()
    })
    socket.on("data", (answer) => {
      if (status === 0) status = Number(answer.toString("latin1", 9, 12))
    })
    socket.on("error", () => {}).on("close", () => resume(Effect.succeed({ status, sentMegabytes: sent })))
    socket.setTimeout(60_000, () => socket.destroy())
    return Effect.sync(() => socket.destroy())
  })

const refusedBody = Effect.fnUntraced(function*(server: Server, token: string) {
  let peak = 0
  const watching = yield* Effect.forkScoped(Effect.repeat(
    Effect.sync(() => {
      peak = Math.max(peak, residentMegabytes(server))
    }),
    Schedule.spaced("50 millis")
  ))
  const { sentMegabytes, status } = yield* streamed(server, token)
  yield* Fiber.interrupt(watching)
  if (status !== 413 && status !== 0) {
    return yield* new BenchFailed({ message: `a body of ${bodyMegabytes} MB was answered with ${status}` })
  }
  return { megabytes: bodyMegabytes, sentMegabytes, status, peak: Math.max(peak, residentMegabytes(server)) }
})

/** Resident memory of our server after many reads, and while a body far beyond its limit is sent. */
export const memoryPart = Effect.fnUntraced(function*({ connections }: Settings) {
  const { environment, url } = yield* freshDatabase("memory")
  const token = yield* administratorToken(environment)
  yield* seedCatalogue(url)
  const server = yield* startServer("cardapio", environment)
  const atStart = residentMegabytes(server)
  yield* Console.error(`memory: ${requests.toLocaleString("en-US")} requests …`)
  const messages = works.filter(({ name }) => name === "get").flatMap((work) =>
    work.requests.map((request) => messageOf(request, server.port, token))
  )
  yield* load({ port: server.port, connections, warmUpSeconds: 0, seconds: 0, limit: requests, messages })
  const afterRequests = residentMegabytes(server)
  const body = yield* refusedBody(server, token)
  const result: MemoryResult = { requests, atStart, afterRequests, body }
  return result
}, Effect.scoped)
