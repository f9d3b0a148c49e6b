import { Effect } from "effect"
import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { BenchFailed } from "./BenchFailed.ts"

/** Runs a script of this folder in a process of its own; its stdout is what it found, as JSON. */
export const runScript = <A>(name: string, env: Readonly<Record<string, string>>, stdin = "") =>
  Effect.callback<A, BenchFailed>((resume) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url))], {
      env: { ...process.env, ...env }
    })
    const [stdout, stderr] = [text(child.stdout), text(child.stderr)]
    child.on("close", async (code) =>
      resume(
        code === 0
          ? Effect.succeed(JSON.parse(await stdout))
          : Effect.fail(new BenchFailed({ message: `${name} ended with ${code}: ${await stderr}` }))
      ))
    child.stdin.on("error", () => {}).end(stdin)
    return Effect.sync(() => child.kill("SIGKILL"))
  })
