import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Console, Duration, Effect, Exit, Layer, Schedule } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { type Admission, makeAdmission } from "../kernel/Admission.ts"
import { DatabaseLocation } from "../kernel/DatabaseLocation.ts"
import { routerConfig } from "../kernel/EdgeRoutes.ts"
import { ServerLogs } from "../kernel/Logs.ts"
import { Settings } from "../kernel/Settings.ts"
import { Tracing } from "../kernel/Tracing.ts"
import { Routes } from "./App.ts"
import { banner } from "./banner.ts"
import { explained } from "./explained.ts"
import { Infrastructure, Tokens, Workers } from "./Infrastructure.ts"
import { Leaving, untilQuiet } from "./Leaving.ts"
import { makeServer } from "./makeServer.ts"

/** One line a second for all that was refused: a line each would cost more than the refusals. */
const tellingOf = ({ takeRefused }: Admission) =>
  Effect.suspend(() => {
    const refused = takeRefused()
    return refused === 0 ? Effect.void : Effect.logWarning(`refused ${refused} requests: too many were under way`)
  }).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)

const Server = Layer.unwrap(Effect.gen(function*() {
  const settings = yield* Settings
  const { host, port, shutdownGrace } = settings
  const leaving = yield* Leaving
  const admission = makeAdmission(settings)
  return NodeHttpServer.layer(() => makeServer(admission, leaving), {
    host,
    port,
    gracefulShutdownTimeout: Duration.times(shutdownGrace, 2 / 3)
  }).pipe(Layer.merge(Layer.effectDiscard(tellingOf(admission))))
}))

const Served = HttpRouter.serve(Routes, { routerConfig, disableLogger: true, disableListenLog: true }).pipe(
  Layer.provideMerge(Server)
)

const Announced = Layer.effectDiscard(Effect.gen(function*() {
  const { address } = yield* HttpServer.HttpServer
  yield* Console.log(
    yield* banner(address._tag === "InetAddressV4" || address._tag === "InetAddressV6" ? address.port : 0)
  )
  const { shutdownGrace } = yield* Settings
  // Made last, so that it comes first when all of it stops.
  yield* Effect.addFinalizer(() => untilQuiet(Duration.times(shutdownGrace, 1 / 3)))
}))

// What is made first stops last: events are delivered until the last request is answered.
const Main = Announced.pipe(
  Layer.provide(Served),
  Layer.provide(Workers),
  Layer.provide(Tokens),
  Layer.provide(Infrastructure),
  Layer.provide(DatabaseLocation.layer("server")),
  Layer.provide(Layer.merge(ServerLogs, Tracing)),
  Layer.provide(Settings.layer)
)

/** Says in one line what stopped it, and tells the exit code. */
const failed = (cause: Cause.Cause<unknown>) =>
  Effect.gen(function*() {
    if (Cause.hasInterruptsOnly(cause)) return 0
    yield* Console.error(`cardapio: ${explained(cause) ?? Cause.pretty(cause)}`)
    return 1
  })

/** Serves for as long as it can, and tells the exit code then; a trial of the engine gives it other reactions, and other times of the workers. */
export const serving = (trial: Layer.Layer<never> = Layer.empty) =>
  Layer.launch(Main.pipe(Layer.provide(trial))).pipe(Effect.catchCause(failed))

/** Makes this process a server until it is told to stop. */
export const serve = (trial?: Layer.Layer<never>) =>
  serving(trial).pipe(
    Effect.map((code) => {
      process.exitCode = code
    }),
    NodeRuntime.runMain({
      disableErrorReporting: true,
      // Ctrl-C and SIGTERM are how a server ends well.
      teardown: (exit, onExit) =>
        onExit(
          (process.exitCode ?? 0) === 0 && (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) ? 0 : 1
        )
    })
  )
