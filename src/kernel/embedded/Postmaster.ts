import { type ChildProcess, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { doesNotStart } from "./Cluster.ts"
import { environment, faultIn } from "./Command.ts"
import * as LockFile from "./LockFile.ts"
import { log, logFile, logSize } from "./Log.ts"
import type { Place } from "./Place.ts"
import { Refusal } from "./Refusal.ts"

/** A PostgreSQL server that accepts connections. */
export interface Postmaster {
  readonly port: number
  readonly exited: Promise<void>
  /** A fast shutdown; returns when the server is gone. */
  readonly stop: () => Promise<void>
}

/**
 * Becomes PostgreSQL, and leaves a watcher behind that stops it when our end of the pipe closes, however that comes
 * about. The watcher is no child of PostgreSQL, which wonders about children it did not start.
 */
const script = `exec 3<&0 </dev/null
( ( while read -r line; do [ "$line" = over ] && exit 0; done <&3; kill -INT $$ ) >/dev/null 2>&1 & )
exec 3<&-
exec "$@"`

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)))
  })

/**
 * Below the ports that systems take for outgoing connections: a pool that keeps knocking while PostgreSQL restarts could
 * else be given that very port, and talk to itself.
 */
const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 15_000 + Math.floor(Math.random() * 17_000)
    if (await isFree(port)) return port
  }
  throw new Refusal("no port of 127.0.0.1 between 15000 and 32000 is free: end some programs, or set DATABASE_URL")
}

const defaults = {
  cluster_name: LockFile.clusterName,
  huge_pages: "off",
  listen_addresses: "127.0.0.1",
  log_checkpoints: "off",
  log_destination: "stderr",
  log_timezone: "UTC",
  logging_collector: "off",
  max_connections: "100",
  password_encryption: "scram-sha-256",
  timezone: "UTC",
  unix_socket_directories: ""
}

const argumentsOf = (place: Place, settings: Readonly<Record<string, string>>, port: number): ReadonlyArray<string> => [
  "-D",
  place.directory,
  ...Object.entries({ ...defaults, ...settings, port }).flatMap(([name, value]) => ["-c", `${name}=${value}`])
]

const isRunning = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null

const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      child.stdin?.end("over\n")
      resolve()
    }
    child.stdin?.on("error", () => {})
    child.once("exit", end)
    child.once("error", end)
  })

const launch = async (place: Place, args: ReadonlyArray<string>, port: number): Promise<Postmaster | undefined> => {
  // The lock file counts whole seconds. A stale one may by chance bear the very number that the new process gets.
  const begun = Math.floor(Date.now() / 1000)
  const child = spawn("/bin/sh", ["-c", script, "sh", join(place.native, "bin", "postgres"), ...args], {
    cwd: "/",
    env: environment(),
    stdio: ["pipe", 2, 2],
    ...place.user
  })
  const exited = endOf(child)
  while (isRunning(child)) {
    const lock = LockFile.read(place.directory)
    if (lock?.ready === true && lock.pid === child.pid && lock.begun >= begun) {
      return { port, exited, stop: () => stop(child, exited) }
    }
    await Promise.race([exited, sleep(5)])
  }
  return undefined
}

const stop = async (child: ChildProcess, exited: Promise<void>): Promise<void> => {
  for (const [signal, patience] of [["SIGINT", 30_000], ["SIGQUIT", 15_000], ["SIGKILL", 5000]] as const) {
    child.kill(signal)
    const timer = new AbortController()
    const late = await Promise.race([
      exited.then(() => false),
      sleep(patience, true, { signal: timer.signal }).catch(() => false)
    ])
    timer.abort()
    if (!late) return
    log(`PostgreSQL did not stop within ${patience / 1000} s of ${signal}`)
  }
}

const isClash = (output: string) => /Address already in use|could not create any TCP/.test(output)
const isLeaving = (output: string) => /pre-existing shared memory block|lock file .* already exists/.test(output)

/** The port that is wanted, and for how many milliseconds rather none at all than another one. */
export interface Wish {
  readonly port: number
  readonly patience: number
}

/** Starts PostgreSQL and waits until it accepts connections. */
export const start = async (
  place: Place,
  settings: Readonly<Record<string, string>>,
  wish: Wish | undefined
): Promise<Postmaster> => {
  const begun = Date.now()
  const deadline = begun + 15_000
  for (;;) {
    await LockFile.clear(place.directory)
    const before = logSize()
    const wanted = wish !== undefined && Date.now() <= begun + wish.patience ? wish.port : undefined
    const port = wanted ?? await freePort()
    const postmaster = await launch(place, argumentsOf(place, settings, port), port)
    if (postmaster !== undefined) return postmaster
    const output = readFileSync(logFile(place.dataDir)).subarray(before).toString("utf8")
    if (Date.now() > deadline || (!isClash(output) && !isLeaving(output))) {
      throw doesNotStart(place, faultIn(output))
    }
    if (wanted !== undefined || isLeaving(output)) await sleep(100)
  }
}
