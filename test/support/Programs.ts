import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { vi } from "vitest"
import { checkout, compileCache } from "./compileCache.ts"

export type Environment = Readonly<Record<string, string>>

/** Nothing of the caller's environment counts but what is needed to run at all. */
const bare: Environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: process.env["HOME"] ?? tmpdir(),
  PORT: "0",
  NODE_COMPILE_CACHE: compileCache
}

/** Seals the signing keys of the databases of these tests. */
export const secret = "an end-to-end secret that is long enough"

/** The settings of a program that works on a database of the run's PostgreSQL. */
export const onDatabase = (url: Redacted.Redacted<string>): Environment => ({
  DATABASE_URL: Redacted.value(url),
  AUTH_KEY_SECRET: secret,
  ONBOARDING_SECRET_KEY: secret,
  DATABASE_POOL_SIZE: "4"
})

/** Waits on a condition; the deadline only ends a test that fails. */
export const until = (condition: () => boolean | Promise<boolean>, timeout = 50_000) =>
  Effect.promise(() => vi.waitUntil(condition, { timeout, interval: 50 }))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A running program of ours. */
export interface Program {
  readonly pid: number
  readonly said: () => { readonly stdout: string; readonly stderr: string }
  readonly isOver: () => boolean
  readonly ended: Effect.Effect<Ended>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
}

const spawned = (
  command: string,
  args: ReadonlyArray<string>,
  environment: Environment,
  stdin: string | Uint8Array
) => {
  const child = spawn(command, [...args], { cwd: checkout, env: { ...bare, ...environment } })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text)
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text)
  // A program that does not read its input to the end closes it; that is its right.
  child.stdin.on("error", () => {})
  child.stdin.end(stdin)
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  const closed = once(child, "close").then((): Ended => ({
    code: child.exitCode,
    signal: child.signalCode,
    stdout,
    stderr
  }))
  const program: Program = {
    pid: child.pid ?? 0,
    said: () => ({ stdout, stderr }),
    isOver,
    ended: Effect.promise(() => closed),
    signal: (signal) => Effect.sync(() => child.kill(signal))
  }
  return program
}

/** Starts a command, which is killed at the latest when the scope closes. */
export const launchCommand = (
  command: string,
  args: ReadonlyArray<string>,
  environment: Environment,
  stdin: string | Uint8Array = ""
): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => spawned(command, args, environment, stdin)),
    (program) => Effect.andThen(program.signal("SIGKILL"), program.ended)
  )

/** Starts a script of the checkout with this Node. */
export const launch = (
  script: "src/server/main.ts" | "scripts/cli.ts",
  args: ReadonlyArray<string>,
  environment: Environment,
  stdin?: string | Uint8Array
) => launchCommand(process.execPath, [script, ...args], environment, stdin)

/** Runs a command of the command line to its end. */
export const cli = (args: ReadonlyArray<string>, environment: Environment, stdin?: string | Uint8Array) =>
  Effect.scoped(Effect.flatMap(launch("scripts/cli.ts", args, environment, stdin), (program) => program.ended))

/** A start that is to be refused, to its end. */
export const refusedStart = (environment: Environment) =>
  Effect.scoped(Effect.flatMap(launch("src/server/main.ts", [], environment), (program) => program.ended))

export interface RunningServer extends Program {
  readonly address: string
  readonly port: number
  readonly banner: string
  readonly get: (path: string, token?: string) => Effect.Effect<Answer>
  readonly post: (path: string, body: unknown, token: string) => Effect.Effect<Answer>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** How long it took, in milliseconds. */
  readonly millis: number
}

const ask = (url: string, init: RequestInit, token: string | undefined) =>
  Effect.promise(async (): Promise<Answer> => {
    const begin = performance.now()
    const headers = new Headers(init.headers)
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`)
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(12_000) }).catch((cause) => {
      throw new Error(`${init.method ?? "GET"} ${url} has no answer`, { cause })
    })
    const body = await response.text()
    return { status: response.status, headers: response.headers, body, millis: performance.now() - begin }
  })

/** Starts the server and waits until it serves. */
export const startServer = Effect.fnUntraced(function*(environment: Environment) {
  const program = yield* launch("src/server/main.ts", [], environment)
  yield* until(() => program.isOver() || /^ {2}Stop {7}Ctrl-C$/m.test(program.said().stdout), 50_000)
  const { stderr, stdout } = program.said()
  const [, address] = /^ {2}Cardápio {3}(\S+)$/m.exec(stdout) ?? []
  if (address === undefined) return yield* Effect.die(`the server did not start: ${stderr}${stdout}`)
  const server: RunningServer = {
    ...program,
    address,
    port: Number(new URL(address).port),
    banner: stdout,
    get: (path, token) => ask(`${address}${path}`, {}, token),
    post: (path, body, token) =>
      ask(`${address}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body)
      }, token)
  }
  return server
})

/** The rows of one statement, over a connection of its own. */
export const query = <A extends object = object>(url: Redacted.Redacted<string>, statement: string) =>
  SqlClient.SqlClient.use((sql) => sql.unsafe<A>(statement)).pipe(
    Effect.provide(PgClient.layer({ url, maxConnections: 1 })),
    Effect.orDie
  )

/** Adds a user who has these roles, in every context that knows them. */
export const addUser = (
  url: Redacted.Redacted<string>,
  email: string,
  options: { readonly status?: "disabled"; readonly roles?: ReadonlyArray<string> } = {}
) =>
  query(
    url,
    `WITH added AS (
       INSERT INTO users (id, email, name, status)
       VALUES (uuidv7(), '${email}', 'Test', '${options.status ?? "active"}') RETURNING id
     )
     INSERT INTO role_assignments (user_id, role_id)
     SELECT added.id, roles.id FROM added, roles
     WHERE built_in AND roles.name = ANY('{${(options.roles ?? ["administrator"]).join(",")}}'::text[])`
  )
