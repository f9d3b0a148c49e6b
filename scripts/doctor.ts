import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Context, Effect, Exit, Layer, Scope } from "effect"
import { Command, Flag } from "effect/cli"
import { FetchHttpClient, HttpClient } from "effect/http"
import { SqlClient } from "effect/sql"
import { AccessTokens } from "../src/contexts/iam/AccessTokens.ts"
import { Accounts } from "../src/contexts/iam/Accounts.ts"
import { CommandDatabase } from "../src/kernel/Database.ts"
import { DatabaseLocation } from "../src/kernel/DatabaseLocation.ts"
import { inspectAt } from "../src/kernel/Migrations.ts"
import { queueState } from "../src/kernel/queueState.ts"
import { Settings } from "../src/kernel/Settings.ts"
import { explained } from "../src/server/explained.ts"
import { exitCodes } from "./failure.ts"
import { CommandFailed, Ends } from "./Operator.ts"

interface Check {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  /** What mends it. */
  readonly cure: string | null
}

const passed = (check: string, detail: string): Check => ({ check, ok: true, detail, cure: null })
const failed = (check: string, detail: string, cure: string): Check => ({ check, ok: false, detail, cure })

/** A check that is passed when the effect succeeds, and otherwise tells the line that a start would print. */
const attempt = <A, E, R>(check: string, cure: string, effect: Effect.Effect<A, E, R>, detail: (found: A) => string) =>
  Effect.map(Effect.exit(effect), (exit) =>
    Exit.isSuccess(exit)
      ? { found: exit.value, line: passed(check, detail(exit.value)) }
      : { found: undefined, line: failed(check, explained(exit.cause) ?? "a defect", cure) })

const node = Effect.sync(() => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  return major > 22 || major === 22 && minor >= 19
    ? passed("node", `Node ${process.versions.node}`)
    : failed("node", `Node ${process.versions.node} is too old`, "start through npm (npm start), which brings Node 24")
})

const server = Effect.gen(function*() {
  const { host, port } = yield* Settings
  const address = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`
  const answer = yield* Effect.exit(HttpClient.get(`${address}/health/ready`).pipe(Effect.timeout("3 seconds")))
  if (Exit.isFailure(answer)) return passed("server", `none runs at ${address} (npm start starts it)`)
  return answer.value.status === 200
    ? passed("server", `ready at ${address}`)
    : failed("server", `not ready at ${address}: see ${address}/health/ready`, "npm run cli -- migrate")
}).pipe(Effect.provide(FetchHttpClient.layer))

const administrator = Effect.gen(function*() {
  const count = yield* (yield* Accounts).count
  return count > 0
    ? passed("users", `${count.toLocaleString("en-US")}`)
    : failed("users", "there is none", "npm run cli -- iam create-admin --email you@example.org")
})

const events = Effect.gen(function*() {
  const { dead, lagSeconds, pending } = yield* queueState(yield* SqlClient.SqlClient)
  const waiting = `${pending.toLocaleString("en-US")} waiting, the oldest that is due for ${Math.round(lagSeconds)} s`
  if (dead > 0) {
    return failed("events", `${dead.toLocaleString("en-US")} dead; ${waiting}`, "npm run cli -- events dead-letters")
  }
  return lagSeconds > 60 ? failed("events", waiting, "npm start") : passed("events", waiting)
}).pipe(Effect.orDie)

const slowSeconds = 10

/** Statements of anybody that have run for long, as they may hold up others. */
const statements = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const running = yield* sql<{ pid: number; seconds: number; statement: string }>`
    SELECT pid, extract(epoch FROM clock_timestamp() - query_start)::integer AS seconds,
      left(regexp_replace(query, '\\s+', ' ', 'g'), 100) AS statement
    FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
      AND query_start < clock_timestamp() - ${slowSeconds} * interval '1 second'
    ORDER BY query_start`
  const [first] = running
  return first === undefined
    ? passed("statements", `none runs for longer than ${slowSeconds} s`)
    : failed(
      "statements",
      `${running.length} run for longer than ${slowSeconds} s, one of them for ${first.seconds} s: ${first.statement}`,
      `psql "$DATABASE_URL" -c "SELECT pg_cancel_backend(${first.pid})"`
    )
}).pipe(Effect.orDie)

const databaseChecks = Effect.gen(function*() {
  const scope = yield* Scope.Scope
  const location = yield* attempt(
    "database",
    "do what the line says",
    Effect.gen(function*() {
      const found = yield* Layer.buildWithScope(DatabaseLocation.layer("tool"), scope)
      const { server } = yield* inspectAt(Context.get(found, DatabaseLocation))
      return { found, server }
    }),
    ({ server }) => `PostgreSQL ${server} answers`
  )
  if (location.found === undefined) return [location.line]
  const { found } = location.found
  const services = yield* attempt(
    "migrations",
    "npm run cli -- migrate",
    Effect.gen(function*() {
      const { known, state, version } = yield* inspectAt(yield* DatabaseLocation)
      if (state === "behind") {
        return yield* new CommandFailed({ message: `the database has migration ${version} of ${known}` })
      }
      return version
    }).pipe(Effect.provideContext(found)),
    (version) => `migration ${version}, up to date`
  )
  if (!services.line.ok) return [location.line, services.line]
  const Pools = CommandDatabase.pipe(Layer.provideMerge(Layer.succeedContext(found)))
  const keys = yield* attempt(
    "signing keys",
    "set AUTH_KEY_SECRET to the secret that they were sealed with",
    Effect.flatMap(AccessTokens, (tokens) => tokens.ready).pipe(
      Effect.provide(AccessTokens.layer.pipe(Layer.provide(Pools), Layer.provide(NodeServices.layer)))
    ),
    () => "open"
  )
  const users = yield* administrator.pipe(Effect.provide(Accounts.layer.pipe(Layer.provide(Pools))))
  const [delivered, slow] = yield* Effect.all([events, statements]).pipe(Effect.provide(Pools))
  return [location.line, services.line, keys.line, users, delivered, slow]
})

const checks = Effect.gen(function*() {
  const settings = yield* attempt(
    "settings",
    "mend the variable",
    Effect.scoped(Layer.build(Settings.layer)),
    () => "valid"
  )
  const first = [yield* node, settings.line]
  if (settings.found === undefined) return first
  const rest = yield* Effect.all([Effect.scoped(databaseChecks), Effect.map(server, (line) => [line])]).pipe(
    Effect.provideContext(settings.found)
  )
  return [...first, ...rest.flat()]
})

/** `cli doctor`: one line a check, with the command that mends it. */
export const doctor = Command.make("doctor", {
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print the checks as JSON"), Flag.withDefault(false))
}, ({ json }) =>
  Effect.gen(function*() {
    const found = yield* checks
    const lines = found.map(({ check, cure, detail, ok }) =>
      `${ok ? "ok  " : "FAIL"}  ${check.padEnd(13)} ${detail}${cure === null ? "" : `\n      mend it: ${cure}`}`
    )
    yield* Console.log(json ? JSON.stringify(found, null, 2) : lines.join("\n"))
    if (found.some(({ ok }) => !ok)) return yield* new Ends({ code: exitCodes.failed })
  })).pipe(Command.withDescription("Check the installation: one line a check, with what mends it"))
