import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { commandLine, isAlive, workingDirectory } from "./ProcessTable.ts"
import { Refusal } from "./Refusal.ts"

/** What PostgreSQL writes into its own lock file, `postmaster.pid`. */
export interface LockFile {
  readonly pid: number
  /** When it was started, in seconds since 1970. */
  readonly begun: number
  readonly ready: boolean
}

const pathOf = (directory: string): string => join(directory, "postmaster.pid")

/** `undefined` when there is none; pid 0 when it is unreadable, as after a power cut. */
export const read = (directory: string): LockFile | undefined => {
  let text: string
  try {
    text = readFileSync(pathOf(directory), "utf8")
  } catch {
    return undefined
  }
  const lines = text.split("\n")
  const pid = Number(lines[0])
  return {
    pid: Number.isInteger(pid) && pid > 0 ? pid : 0,
    begun: Number(lines[2]),
    ready: lines[7]?.trim() === "ready"
  }
}

/** The port of the last start, which PostgreSQL notes down beside its lock and leaves there. */
export const lastPort = (directory: string): number | undefined => {
  try {
    const port = /"port=(\d+)"/.exec(readFileSync(join(directory, "postmaster.opts"), "utf8"))?.[1]
    return port === undefined ? undefined : Number(port)
  } catch {
    return undefined
  }
}

/** The name that tells our servers from one that somebody started by hand. */
export const clusterName = "cardapio"

const isPostgresOf = (directory: string, command: string, pid: number): boolean => {
  if (!/postgres/.test(command)) return false
  const working = workingDirectory(pid)
  return working === undefined ? command.includes(directory) || !/-D[\s\0]*\//.test(command) : working === directory
}

/**
 * Makes way for a new start. A PostgreSQL of ours that lost its keeper is stopped; a number that meanwhile belongs to
 * another process is forgotten. A dead process's lock stays: PostgreSQL recovers it with checks of its own.
 */
export const clear = async (directory: string): Promise<void> => {
  const lock = read(directory)
  if (lock === undefined) return
  const command = lock.pid === 0 ? "" : commandLine(lock.pid)
  if (!isPostgresOf(directory, command, lock.pid)) {
    if (lock.pid === 0 || isAlive(lock.pid)) rmSync(pathOf(directory), { force: true })
    return
  }
  if (!command.includes(`cluster_name=${clusterName}`)) {
    throw new Refusal(
      `another PostgreSQL (pid ${lock.pid}) already runs on ${directory}: stop it, or set DATA_DIR to another folder`
    )
  }
  await stop(directory, lock.pid)
}

const stop = async (directory: string, pid: number): Promise<void> => {
  const begun = Date.now()
  const isRunning = () => isAlive(pid) && isPostgresOf(directory, commandLine(pid), pid)
  let signal: NodeJS.Signals | undefined = "SIGINT"
  while (isRunning()) {
    const waited = Date.now() - begun
    if (signal !== undefined) process.kill(pid, signal)
    signal = undefined
    if (waited > 30_000) signal = "SIGQUIT"
    if (waited > 60_000) {
      throw new Refusal(`PostgreSQL (pid ${pid}) on ${directory} does not stop: end it (kill ${pid})`)
    }
    await sleep(signal === undefined ? 10 : 1000)
  }
}
