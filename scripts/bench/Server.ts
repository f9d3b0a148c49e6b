import { Effect, Schedule, Schema } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, openSync, readFileSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { BenchFailed } from "./BenchFailed.ts"

const root = join(import.meta.dirname, "..", "..")

/** Where results and logs go. */
export const resultFolder = join(root, ".data", "bench")

/** The connections that each server has for its work. */
export const poolSize = 10

const Manifest = Schema.fromJsonString(Schema.Struct({ scripts: Schema.Struct({ start: Schema.String }) }))

/** What `npm start` gives to Node. */
const started = Schema.decodeUnknownSync(Manifest)(readFileSync(join(root, "package.json"), "utf8"))
  .scripts.start.split(" ").filter((word) => /^(?:--|src\/)/.test(word))

/** The servers that are compared, ours first. */
export const programs = {
  cardapio: { title: "Cardápio", args: started },
  fastify: { title: "Fastify + pg", args: ["scripts/bench/peers/fastify-pg.ts"] },
  raw: { title: "node:http + postgres", args: ["scripts/bench/peers/http-postgres.ts"] }
} as const
export type ServerName = keyof typeof programs

export const serverNames: ReadonlyArray<ServerName> = ["cardapio", "fastify", "raw"]

export interface Server {
  readonly name: ServerName
  readonly pid: number
  readonly port: number
}

const addressPattern = /^(?: {2}Cardápio {3}|listening on )http:\/\/127\.0\.0\.1:(\d+)$/m

/** Starts a server as an operator would, its output in a file, and waits until it serves. It ends with the scope. */
export const startServer = Effect.fnUntraced(function*(
  name: ServerName,
  environment: Readonly<Record<string, string>>
) {
  const log = join(resultFolder, `${name}.log`)
  yield* Effect.promise(() => mkdir(resultFolder, { recursive: true }))
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const output = openSync(log, "w")
      const started = spawn(process.execPath, [...programs[name].args], {
        cwd: root,
        stdio: ["ignore", output, output],
        env: {
          PATH: process.env["PATH"],
          HOME: process.env["HOME"],
          PORT: "0",
          DATABASE_POOL_SIZE: `${poolSize}`,
          RATE_LIMIT_PER_MINUTE: "0",
          MAX_CONCURRENT_REQUESTS: "10000",
          ...environment
        }
      })
      closeSync(output)
      return started
    }),
    (child) =>
      Effect.promise(async () => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const ended = once(child, "exit")
        const timer = setTimeout(() => child.kill("SIGKILL"), 20_000)
        child.kill("SIGTERM")
        await ended
        clearTimeout(timer)
      })
  )
  const port = yield* Effect.sync(() =>
    child.exitCode === null ? addressPattern.exec(readFileSync(log, "utf8"))?.[1] : "0"
  ).pipe(
    Effect.repeat({ while: (port) => port === undefined, schedule: Schedule.spaced("50 millis"), times: 1200 })
  )
  if (port === undefined || port === "0") {
    return yield* new BenchFailed({ message: `${programs[name].title} did not start: see ${log}` })
  }
  const server: Server = { name, pid: child.pid ?? 0, port: Number(port) }
  return server
})
