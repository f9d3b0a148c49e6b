import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, readlinkSync } from "node:fs"

export interface Process {
  readonly pid: number
  /** The arguments, parted by spaces. */
  readonly command: string
  /** The working directory, where the system tells. */
  readonly directory: string
}

const attempt = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ""
  }
}

const fromProc = (): ReadonlyArray<Process> =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => ({
    pid: Number(name),
    command: attempt(() => readFileSync(`/proc/${name}/cmdline`, "utf8")).replaceAll("\0", " "),
    directory: attempt(() => readlinkSync(`/proc/${name}/cwd`))
  }))

const fromPs = (): ReadonlyArray<Process> =>
  spawnSync("ps", ["-A", "-ww", "-o", "pid=,command="], { encoding: "utf8" }).stdout.split("\n").map((line) => {
    const [pid = "", ...command] = line.trim().split(" ")
    return { pid: Number(pid), command: command.join(" "), directory: "" }
  })

/** Every process of this machine that we may see. */
export const processes = (): ReadonlyArray<Process> => process.platform === "linux" ? fromProc() : fromPs()
