import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { Reads } from "../kernel/Database.ts"
import { migrationState } from "../kernel/Migrations.ts"
import { queueState } from "../kernel/queueState.ts"
import { Leaving } from "./Leaving.ts"

const limit = "2 seconds"

interface Check {
  readonly ok: boolean
  readonly detail: string
}

const unknown: Check = { ok: false, detail: "unknown" }

/** A server whose events wait for longer than this is no good to those who rely on them. */
const lagBound = 300

const lagCheck = ({ dead, lagSeconds }: Effect.Success<ReturnType<typeof queueState>>): Check => ({
  ok: lagSeconds <= lagBound,
  detail: `the oldest that is due waits for ${Math.round(lagSeconds)} s${
    dead === 0 ? "" : `; ${dead} dead, see cli events dead-letters`
  }`
})

const database = Effect.gen(function*() {
  const sql = yield* Reads
  const state = yield* migrationState(sql)
  const migrations: Check = {
    ok: state.state === "current",
    detail: state.state === "behind"
      ? `migration ${state.version} of ${state.known}: run cli migrate`
      : `migration ${state.version} of ${state.known}`
  }
  return {
    database: { ok: true, detail: "answers" },
    migrations,
    events: migrations.ok ? lagCheck(yield* queueState(sql)) : unknown
  }
}).pipe(
  Effect.timeout(limit),
  Effect.catchCause(() => {
    const away: Check = { ok: false, detail: "does not answer" }
    return Effect.succeed({ database: away, migrations: unknown, events: unknown })
  })
)

const ready = Effect.gen(function*() {
  const server: Check = { ok: true, detail: "serves" }
  const leaving = { server: { ok: false, detail: "is about to stop" } }
  // At once: whoever asks is to turn to another server before this one closes.
  const checks = (yield* Leaving).isLeaving ? leaving : { server, ...yield* database }
  const ok = Object.values(checks).every((check) => check.ok)
  return HttpServerResponse.jsonUnsafe({ status: ok ? "ready" : "not ready", checks }, { status: ok ? 200 : 503 })
})

/** `/health`: the process lives. `/health/ready`: it can serve, with each check. */
export const Health = Layer.mergeAll(
  HttpRouter.add("GET", "/health", HttpServerResponse.jsonUnsafe({ status: "alive" })),
  HttpRouter.use((router) =>
    Effect.flatMap(
      Effect.context<Reads>(),
      (context) => router.add("GET", "/health/ready", Effect.provideContext(ready, context))
    )
  )
)
