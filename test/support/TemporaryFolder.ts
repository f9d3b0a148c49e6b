import { Effect } from "effect"
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { processes } from "./Processes.ts"
import { until } from "./Programs.ts"

const usersOf = (folder: string) =>
  processes().filter(({ command, directory }) => directory.startsWith(folder) || command.includes(folder))

/**
 * A folder that any user can reach, removed once no process uses it any more. A keeper that is still there is told to stop:
 * it would wait 2 s for another program.
 */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "cardapio-e2e-")))
    chmodSync(folder, 0o755)
    return folder
  }),
  (folder) =>
    Effect.gen(function*() {
      for (const { command, pid } of usersOf(folder)) if (/keeper\.ts/.test(command)) process.kill(pid, "SIGTERM")
      yield* until(() => usersOf(folder).length === 0)
      rmSync(folder, { recursive: true })
    })
)

/** The process of PostgreSQL that has its data below a folder. */
export const postmasterBelow = (folder: string) =>
  processes().find(({ command }) => /^\S*bin\/postgres -D /.test(command) && command.includes(folder))
