import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Console, Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { explained } from "../../src/server/explained.ts"
import { BenchDatabase } from "./BenchDatabase.ts"
import { httpPart } from "./httpPart.ts"

const bench = Command.make("bench", {
  rounds: Flag.Int("rounds").pipe(Flag.withDescription("How often each server has its turn"), Flag.withDefault(5)),
  seconds: Flag.Int("seconds").pipe(Flag.withDescription("How long a turn is"), Flag.withDefault(3)),
  connections: Flag.Int("connections").pipe(Flag.withDescription("Connections of the load"), Flag.withDefault(32))
}, (settings) =>
  Effect.gen(function*() {
    const http = yield* httpPart(settings)
    yield* Console.log(JSON.stringify(http, null, 1))
  }).pipe(Effect.provide(BenchDatabase.layer)))

bench.pipe(
  Command.run({ version: "0.1.0" }),
  Effect.catchCause((cause) =>
    Effect.andThen(
      Console.error(`bench: ${explained(cause) ?? Cause.pretty(cause)}`),
      Effect.sync(() => { process.exitCode = 1 })
    )
  ),
  Effect.provide(Layer.mergeAll(NodeServices.layer)),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
