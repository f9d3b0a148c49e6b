import {
  chownSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { codeOf } from "./Refusal.ts"

/** How programs find the keeper of a data directory: the file `keeper-<generation>.json` there. */
export interface KeeperFile {
  readonly generation: number
  readonly pid: number
  readonly port: number
  readonly token: string
  /** The machine or container, since elsewhere neither pid nor port mean anything. */
  readonly host: string
}

const pattern = /^keeper-(\d+)\.json$/

const pathOf = (dataDir: string, generation: number): string => join(dataDir, `keeper-${generation}.json`)

/** Writes a file of mode 0600 that belongs to the owner of its folder, also when root writes it. */
export const writeSecret = (path: string, folder: string, text: string): void => {
  writeFileSync(path, text, { mode: 0o600, flush: true })
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(folder)
  if (uid !== 0) chownSync(path, uid, gid)
}

const read = (dataDir: string, generation: number): KeeperFile | undefined => {
  const none = { generation, pid: 0, port: 0, token: "", host: "" }
  try {
    const value: unknown = JSON.parse(readFileSync(pathOf(dataDir, generation), "utf8"))
    const { pid, port, token, host } = { ...none, ...(typeof value === "object" ? value : {}) }
    return { generation, pid: Number(pid), port: Number(port), token: String(token), host: String(host) }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    if (error instanceof SyntaxError) return none
    throw error
  }
}

/** The keepers that have a file there, the newest first; those that were killed have theirs still. */
export const list = (dataDir: string): ReadonlyArray<KeeperFile> =>
  readdirSync(dataDir).flatMap((name) => {
    const generation = pattern.exec(name)?.[1]
    return generation === undefined ? [] : [Number(generation)]
  }).toSorted((a, b) => b - a).flatMap((generation) => read(dataDir, generation) ?? [])

/**
 * Makes a keeper known, unless another one was faster. A new generation never replaces a file:
 * two that both found the last keeper dead cannot take the place from each other.
 */
export const create = (dataDir: string, keeper: KeeperFile): boolean => {
  const { generation, ...content } = keeper
  const draft = join(dataDir, `keeper.${keeper.pid}.tmp`)
  writeSecret(draft, dataDir, JSON.stringify(content))
  try {
    linkSync(draft, pathOf(dataDir, generation))
    return true
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false
    throw error
  } finally {
    unlinkSync(draft)
  }
}

/** Removes a keeper's file, and no other's that has taken its name since. */
export const remove = (dataDir: string, keeper: KeeperFile): void => {
  if (existsSync(dataDir) && read(dataDir, keeper.generation)?.token === keeper.token) {
    rmSync(pathOf(dataDir, keeper.generation), { force: true })
  }
}

/** Every so many milliseconds a keeper renews the time of its file. */
export const renewal = 1000

export const renew = (dataDir: string, keeper: KeeperFile): void => {
  try {
    utimesSync(pathOf(dataDir, keeper.generation), new Date(), new Date())
  } catch {
    // Somebody removed the data directory; PostgreSQL notices that by itself.
  }
}

export const renewedAt = (dataDir: string, generation: number): number | undefined =>
  statSync(pathOf(dataDir, generation), { throwIfNoEntry: false })?.mtimeMs

/** Where process numbers and ports of 127.0.0.1 mean what they mean here. */
export const thisHost = (): string => {
  const spaces = ["pid", "net"].map((name) => {
    try {
      return readlinkSync(`/proc/self/ns/${name}`)
    } catch {
      return ""
    }
  })
  return [hostname(), ...spaces].filter((part) => part !== "").join(" ")
}
