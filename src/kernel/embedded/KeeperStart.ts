import { spawn } from "node:child_process"
import { closeSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { environment } from "./Command.ts"
import { unusable } from "./DataDir.ts"
import { onLines, type Order } from "./KeeperProtocol.ts"
import { logFile, openLog } from "./Log.ts"
import { Refusal } from "./Refusal.ts"

const script = fileURLToPath(new URL("keeper.ts", import.meta.url))

const log = (dataDir: string): number => {
  try {
    return openLog(dataDir)
  } catch (error) {
    throw unusable(dataDir, error)
  }
}

/** Where the keeper finds itself compiled, as its starter does; it works in another directory. */
const compileCache = (): Readonly<Record<string, string>> => {
  const directory = process.env["NODE_COMPILE_CACHE"] ?? ""
  return directory === "" ? {} : { NODE_COMPILE_CACHE: path.resolve(directory) }
}

/**
 * Starts a keeper in a session of its own, which no Ctrl-C of our terminal reaches, and returns once it listens or has
 * found another one.
 */
export const startKeeper = (order: Order): Promise<void> => {
  const errors = log(order.dataDir)
  const keeper = spawn(process.execPath, [script, JSON.stringify(order)], {
    cwd: "/",
    detached: true,
    env: { ...environment(), ...compileCache() },
    stdio: ["ignore", "pipe", errors]
  })
  closeSync(errors)
  keeper.unref()
  return new Promise<void>((resolve, reject) => {
    keeper.once("error", reject)
    keeper.stdout?.once(
      "close",
      () => reject(new Refusal(`the keeper of PostgreSQL did not start: ${logFile(order.dataDir)} says why`))
    )
    if (keeper.stdout !== null) {
      onLines(keeper.stdout, (line) => line === "started" ? resolve() : reject(new Refusal(line)))
    }
  }).finally(() => keeper.stdout?.destroy())
}
