import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { Reads } from "../kernel/Database.ts"
import { migrationState } from "../kernel/Migrations.ts"

const limit = "2 seconds"

interface Check {
  readonly ok: boolean
  readonly detail: string
}

const database = Effect.gen(function*() {
  const sql = yield* Reads
  const state = yield* migrationState(sql)
  const migrations: Check = {
    ok: state.state === "current",
    detail: state.state === "behind"
      ? `migration ${state.version} of ${state.known}: run cli migrate`
      : `migration ${state.version} of ${state.known}`
  }
  return { database: { ok: true, detail: "answers" }, migrations }
}).pipe(
  Effect.timeout(limit),
  Effect.catchCause(() => {
    const away: Check = { ok: false, detail: "does not answer" }
    return Effect.succeed({ database: away, migrations: { ok: false, detail: "unknown" } })
  })
)

const ready = Effect.gen(function*() {
  const checks = yield* database
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
