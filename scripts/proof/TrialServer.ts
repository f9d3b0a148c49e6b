import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import type { Environment } from "./Trial.ts"

const program = fileURLToPath(new URL("trial-server.ts", import.meta.url))
const compileCache = fileURLToPath(new URL("../../node_modules/.cache/cardapio", import.meta.url))

/** As `npm start` starts it. */
const flags = ["--max-semi-space-size=16", "--heap-growing-percent=30"]

/** A process that serves, or is about to. */
interface TrialServer {
  readonly pid: number
  /** Its port once it serves; nothing when it ends before that. */
  readonly serves: Effect.Effect<number | undefined>
  readonly isOver: () => boolean
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Its exit code; nothing where a signal ended it. */
  readonly ended: Effect.Effect<number | null>
  /** What it complained of. */
  readonly complaints: () => string
}

const spawned = (environment: Environment) => {
  const child = spawn(process.execPath, [...flags, program], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? tmpdir(),
      NODE_COMPILE_CACHE: compileCache,
      ...environment
    },
    stdio: ["pipe", "pipe", "pipe"]
  })
  let stdout = ""
  let stderr = ""
  const serves = new Promise<number | undefined>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(-10_000)
      const [, port] = /^ {2}Cardápio {3}\S+:(\d+)$[^]*^ {2}Stop /m.exec(stdout) ?? []
      if (port !== undefined) resolve(Number(port))
    })
    child.once("close", () => resolve(undefined))
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr = (stderr + text).slice(-10_000))
  child.stdin.on("error", () => {})
  const closed = once(child, "close")
  const server: TrialServer = {
    pid: child.pid ?? 0,
    serves: Effect.promise(() => serves),
    isOver: () => child.exitCode !== null || child.signalCode !== null,
    signal: (signal) => Effect.sync(() => child.kill(signal)),
    ended: Effect.promise(async () => {
      await closed
      return child.exitCode
    }),
    complaints: () => stderr
  }
  return server
}

/** Starts a server, which is killed at the latest when the scope closes. */
export const startServer = (environment: Environment) =>
  Effect.acquireRelease(
    Effect.sync(() => spawned(environment)),
    (server) => server.isOver() ? Effect.void : Effect.andThen(server.signal("SIGKILL"), server.ended)
  )

/** Starts a server and waits until it serves. */
export const startServing = Effect.fnUntraced(function*(environment: Environment) {
  const server = yield* startServer(environment)
  const port = yield* server.serves
  return port === undefined
    ? yield* Effect.die(`a server did not start: ${server.complaints()}`)
    : { ...server, port }
})
