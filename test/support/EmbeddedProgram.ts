import { Effect, Schema, type Scope } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { compileCache } from "./compileCache.ts"

const script = fileURLToPath(new URL("embedded-program.ts", import.meta.url))

const Started = Schema.fromJsonString(Schema.Struct({
  url: Schema.String,
  directory: Schema.String,
  created: Schema.Boolean,
  notes: Schema.Array(Schema.String)
}))

/** A process that uses a data directory, as a server or the CLI does. */
export interface EmbeddedProgram {
  readonly pid: number
  /** Its first line, whatever it says. */
  readonly line: Effect.Effect<string>
  readonly started: Effect.Effect<typeof Started.Type>
  /** Ends it in good order. */
  readonly end: Effect.Effect<void>
  /** Ends it with SIGKILL. */
  readonly kill: Effect.Effect<void>
}

const launch = (dataDir: string, port: number, path: string): EmbeddedProgram => {
  const child = spawn(process.execPath, [path, dataDir, String(port)], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ["pipe", "pipe", "inherit"]
  })
  const closed = once(child, "close")
  const first = Promise.race([
    once(child.stdout.setEncoding("utf8"), "data").then(([chunk]) => String(chunk).trim()),
    closed.then(() => "it ended without a word")
  ])
  const line = Effect.promise(() => first)
  return {
    pid: child.pid ?? 0,
    line,
    started: line.pipe(Effect.flatMap(Schema.decodeEffect(Started)), Effect.orDie),
    end: Effect.promise(() => {
      child.stdin.end()
      return closed
    }),
    kill: Effect.promise(() => {
      child.kill("SIGKILL")
      return closed
    })
  }
}

/** Starts a program, which is killed at the latest when the scope closes; `port` 0 makes it a tool. */
export const startProgram = (
  dataDir: string,
  port = 0,
  path = script
): Effect.Effect<EmbeddedProgram, never, Scope.Scope> =>
  Effect.acquireRelease(Effect.sync(() => launch(dataDir, port, path)), (program) => program.kill)
